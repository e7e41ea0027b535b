import { userError } from '../base/error.js';
import { cellSums, type Sums } from './cell-counts.js';
import { rateOf, type CellSums } from './rate.js';

/** Efficiency against fake rate while the threshold rises; errors are distances ≥ 0. */
export interface RocCurve {
  readonly thresholds: readonly number[];
  readonly efficiency: Float64Array;
  readonly efficiencyUp: Float64Array;
  readonly efficiencyDown: Float64Array;
  readonly fakeRate: Float64Array;
  readonly fakeRateUp: Float64Array;
  readonly fakeRateDown: Float64Array;
  readonly auc: { readonly value: number; readonly error: number };
}

/**
 * The receiver operating characteristic of `variable > threshold` for every edge, from one histogram of each sample with
 * bins (edge, next edge].
 *
 * AUC: the weighted share of pairs in which the signal lies higher, pairs in one bin counting half. Error: DeLong, DeLong
 * and Clarke-Pearson (Biometrics 44 (1988) 837) from the bins, Σ w² (placement − AUC)²/(Σw)² of each sample.
 *
 * @param edges n thresholds; the sums have n + 1 entries, in rising order of the variable: below the first edge, …, above the last
 * @throws userError `hist.roc` where a sample has no positive Σw
 */
export function rocOfSums(edges: readonly number[], signal: Sums, background: Sums): RocCurve {
  const [s, b] = [totalOf('signal', signal), totalOf('background', background)];
  const n = edges.length;
  const column = (): Float64Array => new Float64Array(n);
  const curve = {
    efficiency: column(),
    efficiencyUp: column(),
    efficiencyDown: column(),
    fakeRate: column(),
    fakeRateUp: column(),
    fakeRateDown: column(),
  };
  const above = [empty(), empty()];
  for (let i = n - 1; i >= 0; i--) {
    above[0] = plus(above[0], cellSums(signal, i + 1));
    above[1] = plus(above[1], cellSums(background, i + 1));
    const [e, f] = [rateOf(above[0], s), rateOf(above[1], b)];
    curve.efficiency[i] = e.value;
    curve.efficiencyUp[i] = e.up;
    curve.efficiencyDown[i] = e.down;
    curve.fakeRate[i] = f.value;
    curve.fakeRateUp[i] = f.up;
    curve.fakeRateDown[i] = f.down;
  }
  return { thresholds: edges, ...curve, auc: areaOf(signal, background, s.sumw, b.sumw) };
}

function areaOf(signal: Sums, background: Sums, s: number, b: number) {
  const n = signal.sumw.length;
  // Placement: the share of the other sample on the wrong side of a bin, its own bin counting half.
  const place = (other: Sums, total: number): Float64Array => {
    let below = 0;
    return Float64Array.from({ length: n }, (_, i) => {
      const here = (below + other.sumw[i] / 2) / total;
      below += other.sumw[i];
      return here;
    });
  };
  const [overBackground, overSignal] = [place(background, b), place(signal, s).map((v) => 1 - v)];
  let value = 0;
  for (let i = 0; i < n; i++) value += (signal.sumw[i] / s) * overBackground[i];
  let variance = 0;
  for (let i = 0; i < n; i++) {
    variance += (signal.sumw2[i] / (s * s)) * (overBackground[i] - value) ** 2;
    variance += (background.sumw2[i] / (b * b)) * (overSignal[i] - value) ** 2;
  }
  return { value, error: Math.sqrt(variance) };
}

const empty = (): CellSums => ({ sumw: 0, sumw2: 0, entries: 0, negative: 0 });

const plus = (a: CellSums, b: CellSums): CellSums => ({
  sumw: a.sumw + b.sumw,
  sumw2: a.sumw2 + b.sumw2,
  entries: a.entries + b.entries,
  negative: a.negative + b.negative,
});

function totalOf(what: string, sums: Sums): CellSums {
  let total = empty();
  for (let i = 0; i < sums.sumw.length; i++) total = plus(total, cellSums(sums, i));
  if (total.sumw > 0) return total;
  throw userError({
    code: 'hist.roc',
    message: `the weights of the ${what} add up to ${Number(total.sumw.toPrecision(6))}`,
    expected: 'a positive sum',
    hint: total.entries
      ? 'negative weights are welcome as long as the sample has a positive sum'
      : 'no row is in range',
  });
}
