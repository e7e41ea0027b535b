import { distributionAt } from '../../../density/evaluate.js';
import { ROW_FLAG } from '../../../density/placed.js';
import type { Template } from '../../../density/template.js';
import { rankCorrelation } from '../../../stats/moments.js';
import { argsort } from '../../../stats/argsort.js';
import { kolmogorovSurvival } from '../../../stats/special/kolmogorov.js';
import { effectiveSampleSize } from '../../../stats/ecdf.js';

/** Rows that judge; evenly chosen where there are more. */
const MOST = 50_000;
const EDGES = 200;

export type Ks = {
  readonly statistic: number;
  /** Of Kolmogorov's limit: an upper bound, for values drawn at their own kinematics vary less than independent ones. */
  readonly pValue: number;
};

/** Rows before and after, and what they show. */
export interface AppliedCheck {
  /** Of the new values against the template's expectation at the rows' kinematics (first variable). */
  readonly ks: Readonly<Record<string, Ks>>;
  readonly correlations?: { readonly names: string[]; readonly before?: Float64Array; readonly after: Float64Array };
  readonly given: readonly Float64Array[];
  readonly before: readonly Float64Array[];
  readonly after: readonly Float64Array[];
  readonly compared: readonly Float64Array[];
  readonly weights: Float64Array;
}

interface Added {
  readonly given: readonly Float64Array[];
  readonly before: readonly Float64Array[] | undefined;
  readonly after: readonly Float64Array[];
  readonly block: Readonly<Record<string, Float64Array>>;
  readonly flag: Uint8Array;
}

/** Collects rows of blocks that pass by, in bounded memory. */
export class AppliedSample {
  private kept: number[][] = [];
  private every = 1;
  private row = 0;

  constructor(
    private readonly template: Template,
    private readonly compare: readonly string[],
    private readonly withBefore: boolean,
  ) {}

  add({ given, before = [], after, block, flag }: Added): void {
    const columns = [...given, ...before, ...after, ...this.compare.map((_, i) => block[`c${i}`])];
    if (!this.kept.length) this.kept = Array.from({ length: columns.length + 1 }, () => []);
    for (let i = 0; i < flag.length; i++) {
      if (flag[i] !== ROW_FLAG.done || this.row++ % this.every !== 0) continue;
      columns.forEach((column, c) => this.kept[c].push(column[i]));
      this.kept[columns.length].push(block['w']?.[i] ?? 1);
    }
    while ((this.kept[0]?.length ?? 0) > MOST) {
      this.every *= 2;
      this.kept = this.kept.map((column) => column.filter((_, i) => i % 2 === 0));
    }
  }

  check(): AppliedCheck {
    const columns = this.kept.map((column) => Float64Array.from(column));
    const { given: axes, variables } = this.template;
    let at = 0;
    const take = (n: number): Float64Array[] => columns.slice(at, (at += n));
    const given = take(axes.length);
    const before = this.withBefore ? take(variables.length) : [];
    const after = take(variables.length);
    const compared = take(this.compare.length);
    const [weights = new Float64Array(0)] = take(1);
    const base = { given, before, after, compared, weights };
    const sum = weights.reduce((s, w) => s + w, 0);
    if (weights.length < 2 || !(sum > 0)) return { ...base, ks: {} };
    const ks = { [variables[0].name]: ksToTemplate(this.template, given, after[0], weights) };
    const names = [...variables, ...axes].map((a) => a.name).concat(this.compare);
    if (names.length < 2) return { ...base, ks };
    const matrix = (own: readonly Float64Array[]): Float64Array =>
      correlationsOf([...own, ...given, ...compared], weights);
    return {
      ...base,
      ks,
      correlations: { names, ...(before.length ? { before: matrix(before) } : {}), after: matrix(after) },
    };
  }
}

/** Rank correlations over the rows on which all columns are finite; 0 for a constant column. */
export function correlationsOf(columns: readonly Float64Array[], weights: Float64Array): Float64Array {
  const rows = Uint32Array.from(weights.keys()).filter((i) => columns.every((c) => Number.isFinite(c[i])));
  if (rows.length < 2) return new Float64Array(columns.length ** 2);
  const pick = (c: Float64Array): Float64Array => Float64Array.from(rows, (i) => c[i]);
  const matrix = rankCorrelation(columns.map(pick), pick(weights));
  return Float64Array.from(
    matrix.flatMap((line) => [...line]),
    (r) => (Number.isFinite(r) ? r : 0),
  );
}

/** sup |F of the values − mean of F(x | k) of the template at the rows' kinematics|, on the values' own quantiles. */
function ksToTemplate(
  template: Template,
  given: readonly Float64Array[],
  values: Float64Array,
  weights: Float64Array,
): Ks {
  const order = argsort(values);
  const n = values.length;
  const edges = [
    ...new Set(Array.from({ length: EDGES }, (_, i) => values[order[Math.floor(((i + 0.5) * n) / EDGES)]])),
  ];
  const cdf = distributionAt(template, given, n, edges);
  const expected = new Float64Array(edges.length);
  const seen = new Float64Array(edges.length);
  let total = 0;
  for (let i = 0; i < n; i++) {
    const at = i * edges.length;
    if (cdf[at] !== cdf[at]) continue;
    total += weights[i];
    for (let e = 0; e < edges.length; e++) {
      expected[e] += weights[i] * cdf[at + e];
      if (values[i] <= edges[e]) seen[e] += weights[i];
    }
  }
  let statistic = 0;
  for (let e = 0; e < edges.length; e++) statistic = Math.max(statistic, Math.abs(seen[e] - expected[e]) / total);
  return { statistic, pValue: kolmogorovSurvival(Math.sqrt(effectiveSampleSize(weights)) * statistic) };
}
