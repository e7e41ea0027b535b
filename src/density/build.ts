import { sha256 } from '../base/hash.js';
import type { JsonObject } from '../base/json.js';
import { userError } from '../base/error.js';
import { integers, normals, seedKey, type Key } from '../stats/key.js';
import { emptyCounts, fillCounts, placesOn, type Counts } from './fill-grid.js';
import { slotCount, type GridAxis } from './grid-axis.js';
import { gridSize, slotLengths } from './grid.js';
import { chained, linksOf, marginal, type Link } from './links.js';
import { monotoneValues } from './monotone.js';
import { relativeDensity, type KernelOptions } from './relative-density.js';
import { smoothHistogram } from './smooth-histogram.js';
import { convolveAxis, epanechnikov, gaussian } from './smooth.js';
import { type Template, type TemplateValues } from './template.js';
import { chooseWidths, referenceWidths, type WidthChoice } from './widths.js';

/** Events on the grid of a template: nominal weights, other weights by name, and the parts that choose the widths. */
export interface Filling {
  readonly axes: readonly GridAxis[];
  readonly nominal: Counts;
  readonly systematics: Readonly<Record<string, Counts>>;
  /** Σw by slot of each part of a cross-validation. */
  readonly folds: readonly Float64Array[];
  /** Their axes: the same with fewer nodes where a grid is large. Widths are lengths on the axes, whatever the nodes. */
  readonly foldAxes: readonly GridAxis[];
}

/** Nodes on which a hundred trials of the widths take seconds; fewer where every node is spread on its own. */
const TRIAL_NODES = { product: 50_000, scattered: 5000 } as const;

/** Axes with as many nodes together as trials may have, each with eight or its own. */
export function trialAxes(axes: readonly GridAxis[], most: number): readonly GridAxis[] {
  const size = axes.reduce((n, axis) => n * slotCount(axis), 1);
  if (size <= most) return axes;
  const share = (most / size) ** (1 / axes.length);
  return axes.map((axis) => {
    const n = axis.nodes.length;
    const fewer = Math.min(n, Math.max(8, Math.round(n * share)));
    const [first, last] = [axis.nodes[0], axis.nodes[n - 1]];
    return { ...axis, nodes: Array.from({ length: fewer }, (_, i) => first + ((last - first) * i) / (fewer - 1)) };
  });
}

/**
 * @param folds 0 or 1 where the widths are known
 * @param options how the widths will be tried
 */
export function newFilling(
  axes: readonly GridAxis[],
  systematics: readonly string[],
  folds: number,
  options: Pick<KernelOptions, 'kernel' | 'adaptive'> = {},
): Filling {
  const scattered = options.kernel === 'radial' || options.adaptive === true;
  const foldAxes = trialAxes(axes, TRIAL_NODES[scattered ? 'scattered' : 'product']);
  return {
    axes,
    foldAxes,
    nominal: emptyCounts(axes),
    systematics: Object.fromEntries(systematics.map((name) => [name, emptyCounts(axes)])),
    folds: Array.from({ length: folds > 1 ? folds : 0 }, () => new Float64Array(gridSize(foldAxes))),
  };
}

/**
 * Adds a block of events.
 *
 * @param key drawn from for the parts of the cross-validation: one key a block
 */
export function fillBlock(
  { axes, nominal, systematics, folds, foldAxes }: Filling,
  columns: readonly Float64Array[],
  weights: Float64Array | undefined,
  others: Readonly<Record<string, Float64Array>>,
  key: Key,
): void {
  const places = axes.map((axis, a) => placesOn(axis, columns[a]));
  const parts = folds.length ? { of: integers(key, columns[0].length, folds.length), sums: folds } : undefined;
  fillCounts(nominal, axes, places, weights, foldAxes === axes ? parts : undefined);
  if (parts && foldAxes !== axes) {
    const coarse = foldAxes.map((axis, a) => placesOn(axis, columns[a]));
    fillCounts(emptyCounts(foldAxes), foldAxes, coarse, weights, parts);
  }
  for (const [name, counts] of Object.entries(systematics)) fillCounts(counts, axes, places, others[name]);
}

