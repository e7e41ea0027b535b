import path from 'node:path';
import { compareYields, yieldsOfBoth, type ComparedYields } from '../../../fit/compare-yields.js';
import type { BinValidity } from '../../../fit/bin-validity.js';
import { weightsAt, type WeightFunction } from '../../../fit/weight-function.js';
import { readWeights, type SavedWeights } from '../../../formats/weights-file.js';
import type { RateMethod } from '../../../hist/rate.js';
import type { RateCell, TableAxis } from '../../../hist/weight-table.js';
import type { TaskContext } from '../../../runs/task.js';
import type { Key } from '../../../stats/key.js';
import { readCellRows, type CellRows } from '../tables/cell-rows.js';
import { looseFit } from './fallback-weights.js';
import { hasClassifier, hasPeak } from '../fits/fits.js';
import type { OtherSources } from './count-others.js';
import { judgeClassified } from './judge-classified.js';
import { resultOf } from '../common.js';
import type { SampleName } from '../modes.js';
import type { ModeParams } from '../params.js';
import { flagCells, NOT_FACTORISING, repairCells, YIELDS_DIFFER, type CellWeights } from './repair.js';
import { sourceName, type ProbeSource } from '../sources.js';
import { DEGREE, standIns } from './stand-ins.js';
import { cellValidity } from './validity.js';

/** What is found of one source for one cut. */
export interface JudgedSource {
  readonly source: ProbeSource;
  readonly sample: SampleName;
  readonly validity: readonly BinValidity[];
  readonly weights: CellWeights;
  readonly fallback: string;
}

/** The weights of a mode's fit to one sample; undefined where its weights are not functions of a fit variable. */
export async function fittedWeights(
  context: TaskContext,
  mode: ModeParams,
  sample: SampleName,
): Promise<SavedWeights | undefined> {
  // Tuples that were weighted elsewhere come without their fit.
  if (!hasPeak(mode.fit) || resultOf(context, `fit/${mode.name}/${sample}`) === undefined) return undefined;
  return readWeights(path.join(context.input(`fit/${mode.name}/${sample}`).dir, 'weights.json'));
}

/**
 * Background below which a fit with a loose one is no judge of weights: with a handful, its likelihood is far from normal, and
 * a change of so little matters little.
 */
const ENOUGH = 150;

/** Background by the weights, as so many unweighted events. */
function backgroundOf(weights: WeightFunction, x: Float64Array, own: Float64Array | undefined): number {
  const signal = weightsAt(weights, x);
  let [sum, squares] = [0, 0];
  for (let e = 0; e < x.length; e++) {
    const w = own ? own[e] : 1;
    sum += w * (1 - signal[e]);
    squares += w * w * (1 - signal[e]);
  }
  return squares > 0 ? (sum * sum) / squares : 0;
}

/** Signal by weights and by fits of each cell alone: of all its candidates, and for a cut of those that pass and that fail. */
function yieldsOfCells(saved: SavedWeights, rows: CellRows, cells: number) {
  const { nominal } = saved.variants;
  if (nominal.method === 'sideband') return undefined;
  const fit = looseFit(nominal, DEGREE);
  const lists = Array.from({ length: cells }, (): number[] => []);
  rows.cells.forEach((cell, row) => {
    if (cell >= 0) lists[cell].push(row);
  });
  const weighted = rows.own.some((w) => w !== 1);
  const both = (of: string, list: readonly number[]): ComparedYields[] => {
    if (list.length < ENOUGH) return [];
    const take = (values: Float64Array): Float64Array => Float64Array.from(list, (row) => values[row]);
    const events = { x: take(rows.x), ...(weighted ? { weights: take(rows.own) } : {}) };
    if (backgroundOf(nominal, events.x, events.weights) < ENOUGH) return [];
    const found = yieldsOfBoth(nominal, fit, events);
    return found ? [{ ...found, of }] : [];
  };
  const all = lists.map((list) => both('all', list));
  return (cut: number): ComparedYields[][] =>
    lists.map((list, cell) => [
      ...all[cell],
      ...([1, 0] as const).flatMap((passes) =>
        both(
          passes ? 'those that pass' : 'those that fail',
          list.filter((row) => rows.passes[cut][row] === passes),
        ),
      ),
    ]);
}

/**
 * Tests the weights of every source in every cell of a table, and makes ready what stands in for them.
 *
 * @returns for each cut, the sources whose weights can be tested
 */
