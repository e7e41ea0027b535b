import path from 'node:path';
import type { BinValidity } from '../../../fit/factorisation.js';
import type { WeightFunction } from '../../../fit/weight-function.js';
import { readWeights, type SavedWeights } from '../../../formats/weights-file.js';
import type { RateMethod } from '../../../hist/rate.js';
import type { RateCell, TableAxis } from '../../../hist/weight-table.js';
import type { TaskContext } from '../../../runs/task.js';
import { readCellRows } from '../tables/cell-rows.js';
import { bandWeights, polynomialFit, polynomialWeights } from './fallback-weights.js';
import { hasPeak } from '../fits/fits.js';
import { resultOf } from '../common.js';
import type { CellFit } from './count-by-fit.js';
import type { SampleName } from '../modes.js';
import type { ModeParams } from '../params.js';
import { flagCells, repairCells, type CellWeights } from './repair.js';
import { sourceName, type ProbeSource } from '../sources.js';
import { cellValidity } from './validity.js';

/** Degree of the polynomial background of the fallback; the systematic variant has one more. */
const DEGREE = 3;

export interface JudgedSource {
  readonly source: ProbeSource;
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

function insteadOf(saved: SavedWeights, fallback: string): Readonly<Record<string, WeightFunction>> | undefined {
  const { nominal } = saved.variants;
  if (fallback === 'flag') return undefined;
  if (fallback === 'sideband') {
    const weights = bandWeights(nominal);
    return weights && { nominal: weights };
  }
  return { nominal: polynomialWeights(nominal, DEGREE), systematic: polynomialWeights(nominal, DEGREE + 1) };
}

/** Fits of a cell's own events, where they are the fallback. */
function fitsInstead(saved: SavedWeights, fallback: string): Readonly<Record<string, CellFit>> | undefined {
  if (fallback !== 'fit-and-count') return undefined;
  const { nominal } = saved.variants;
  return { nominal: polynomialFit(nominal, DEGREE), systematic: polynomialFit(nominal, DEGREE + 1) };
}

/** Tests the weights of every source in every cell of a table, and makes ready what stands in for them. */
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
): Promise<JudgedSource[]> {
  const { sample, axes, cells, precut, cuts } = request;
  const judged: JudgedSource[] = [];
  for (const [i, source] of sources.entries()) {
    const { mode } = source;
    const saved = await fittedWeights(context, mode, sample);
    if (!saved || source.method === 'truth') continue;
    const own = mode.weights[sample];
    const rows = await readCellRows(source, axes, { variable: saved.variable, own, precut, cuts });
    const truth = signal[i] as ProbeSource | undefined;
    const signalRows =
      truth?.method === 'truth'
        ? await readCellRows(truth, axes, { variable: saved.variable, own: mode.weights.simulation, precut })
        : undefined;
    const validity = cellValidity(
      saved,
      cells,
      { data: rows, signal: signalRows },
      {
        falseAlarm: mode.validity.falseAlarm,
        weighted: { data: own !== undefined, signal: mode.weights.simulation !== undefined },
      },
    );
    const invalid = new Set(validity.filter((v) => v.status === 'invalid').map((v) => v.bin));
    const { fallback } = mode.validity;
    const instead = invalid.size ? insteadOf(saved, fallback) : undefined;
    judged.push({
      source,
      validity,
      weights: { rows, fitted: saved.variants, instead: instead ?? {}, fits: fitsInstead(saved, fallback), invalid },
      fallback: instead ? fallback : 'flag',
    });
  }
  return judged;
}

/** The cells of a table after judgement: flagged, or counted again. */
export function judgedCells(
  cells: readonly RateCell[],
  judged: readonly JudgedSource[],
  options: { readonly cut: number; readonly interval: RateMethod },
): RateCell[] {
  const invalid = new Set(judged.flatMap((j) => [...j.weights.invalid]));
  if (invalid.size === 0) return [...cells];
  const helpless = judged.some((j) => j.fallback === 'flag' && j.weights.invalid.size > 0);
  if (helpless) return flagCells(cells, invalid);
  const methods = [...new Set(judged.filter((j) => j.weights.invalid.size > 0).map((j) => j.fallback))];
  return repairCells(
    cells,
    judged.map((j) => j.weights),
    { ...options, method: methods.join('+'), sourceOf: sourceName },
  );
}