export interface BuildOptions {
  readonly name: string;
  readonly method: 'kernel' | 'histogram';
  /** How many of the axes are given. */
  readonly given: number;
  /** Kernel: half widths in normalised units; histogram: σ in bins. Chosen by cross-validation where absent (kernel). */
  readonly widths?: readonly number[] | undefined;
  readonly kernel?: KernelOptions['kernel'];
  readonly approximation?: KernelOptions['approximation'];
  readonly adaptive?: boolean | undefined;
  readonly refinements?: number | undefined;
  /** Bootstrap replicas of the counts. */
  readonly replicas?: number | undefined;
  /** Factor on all widths of the variation `syst_widths`; none where 1 or absent. */
  readonly widthsFactor?: number | undefined;
  readonly seed?: number | undefined;
  readonly facts?: JsonObject | undefined;
}

/** A bootstrap replica of counts: each slot's Σw ± √Σw², normal. */
export function replicaOf(counts: Counts, key: Key): Float64Array {
  const z = normals(key, counts.sumw.length);
  return counts.sumw.map((w, i) => (counts.sumw2[i] > 0 ? w + z[i] * Math.sqrt(counts.sumw2[i]) : w));
}

/**
 * A template from filled grids: the density with its bootstrap replicas (same widths) and systematic variations.
 *
 * Replicas are named by seed and by the counts themselves: two templates never share their fluctuations by accident,
 * and the same template has the same ones everywhere.
 *
 * @throws userError `density.no-events`, `density.widths`
 */
export function buildTemplate(filling: Filling, options: BuildOptions): Template {
  const { axes, nominal } = filling;
  const { method, given } = options;
  if (nominal.badWeight > 0)
    throw userError({
      code: 'density.weights',
      message: `${nominal.badWeight} weights of the density "${options.name}" are not finite`,
      expected: 'a finite weight of every event',
      hint: 'leave those rows out: --select "isfinite(WEIGHT)"',
    });
  if (!(nominal.total > 0)) {
    throw userError({
      code: 'density.no-events',
      message: `the density "${options.name}" has no weight: ${nominal.entries} events on its axes, Σw = ${nominal.total}`,
      expected: 'a positive sum of weights',
      hint: 'look at the ranges and the selection',
    });
  }
  const effective = nominal.total ** 2 / nominal.total2;
  // Named widths are those of the whole density; those that are chosen are chosen for each link of the chain.
  const links =
    method === 'kernel' && options.widths === undefined && given < axes.length
      ? linksOf(axes, given)
      : [{ axes, given }];
  const choices = links.map((link) => widthsFor(filling, link, effective, options));
  const choice = choices[choices.length - 1];
  const { widths } = choice;
  const held: (readonly number[] | undefined)[] = links.map(() => undefined);
  const estimate = (sumw: Float64Array, factor = 1): TemplateValues =>
    chained(
      links,
      links.map((link, j) => {
        const degrees = { held: held[j], found: [] };
        const counts = marginal(sumw, link.axes);
        const w = choices[j].widths.map((width) => width * factor);
        const made = monotoneValues(
          method === 'kernel'
            ? relativeDensity(counts, link.axes, { ...options, widths: w, effective, degrees })
            : smoothHistogram(counts, link.axes, w),
          link.axes,
          link.given,
        );
        held[j] ??= degrees.found;
        return made;
      }),
    );
  const variations: Record<string, TemplateValues> = { nominal: estimate(nominal.sumw) };
  const { replicas = 0 } = options;
  const own = replicas > 0 ? sha256(new Uint8Array(nominal.sumw.buffer)) : '';
  const key = seedKey(options.seed ?? 1)
    .split('density')
    .split(own);
  for (let r = 0; r < replicas; r++) variations[`stat${r}`] = estimate(replicaOf(nominal, key.split('replica', r)));
  for (const [name, counts] of Object.entries(filling.systematics)) {
    if (!(counts.total > 0)) throw noWeight(name, counts.total);
    variations[`syst_${name}`] = estimate(counts.sumw);
  }
  const factor = options.widthsFactor ?? 1;
  if (factor !== 1) variations['syst_widths'] = estimate(nominal.sumw, factor);
  return {
    name: options.name,
    method,
    given: axes.slice(0, given),
    variables: axes.slice(given),
    variations,
    statistics: localStatistics(nominal.sumw, axes, given, widths, method),
    facts: {
      events: nominal.entries,
      sumOfWeights: nominal.total,
      effectiveEvents: effective,
      negativeWeights: nominal.negative,
      missing: nominal.missing,
      outside: nominal.outside,
      badWeights: nominal.badWeight,
      widths,
      ...(choice.facts ? { crossValidation: choice.facts } : {}),
      // Of the variables before the last, each for what stands before it and itself.
      ...(links.length > 1
        ? {
            links: choices.slice(0, -1).map(({ widths: own, facts = {} }, j) => ({
              variable: axes[given + j].name,
              widths: own,
              ...(choice.facts ? { crossValidation: facts } : {}),
            })),
          }
        : {}),
      kernel: method === 'histogram' ? 'gaussian' : (options.kernel ?? 'product'),
      ...(method === 'kernel'
        ? {
            approximation: nameOf(options.approximation),
            adaptive: options.adaptive ?? false,
            refinements: options.refinements ?? 0,
          }
        : {}),
      clipped: Object.fromEntries(Object.entries(variations).map(([name, v]) => [name, v.clipped])),
      seed: options.seed ?? 1,
      ...options.facts,
    },
  };
}

