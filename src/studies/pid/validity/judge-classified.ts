import path from 'node:path';
import { pick } from '../../../fit/component.js';
import { binValidity } from '../../../fit/bin-validity.js';
import { commonEdges, templateOf } from '../../../fit/template-components.js';
import { readWeights } from '../../../formats/weights-file.js';
import type { TableAxis } from '../../../hist/weight-table.js';
import type { TaskContext } from '../../../runs/task.js';
import { resultOf } from '../common.js';
import type { ClassifierFit } from '../fits/fits.js';
import { OUTPUT, PART } from '../fits/written-columns.js';
import { both } from '../both.js';
import type { ProbeSource } from '../sources.js';
import { readCellRows, type CellRows } from '../tables/cell-rows.js';
import type { CellFit } from './count-by-fit.js';
import type { JudgedSource } from './judge-cells.js';

/** Simulated events of a species below which a cell has no template of it. */
const FEWEST = 50;

/** The species of simulation in the cells of a table. */
interface CellSpecies {
  readonly name: string;
  readonly rows: CellRows;
}

/** Templates of a cell's own simulation: right also where the output goes with the variables of the table. */
function cellFit(species: readonly CellSpecies[], bins: number, cell: number): CellFit | undefined {
  const samples = species.map(({ name, rows }) => {
    const chosen = Uint32Array.from(rows.cells.keys()).filter((row) => rows.cells[row] === cell);
    return { name, x: pick(rows.x, chosen), weights: pick(rows.own, chosen) };
  });
  const events = samples.map(({ weights }) => {
    const [sum, squares] = weights.reduce(([s, q], w) => [s + w, q + w * w], [0, 0]);
    return squares > 0 && sum > 0 ? (sum * sum) / squares : 0;
  });
  const fewest = Math.min(...events);
  if (fewest < FEWEST) return undefined;
  // Ten events a bin and template on average: floors under empty bins would bias.
  const edges = commonEdges(samples, [0, 1], Math.max(3, Math.min(bins, Math.floor(fewest / 10))));
  const components = samples.map((sample) => templateOf(sample, edges));
  return { components, signal: ['signal'], range: [0, 1], templates: { edges, events } };
}

/**
 * Tests the weights of a classifier's output in every cell: in simulation, the output of every species must be distributed in the
 * cell as elsewhere. What stands in for them is a fit with the templates of the cell's own simulation.
 *
 * @param simulation the same probe in simulation
 */
export async function judgeClassified(
  context: TaskContext,
  fit: ClassifierFit,
  source: ProbeSource,
  simulation: ProbeSource,
  request: {
    readonly axes: readonly TableAxis[];
    readonly cells: number;
    readonly precut: string;
    readonly cuts: readonly string[];
  },
): Promise<JudgedSource[] | undefined> {
  const { mode } = source;
  const { axes, cells, precut, cuts } = request;
  // Tuples that were weighted elsewhere come without their training.
  if (resultOf(context, `fit/${mode.name}/data`) === undefined) return undefined;
  const saved = await readWeights(path.join(context.input(`fit/${mode.name}/data`).dir, 'weights.json'));
  const { backgrounds, bins } = fit.classifier;
  const own = mode.weights.simulation;
  const species: CellSpecies[] = [];
  for (const [k, name] of ['signal', ...Object.keys(backgrounds)].entries()) {
    const select = both(source.select, `${PART} == ${k}`);
    const from = { table: simulation.table, whole: simulation.whole, ...(select === undefined ? {} : { select }) };
    species.push({ name, rows: await readCellRows(from, axes, { variable: OUTPUT, own, precut }) });
  }
  const samples = species.map(({ name, rows }) => ({
    name: `simulated ${name}`,
    x: rows.x,
    bins: rows.cells,
    ...(own === undefined ? {} : { weights: rows.own }),
  }));
  const validity = cells > 1 ? binValidity(samples, cells, { falseAlarm: mode.validity.falseAlarm }) : [];
  const invalid = new Set(validity.filter((v) => v.status === 'invalid').map((v) => v.bin));
  const where = both(source.select, `isfinite(${OUTPUT})`);
  const from = { table: source.table, whole: source.whole, ...(where === undefined ? {} : { select: where }) };
  const rows = await readCellRows(from, axes, { variable: OUTPUT, own: mode.weights.data, precut, cuts });
  const counts = mode.validity.fallback === 'fit-and-count';
  const fits = counts ? { nominal: (cell: number) => cellFit(species, bins, cell) } : undefined;
  const weights = { rows, fitted: saved.variants, instead: saved.variants, fits, invalid };
  return cuts.map(() => ({ source, sample: 'data', validity, weights, fallback: counts ? 'fit-and-count' : 'flag' }));
}
