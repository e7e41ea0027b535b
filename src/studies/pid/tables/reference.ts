import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { userError } from '../../../base/error.js';
import { fromTableCsv, type EstimateTable } from '../../../formats/tables/table-csv.js';
import { columnStem } from '../../../formats/tables/names.js';
import { band } from '../../../hist/estimate.js';
import type { WeightTable } from '../../../hist/weight-table.js';
import type { TaskContext } from '../../../runs/task.js';
import { chi2Survival } from '../../../stats/special/gamma.js';

/** The table to compare the ratios of one true particle with, from the task's files. */
export async function readReference(
  context: TaskContext,
  named: Readonly<Record<string, string>> | undefined,
  particle: string,
): Promise<EstimateTable | undefined> {
  const wanted = named && Object.hasOwn(named, particle) ? named[particle] : undefined;
  if (wanted === undefined) return undefined;
  const file = context.files[Object.keys(named ?? {}).indexOf(particle)];
  return fromTableCsv(await readFile(file, 'utf8'), { path: path.basename(file) });
}

/** Comparison with a reference, over the bins that both have. */
export interface Compared {
  readonly chi2: number;
  readonly ndf: number;
  readonly pValue: number;
  /** (ratio − reference)/σ in every cell; NaN where one of them has no number. σ: all sources of both. */
  readonly pulls: readonly number[];
  readonly mean: number;
  readonly width: number;
}

/** @throws userError `pid.reference` where the bins differ */
export function compareWith(table: WeightTable, reference: EstimateTable): Compared {
  const shape = (axes: WeightTable['axes']): string =>
    JSON.stringify(axes.map((a) => [columnStem(a.column), [...a.edges].map((e) => Number(e.toPrecision(9)))]));
  if (shape(table.axes) !== shape(reference.axes))
    throw userError({
      code: 'pid.reference',
      message: 'the reference has other bins than the table',
      got: shape(reference.axes),
      expected: shape(table.axes),
    });
  const pulls = table.cells.map(({ ratio }, i) => {
    const other = reference.cells[i];
    const difference = ratio.value - other.value;
    const [own, its] = [band(ratio), band(other)];
    const sigma = difference > 0 ? Math.hypot(own.down, its.up) : Math.hypot(own.up, its.down);
    return sigma > 0 ? difference / sigma : NaN;
  });
  const known = pulls.filter(Number.isFinite);
  const ndf = known.length;
  const mean = known.reduce((s, p) => s + p, 0) / ndf;
  const chi2 = known.reduce((s, p) => s + p * p, 0);
  const width = Math.sqrt(known.reduce((s, p) => s + (p - mean) ** 2, 0) / Math.max(1, ndf - 1));
  return { chi2, ndf, pValue: chi2Survival(chi2, ndf), pulls, mean, width };
}
