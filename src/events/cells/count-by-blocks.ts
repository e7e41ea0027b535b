import type { BlockForm } from '../expression/block-form.js';
import { flatFile, type FlatFile } from '../parquet/flat-file.js';
import { Unsuited } from '../parquet/unsuited.js';
import type { Table } from '../table.js';
import { BlockCounter, type CountPlan } from './block-counter.js';
import type { CellGroups } from './cell-groups.js';
import type { CheckedCount } from './count-by-sql.js';

/**
 * The groups by reading the columns here, two to three times faster than by SQL: of Parquet files, and of copies of others in the
 * cache, where all columns are numbers and expressions use only operations that round in one way.
 *
 * @returns `overflow` where a weight is too large or no number; undefined where it cannot be done in this way
 */
export async function countByBlocks(table: Table, count: CheckedCount): Promise<CellGroups | 'overflow' | undefined> {
  const plan = planOf(table, count);
  if (!plan) return undefined;
  try {
    const columns = [...new BlockCounter(plan).columns.keys()];
    const files = await filesOf(table, columns);
    return files && (await table.team.count(plan, files, columns));
  } catch (error) {
    if (error instanceof Unsuited) return undefined;
    throw error;
  }
}

function planOf(table: Table, { axes, conditions, weights, where }: CheckedCount): CountPlan | undefined {
  const values = axes.map((axis) => axis.value.form('number'));
  const truths = conditions.map((c) => c.form('condition'));
  const weighted = weights.map((w) => w.value.form('number'));
  const kept = [...table.cuts, ...where].map((c) => c.form('condition'));
  if (!all(values) || !all(truths) || !all(weighted) || !all(kept)) return undefined;
  return {
    axes: axes.map(({ edges, closed }, i) => ({ value: values[i], edges, closed })),
    conditions: truths,
    weights: weights.map(({ scale, scale2 }, i) => ({ value: weighted[i], scale, scale2 })),
    where: kept,
  };
}

const all = (forms: readonly (BlockForm | undefined)[]): forms is readonly BlockForm[] => !forms.includes(undefined);

async function filesOf(table: Table, columns: readonly string[]): Promise<FlatFile[] | undefined> {
  // Without a column there is nothing to tell how many rows to count.
  const stored = columns.length === 0 ? undefined : await table.sample.parquet(columns);
  if (!stored) return undefined;
  const files: FlatFile[] = [];
  for (const { path, names } of stored) {
    const flat = await flatFile(path, names);
    if (!flat) return undefined;
    files.push(flat);
  }
  return files;
}
