import { cellBounds } from '../../../hist/find-cell.js';
import { rocOfSums, type RocCurve } from '../../../hist/roc.js';
import { rocSources, type RocSources } from '../../../hist/roc-systematics.js';
import { tableSize, type Closed, type Sums } from '../../../hist/cell-counts.js';
import type { TableAxis } from '../../../hist/weight-table.js';
import { weightedQuantile } from '../../../stats/quantile.js';
import { userError } from '../../../base/error.js';
import { countCandidates, type CandidateSource, type SourceCounts } from '../tables/candidates.js';
import { both } from '../both.js';

/** One sample of a ROC: candidates that truly are signal, and that truly are background. */
export interface RocSample {
  readonly name: string;
  readonly signal: readonly CandidateSource[];
  readonly background: readonly CandidateSource[];
}

export interface RocRequest {
  readonly samples: readonly RocSample[];
  /** What the threshold is put on: larger means more like signal. */
  readonly variable: string;
  /** A curve in each bin of these; none: one curve. */
  readonly axes?: readonly TableAxis[] | undefined;
  readonly closed?: Closed | undefined;
  readonly precut?: string | undefined;
  /** Thresholds that must be among those scanned: working points. */
  readonly points?: readonly number[] | undefined;
  /** Where the variable and the preselection stand, for errors. */
  readonly places?: { readonly variable?: string; readonly precut?: string } | undefined;
  /** About how many thresholds each of signal and background adds, 200 by default. */
  readonly steps?: number | undefined;
}

export interface RocBin {
  /** Ends of the bin on every axis. */
  readonly bounds: readonly (readonly [low: number, high: number])[];
  readonly curves: readonly { readonly sample: string; readonly curve: RocSources | undefined }[];
}

export interface RocCurves {
  readonly variable: string;
  readonly thresholds: readonly number[];
  readonly axes: readonly TableAxis[];
  readonly bins: readonly RocBin[];
  /** Candidates that no bin or no value of the variable holds, by sample. */
  readonly left: Readonly<Record<string, number>>;
}

/** Values from which thresholds are chosen. */
const SAMPLED = 100_000;
const LIMIT = Number.MAX_VALUE;

/**
 * Efficiency against fake rate while the threshold rises, in every bin and sample, from one pass over each source: a
 * histogram of the variable with edges at quantiles of signal and of background, the same for all bins and samples; other
 * weights of the candidates make the systematic sources. A curve is undefined where a bin's weights have no positive sum.
 *
 * @throws userError `expression.*`, `hist.axis`, `events.weights`, `pid.roc` where the variable has no value
 */
export async function rocCurves(request: RocRequest): Promise<RocCurves> {
  const axes = request.axes ?? [];
  const thresholds = await thresholdsOf(request);
  const variable = { column: request.variable, edges: [-LIMIT, ...thresholds, LIMIT], closed: 'right' as const };
  const precut = request.precut?.trim() ? { precut: request.precut } : {};
  const required = Object.keys(precut);
  const left: Record<string, number> = {};
  const counted: { readonly name: string; readonly signal: SourceCounts; readonly background: SourceCounts }[] = [];
  for (const { name, signal, background } of request.samples) {
    const counts: SourceCounts[] = [];
    left[name] = 0;
    for (const sources of [signal, background]) {
      const own = await countCandidates(sources, {
        axes: [...axes, variable],
        closed: request.closed,
        conditions: precut,
        places: { [request.variable]: request.places?.variable ?? 'variable' },
      });
      counts.push(own);
      const { entries } = own.sums(undefined, 'up', required);
      left[name] += own.outside(required).rows - entries.reduce((a, b) => a + b, 0);
    }
    counted.push({ name, signal: counts[0], background: counts[1] });
  }
  const cells = tableSize(axes);
  const curves = counted.map(({ name, signal, background }) => {
    const systematics = [...new Set([...signal.systematics, ...background.systematics])];
    const made = (systematic?: string, side: 'up' | 'down' = 'up') =>
      curvesOf(thresholds, cells, signal.sums(systematic, side, required), background.sums(systematic, side, required));
    const nominal = made();
    const variants = systematics.map((systematic) => {
      const down = signal.hasDown(systematic) || background.hasDown(systematic);
      return { systematic, up: made(systematic), down: down ? made(systematic, 'down') : undefined };
    });
    return nominal.map((curve, c) => {
      const others = variants.map(({ systematic, up, down }) => {
        const [above, below] = [up[c], down?.[c]];
        // One side alone says nothing of the other.
        return [systematic, down && !below ? {} : { up: above, down: below }] as const;
      });
      return { sample: name, curve: curve && rocSources(curve, Object.fromEntries(others)) };
    });
  });
  const bins = Array.from({ length: cells }, (_, c): RocBin => ({
    bounds: cellBounds(axes, c),
    curves: curves.map((of) => of[c]),
  }));
  if (bins.every((bin) => bin.curves.every(({ curve }) => curve === undefined))) throw noWeights(request, left);
  return { variable: request.variable, thresholds, axes, bins, left };
}

