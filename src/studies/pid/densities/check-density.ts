import { distributionAt, drawSample } from '../../../density/evaluate.js';
import { axisEnds } from '../../../density/grid-axis.js';
import { replicaNames, type Template } from '../../../density/template.js';
import type { EventTable } from '../../../events/store.js';
import { variableAxis, regularAxis, binCount, type Axis } from '../../../hist/axis.js';
import { fill } from '../../../hist/fill.js';
import { inner, type Hist } from '../../../hist/hist.js';
import { ksTwoSample } from '../../../stats/ks.js';
import { seedKey } from '../../../stats/key.js';

/** Events that judge; evenly chosen where there are more. */
const MOST = 50_000;
const BINS = 40;
const SLICES = 6;

/** What is seen and what the template expects in one slice of the first given column. */
export interface Slice {
  readonly low: number;
  readonly high: number;
  readonly data: Hist;
  readonly expected: Hist;
  /** Spread of the bootstrap replicas. */
  readonly error: Float64Array;
}

export interface DensityCheck {
  /** Distance between the events and as many drawn at their kinematics, by variable. */
  readonly ks: Readonly<Record<string, number>>;
  /** Of all slices, against the template's expectation. */
  readonly chi2: number;
  readonly ndf: number;
  readonly slices: readonly Slice[];
}

/** How well a template describes the events that it was made from, in slices of the first given column. */
export async function checkDensity(
  table: EventTable,
  template: Template,
  options: { readonly weight?: string | undefined; readonly where?: string | undefined },
): Promise<DensityCheck> {
  const { given, variables } = template;
  const expressions = Object.fromEntries([
    ...given.map((a, i) => [`g${i}`, a.expression] as const),
    ...variables.map((a, i) => [`v${i}`, a.expression] as const),
    ['w', options.weight ?? '1'] as const,
  ]);
  const kept = await thinned(table, expressions, options.where);
  const usable = Uint32Array.from(kept['w'].keys()).filter((i) =>
    Object.values(kept).every((c) => Number.isFinite(c[i])),
  );
  const pick = (name: string): Float64Array => Float64Array.from(usable, (i) => kept[name][i]);
  const k = given.map((_, i) => pick(`g${i}`));
  const x = variables.map((_, i) => pick(`v${i}`));
  const w = pick('w');
  const drawn = drawSample(template, seedKey(1).split('check'), w.length, k);
  const there = Uint32Array.from(w.keys()).filter((i) => Number.isFinite(drawn[0][i]));
  const some = (column: Float64Array): Float64Array => Float64Array.from(there, (i) => column[i]);
  const weights = some(w);
  const positive = weights.reduce((s, v) => s + v, 0) > 0;
  const ks = Object.fromEntries(
    variables.map((axis, j) => [
      axis.name,
      positive ? ksTwoSample({ values: some(x[j]), weights }, { values: some(drawn[j]), weights }).statistic : NaN,
    ]),
  );
  const slices = slicesOf(template, k.map(some), some(x[0]), weights);
  const { chi2, ndf } = goodness(slices);
  return { ks, chi2, ndf, slices };
}

async function thinned(table: EventTable, expressions: Record<string, string>, where: string | undefined) {
  const names = Object.keys(expressions);
  let kept = names.map(() => [] as number[]);
  let every = 1;
  let row = 0;
  for await (const block of table.scan(expressions, where === undefined ? {} : { where })) {
    const n = block[names[0]].length;
    for (let i = 0; i < n; i++, row++) if (row % every === 0) names.forEach((name, c) => kept[c].push(block[name][i]));
    while (kept[0].length > MOST) {
      every *= 2;
      kept = kept.map((column) => column.filter((_, i) => i % 2 === 0));
    }
  }
  return Object.fromEntries(names.map((name, c) => [name, Float64Array.from(kept[c])]));
}

/** Bins that show a variable: its atoms at the outer bins' edges lie inside. */
export function shownAxis(template: Template, j: number, bins = BINS): Axis {
  const axis = template.variables[j];
  const { lowX, highX } = axisEnds(axis);
  const values = [lowX, highX, ...axis.atoms.map((a) => a.value)];
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return regularAxis(axis.name, bins, low, high + 1e-9 * (high - low));
}

function slicesOf(template: Template, given: readonly Float64Array[], x: Float64Array, weights: Float64Array): Slice[] {
  const axis = shownAxis(template, 0);
  const cuts = cutsOf(given[0], weights);
  const n = binCount(axis);
  const sets = ['nominal', ...replicaNames(template)].map((name) =>
    distributionAt(template, given, x.length, axis.edges, name),
  );
  return cuts.slice(1).map((high, s) => {
    const low = cuts[s];
    const last = s === cuts.length - 2;
    const own = weights.map((w, i) => (!given[0] || (given[0][i] >= low && (given[0][i] < high || last)) ? w : 0));
    const expected = sets.map((cdf) => expectedIn(cdf, own, n));
    const spread = expected[0].map((v, b) => {
      const others = expected.slice(1);
      return others.length ? Math.sqrt(others.reduce((sum, e) => sum + (e[b] - v) ** 2, 0) / others.length) : 0;
    });
    const variable = variableAxis(axis.name, axis.edges);
    return { low, high, data: fill([variable], [x], own), expected: histOf(variable, expected[0]), error: spread };
  });
}

function expectedIn(cdf: Float64Array, weights: Float64Array, n: number): Float64Array {
  const out = new Float64Array(n);
  for (let i = 0; i < weights.length; i++) {
    if (weights[i] === 0) continue;
    const at = i * (n + 1);
    for (let b = 0; b < n; b++) {
      // An atom at the lowest edge belongs to the first bin.
      const p = cdf[at + b + 1] - (b === 0 ? 0 : cdf[at + b]);
      if (p === p) out[b] += weights[i] * p;
    }
  }
  return out;
}

function histOf(axis: Axis, values: Float64Array): Hist {
  const sumw = new Float64Array(values.length + 2);
  sumw.set(values, 1);
  return { axes: [axis], sumw, sumw2: new Float64Array(values.length + 2) };
}

/** Edges of slices that hold as much weight each; one slice where nothing is given. */
function cutsOf(column: Float64Array | undefined, weights: Float64Array): number[] {
  if (!column) return [-Infinity, Infinity];
  const sorted = Float64Array.from(column).sort();
  const slices = Math.max(1, Math.min(SLICES, Math.floor(weights.length / 500)));
  const cuts = Array.from(
    { length: slices + 1 },
    (_, i) => sorted[Math.min(sorted.length - 1, Math.floor((i * sorted.length) / slices))],
  );
  return cuts.filter((c, i) => i === 0 || c > cuts[i - 1]).length > 1 ? [...new Set(cuts)] : [-Infinity, Infinity];
}

/** Events expected in a bin, below which it has no place in a χ². */
const ENOUGH = 10;

function goodness(slices: readonly Slice[]): { chi2: number; ndf: number } {
  let [chi2, ndf] = [0, 0];
  for (const { data, expected } of slices) {
    const seen = inner(data);
    const wanted = inner(expected).values;
    const scale =
      seen.variances.reduce((s, v) => s + v, 0) /
      Math.max(
        1e-300,
        wanted.reduce((s, v) => s + v, 0),
      );
    wanted.forEach((e, b) => {
      // The variance of a bin is what its expectation says, with the weights' own spread.
      if (!(e / scale >= ENOUGH)) return;
      chi2 += (seen.values[b] - e) ** 2 / Math.max(seen.variances[b], e * scale);
      ndf++;
    });
  }
  return { chi2, ndf };
}
