import type { ReadTable } from '../../../formats/tables/read-tables.js';
import { readWeightTables } from '../../../formats/tables/read-tables.js';
import { weightTableKind } from '../../../formats/tables/table-kind.js';
import type { WeightTable } from '../../../hist/weight-table.js';

/**
 * Tables of a Belle II CSV with what their format cannot say (expressions of axes, the cut as it was written, the preselection) from
 * the correctionlib file of the same name beside it, as a study writes both; as they are where there is none.
 */
export async function withHeadBeside(file: string, tables: readonly ReadTable[]): Promise<readonly ReadTable[]> {
  const beside = file.replace(/\.csv$/, '.json');
  if (beside === file || (await weightTableKind(beside).catch(() => undefined)) !== 'correctionlib') return tables;
  const known = await readWeightTables(beside);
  return tables.map((read) => {
    const same = known.find(({ table }) => about(table) === about(read.table));
    if (!same) return read;
    const { axes, cut, precut } = same.table;
    return { ...read, table: { ...read.table, axes, cut, precut } };
  });
}

const about = ({ reco, truth, variable, threshold, side, axes }: WeightTable): string =>
  JSON.stringify([reco.pdg, truth.pdg, variable, threshold, side, axes.map((a) => [...a.edges])]);
