import { userError } from '../base/error.js';
import { argsort } from './argsort.js';
import { checkSample } from './check.js';
import { effectiveSampleSize } from './ecdf.js';
import { normalSurvival } from './special/erf.js';

export interface Scores {
  readonly scores: Float64Array;
  /** 1 for signal, 0 for background. */
  readonly labels: ArrayLike<number>;
  readonly weights?: Float64Array | undefined;
}

export interface AucResult {
  readonly auc: number;
  /** One standard error. */
  readonly error: number;
}

/**
 * The area under the receiver operating characteristic: the weighted fraction of (signal, background) pairs in which the
 * signal scores higher, ties counting half. Weights of either sign with a positive sum in each class.
 *
 * Error: DeLong, DeLong and Clarke-Pearson (Biometrics 44 (1988) 837): the variance of the placement values of each
 * class, weighted by w²/(Σw)², with the factor n/(n − 1) in effective sizes.
 */
export function auc({ scores, labels, weights }: Scores): AucResult {
  const groups = split({ scores, labels, weights });
  const order = argsort(scores);
  const n = scores.length;
  const placement = new Float64Array(n);
  const below = [0, 0];
  for (let from = 0; from < n;) {
    let to = from;
    const tied = [0, 0];
    while (to < n && scores[order[to]] === scores[order[from]]) {
      const i = order[to++];
      tied[labels[i]] += weights ? weights[i] : 1;
    }
    for (let k = from; k < to; k++) {
      const i = order[k];
      const other = 1 - labels[i];
      placement[i] = (below[other] + tied[other] / 2) / groups.sums[other];
      if (other === 1) placement[i] = 1 - placement[i];
    }
    below[0] += tied[0];
    below[1] += tied[1];
    from = to;
  }
  let area = 0;
  for (let i = 0; i < n; i++) if (labels[i] === 1) area += ((weights ? weights[i] : 1) * placement[i]) / groups.sums[1];
  const variances = [0, 0];
  for (let i = 0; i < n; i++) {
    const w = (weights ? weights[i] : 1) / groups.sums[labels[i]];
    variances[labels[i]] += w * w * (placement[i] - area) ** 2;
  }
  const factor = (size: number): number => (size > 1 ? size / (size - 1) : 1);
  const error = Math.sqrt(variances[0] * factor(groups.sizes[0]) + variances[1] * factor(groups.sizes[1]));
  return { auc: area, error };
}

export interface ClassifierTest extends AucResult {
  /** (AUC − ½)/σ₀, with σ₀ the error of a classifier that sees no difference. */
  readonly z: number;
  /** One-sided: only a classifier better than chance speaks against equality. */
  readonly pValue: number;
}

/**
 * Classifier two-sample test: are signal and background told apart by scores that were made without seeing their own
 * labels (out of fold)? Statistic: the AUC, whose variance under equality is (n₁ + n₂ + 1)/(12 n₁n₂) (Mann–Whitney), with
 * effective sizes. See Lopez-Paz and Oquab, arXiv:1610.06545, and Friedman, SLAC-PUB-10325.
 */
export function classifierTwoSample(input: Scores): ClassifierTest {
  const result = auc(input);
  const [n0, n1] = split(input).sizes;
  const z = (result.auc - 0.5) / Math.sqrt((n0 + n1 + 1) / (12 * n0 * n1));
  return { ...result, z, pValue: normalSurvival(z) };
}

function split({ scores, labels, weights }: Scores): { sums: [number, number]; sizes: [number, number] } {
  if (labels.length !== scores.length) {
    throw userError({
      code: 'stats.length',
      message: 'labels and scores differ in length',
      got: String(labels.length),
      expected: String(scores.length),
    });
  }
  const rows: [number[], number[]] = [[], []];
  for (let i = 0; i < labels.length; i++) {
    const group = rows[labels[i]];
    if (!group)
      throw userError({
        code: 'stats.labels',
        message: 'a label is neither 0 nor 1',
        path: `entry ${i}`,
        got: String(labels[i]),
      });
    group.push(i);
  }
  const sums: [number, number] = [0, 0];
  const sizes: [number, number] = [0, 0];
  for (const c of [0, 1] as const) {
    const w = weights && Float64Array.from(rows[c], (i) => weights[i]);
    sums[c] = checkSample(c ? 'signal scores' : 'background scores', {
      values: Float64Array.from(rows[c], (i) => scores[i]),
      weights: w,
    });
    sizes[c] = w ? effectiveSampleSize(w) : rows[c].length;
  }
  return { sums, sizes };
}