/**
 * A variable is drawn and ranked by its distribution function for what stands before it. A distribution function is best estimated by narrower kernels than a density: its variance hardly grows, its
 * bias falls (Li, Lin and Racine, J. Bus. Econ. Stat. 31 (2013) 57).
 */
const SHARPER = 0.5;

const nameOf = (kind: KernelOptions['approximation']): string =>
  typeof kind === 'object' ? 'given' : (kind ?? 'moving');

const noWeight = (name: string, total: number) =>
  userError({
    code: 'density.no-events',
    message: `the weights of the variation "${name}" add up to ${total}`,
    path: `systematics.${name}`,
    expected: 'a positive sum',
  });

function widthsFor(
  { nominal, folds, foldAxes }: Filling,
  { axes, given }: Link,
  effective: number,
  options: BuildOptions,
): { widths: readonly number[]; facts?: JsonObject } {
  const { widths } = options;
  if (widths) {
    if (widths.length !== axes.length || !widths.every((w) => w > 0 && Number.isFinite(w)))
      throw userError({
        code: 'density.widths',
        message: 'the widths do not fit the axes',
        got: widths.join(', '),
        expected: `${axes.length} positive numbers, one for each of ${axes.map((a) => a.name).join(', ')}`,
      });
    return { widths };
  }
  if (options.method === 'histogram') return { widths: axes.map(() => 2) };
  if (folds.length < 2) return { widths: referenceWidths(marginal(nominal.sumw, axes), effective, axes) };
  const own = foldAxes.slice(0, axes.length);
  const parts = folds.map((fold) => marginal(fold, own));
  const choice: WidthChoice = chooseWidths(parts, own, given, effective, options);
  const { reference, score, tried } = choice;
  return {
    widths: choice.widths.map((w, a) => (a === axes.length - 1 ? SHARPER * w : w)),
    facts: { folds: folds.length, score, tried, reference: { widths: reference.widths, score: reference.score } },
  };
}

/** Σw that the kernels of a slot of the given axes reach, weighted by their height (1 at the slot itself). */
function localStatistics(
  counts: Float64Array,
  axes: readonly GridAxis[],
  given: number,
  widths: readonly number[],
  method: BuildOptions['method'],
): Float64Array {
  // Lengths of 1: a sum of contents, not an integral of a density.
  const lengths = axes.slice(given).reduce((n, axis) => n * slotLengths(axis).length, 1);
  const own = axes.slice(0, given);
  const sums = new Float64Array(counts.length / lengths);
  for (let line = 0, i = 0; line < sums.length; line++)
    for (const end = i + lengths; i < end; i++) sums[line] += counts[i];
  return own.reduce<Float64Array>((values, axis, a) => {
    const kernel =
      method === 'kernel' ? epanechnikov(widths[a], axis.nodes[1] - axis.nodes[0]) : peaked(gaussian(widths[a]));
    return convolveAxis(values, own, a, kernel, 'cut');
  }, sums);
}

const peaked = (kernel: Float64Array): Float64Array => kernel.map((v) => v / kernel[0]);