export async function judgeSources(
  context: TaskContext,
  sources: readonly ProbeSource[],
  signal: readonly ProbeSource[],
  request: {
    readonly sample: SampleName;
    readonly axes: readonly TableAxis[];
    readonly cells: number;
    readonly precut: string;
    readonly cuts: readonly string[];
  },
): Promise<JudgedSource[][]> {
  const { sample, axes, cells, precut, cuts } = request;
  const judged = cuts.map((): JudgedSource[] => []);
  for (const [i, source] of sources.entries()) {
    const { mode } = source;
    if (sample === 'data' && hasClassifier(mode.fit) && signal[i]) {
      const found = await judgeClassified(context, mode.fit, source, signal[i], request);
      found?.forEach((one, cut) => judged[cut].push(one));
      continue;
    }
    const saved = await fittedWeights(context, mode, sample);
    if (!saved || source.method === 'truth') continue;
    const own = mode.weights[sample];
    const rows = await readCellRows(source, axes, { variable: saved.variable, own, precut, cuts });
    const truth = signal[i] as ProbeSource | undefined;
    const signalRows =
      truth?.method === 'truth'
        ? await readCellRows(truth, axes, { variable: saved.variable, own: mode.weights.simulation, precut })
        : undefined;
    const { fallback, compareYields: compare } = mode.validity;
    const counts = compare ? yieldsOfCells(saved, rows, cells) : undefined;
    // Two kinds of tests share the false alarms.
    const falseAlarm = counts ? 1 - Math.sqrt(1 - mode.validity.falseAlarm) : mode.validity.falseAlarm;
    const shapes = cellValidity(
      saved,
      cells,
      { data: rows, signal: signalRows },
      { falseAlarm, weighted: { data: own !== undefined, signal: mode.weights.simulation !== undefined } },
    );
    let instead: ReturnType<typeof standIns> | 'unknown' = 'unknown';
    for (const cut of cuts.keys()) {
      const validity = counts ? compareYields(shapes, counts(cut), { falseAlarm }) : shapes;
      const invalid = new Set(validity.filter((v) => v.status === 'invalid').map((v) => v.bin));
      if (invalid.size > 0 && instead === 'unknown') instead = standIns(saved, fallback, mode.fit);
      const found = instead === 'unknown' ? undefined : instead;
      judged[cut].push({
        ...{ source, sample, validity },
        weights: { rows, fitted: saved.variants, instead: found?.instead ?? {}, fits: found?.fits, invalid },
        fallback: found ? fallback : 'flag',
      });
    }
  }
  return judged;
}

/** Flags of the cells that may not be trusted: that they are so, and by which test where shapes gave no reason. */
function flagsOf(judged: readonly JudgedSource[]): ReadonlyMap<number, readonly string[]> {
  const flags = new Map<number, Set<string>>();
  for (const { validity } of judged)
    for (const { bin, status, yields } of validity) {
      if (status !== 'invalid') continue;
      const own = flags.get(bin) ?? new Set([NOT_FACTORISING]);
      if (yields?.some((y) => y.differs)) own.add(YIELDS_DIFFER);
      flags.set(bin, own);
    }
  return new Map([...flags].map(([bin, own]) => [bin, [...own]]));
}

/** The cells of a table after judgement: flagged, or counted again. */
export function judgedCells(
  cells: readonly RateCell[],
  judged: readonly JudgedSource[],
  options: {
    readonly cut: number;
    readonly interval: RateMethod;
    readonly key: Key;
    readonly others?: OtherSources | undefined;
  },
): RateCell[] {
  const wrong = judged.filter((j) => j.weights.invalid.size > 0);
  if (wrong.length === 0) return [...cells];
  const flags = flagsOf(judged);
  if (wrong.some((j) => j.fallback === 'flag')) return flagCells(cells, flags);
  const methods = [...new Set([...wrong.map((j) => j.fallback), ...(options.others?.methods ?? [])])];
  const weights = judged.map((j) => j.weights);
  const classified = wrong.some((j) => j.source.method === 'classifier');
  const otherwise = classified ? { otherwise: 'classifier' } : {};
  return repairCells(cells, weights, {
    ...options,
    ...otherwise,
    flags,
    method: methods.join('+'),
    sourceOf: sourceName,
  });
}