/** A curve for each cell; undefined where signal or background have no positive sum. */
function curvesOf(
  thresholds: readonly number[],
  cells: number,
  signal: Sums,
  background: Sums,
): (RocCurve | undefined)[] {
  const width = thresholds.length + 1;
  const part = (sums: Sums, c: number): Sums => {
    const cut = (v: Float64Array): Float64Array => v.subarray(c * width, (c + 1) * width);
    return { sumw: cut(sums.sumw), sumw2: cut(sums.sumw2), entries: cut(sums.entries), negative: cut(sums.negative) };
  };
  const positive = ({ sumw }: Sums): boolean => sumw.reduce((a, b) => a + b, 0) > 0;
  return Array.from({ length: cells }, (_, c) => {
    const [s, b] = [part(signal, c), part(background, c)];
    return positive(s) && positive(b) ? rocOfSums(thresholds, s, b) : undefined;
  });
}

const noWeights = ({ variable, places }: RocRequest, left: Readonly<Record<string, number>>): Error =>
  userError({
    code: 'pid.roc',
    message: `no curve of "${variable}": nowhere have both signal and background weights with a positive sum`,
    path: places?.variable ?? 'variable',
    got: `candidates outside the bins: ${Object.entries(left)
      .map(([sample, n]) => `${n} in ${sample}`)
      .join(', ')}`,
    hint: 'look at the weights and the bins: datamc inspect',
  });

async function thresholdsOf({
  samples,
  variable,
  precut,
  places,
  steps = 200,
  points = [],
}: RocRequest): Promise<number[]> {
  const edges = new Set<number>(points);
  for (const sample of samples)
    for (const sources of [sample.signal, sample.background]) {
      const values: number[] = [];
      for (const { table, select } of sources) {
        const where = both(select, precut);
        const options = {
          lenient: true,
          path: places?.variable ?? 'variable',
          ...(where === undefined ? {} : { where }),
        };
        for await (const { v } of table.scan({ v: variable }, options)) {
          for (const x of v) if (Number.isFinite(x)) values.push(x);
          if (values.length >= SAMPLED) break;
        }
      }
      if (values.length === 0) continue;
      const at = Array.from({ length: steps + 1 }, (_, i) => i / steps);
      for (const q of weightedQuantile({ values: Float64Array.from(values) }, at)) edges.add(q);
    }
  if (edges.size === points.length && points.length < 2)
    throw userError({
      code: 'pid.roc',
      message: `"${variable}" has no value in the candidates of this curve`,
      path: (precut?.trim() ? places?.precut : undefined) ?? places?.variable ?? 'variable',
      got: precut?.trim() ? precut : undefined,
      hint: 'look at the ranges with datamc inspect, or loosen the cuts',
    });
  return [...edges].sort((a, b) => a - b);
}
