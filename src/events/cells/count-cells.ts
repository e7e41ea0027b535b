import { userError } from '../../base/error.js';
import { variableAxis } from '../../hist/axis.js';
import type { CellCounts, Closed } from '../../hist/cell-counts.js';
import type { TableAxis } from '../../hist/weight-table.js';
import type { Table } from '../table.js';
import { cellCounts, type CellGroups, type WeightScale } from './cell-groups.js';
import { byBlocks } from './count-by-blocks.js';
import { bySql } from './count-by-sql.js';
import type { CheckedCount, CountWay } from './count-way.js';
import { findUnits } from './weight-units.js';

/** What is counted, in one pass: cells of any number of axes, rows told apart by conditions, sums of several weights. */
export interface CellRequest {
  /** Expressions and their edges; none makes one cell of all. */
  readonly axes: readonly (TableAxis & { readonly closed?: Closed | undefined })[];
  /** `right` by default: (low, high]; an axis may have its own. */
  readonly closed?: Closed | undefined;
  /** Name → condition: cuts, preselections, truth. At most 24. */
  readonly conditions?: Readonly<Record<string, string>> | undefined;
  /** Name → expression, of either sign. */
  readonly weights?: Readonly<Record<string, string>> | undefined;
  /** Only rows for which this holds are counted at all; their weights must be finite. */
  readonly where?: string | undefined;
  /** Where the expressions stand, for errors: axis, condition or weight → place. */
  readonly places?: Readonly<Record<string, string>> | undefined;
}

const MOST_CONDITIONS = 24;

/**
 * Counts rows by cell and conditions; see `CellCounts`. The data are read once, in bounded memory, by all threads.
 *
 * Weights are summed as whole multiples of 2⁻⁵⁸ (squares: 2⁻⁵⁴) of the largest, so that the order of addition does not
 * matter: the same digits whatever the number of threads, and whichever way rows are counted.
 *
 * @throws userError `expression.*` for unknown columns, `hist.axis` for edges that do not increase,
 *   `events.weights` where a weight is not finite
 */
export async function countCells(table: Table, request: CellRequest): Promise<CellCounts> {
  const { axes, closed = 'right', places = {} } = request;
  for (const { column, edges } of axes) checkEdges(column, edges, places[column]);
  const names = Object.keys(request.conditions ?? {});
  if (names.length > MOST_CONDITIONS) throw tooMany(names.length);
  const values = axes.map(({ column }) => table.check(column, places[column] ?? 'binning'));
  const conditions = names.map((name) =>
    table.check(request.conditions?.[name] ?? '', places[name] ?? name, 'condition'),
  );
  const weights = Object.entries(request.weights ?? {}).map(([name, text]) => table.check(text, places[name] ?? name));
  const where = request.where ? [table.check(request.where, places['where'] ?? 'select', 'condition')] : [];
  const count: CheckedCount = {
    axes: axes.map((axis, i) => ({ value: values[i], edges: axis.edges, closed: axis.closed ?? closed })),
    conditions,
    weights,
    where,
    from: await table.from([...values, ...conditions, ...weights], where),
  };
  for (const way of [byBlocks(table, count), bySql(table, count)]) {
    const found = await countIn(way, table, count);
    if (!found) continue;
    const named = Object.keys(request.weights ?? {}).map((name, i) => ({ name, ...found.units[i] }));
    return cellCounts(found.groups, { axes, closed, conditions: names }, named);
  }
  throw new Error('internal: not even SQL could count');
}

/** Counts, and again with better units where a weight does not fit; undefined where it cannot be done in this way. */
async function countIn(
  way: CountWay,
  table: Table,
  { weights, from }: CheckedCount,
): Promise<{ groups: CellGroups; units: readonly WeightScale[] } | undefined> {
  let units = await way.guessUnits();
  let groups = units && (await way.count(units));
  if (groups === 'overflow') {
    units = await findUnits(table, weights, from);
    groups = await way.count(units);
  }
  if (groups === 'overflow') throw new Error('internal: weights do not fit their own range');
  return units && groups && { groups, units };
}

function checkEdges(column: string, edges: readonly number[], path: string | undefined): void {
  variableAxis(column, edges);
  const odd = edges.find((e) => !Number.isFinite(e));
  if (odd !== undefined)
    throw userError({
      code: 'hist.axis',
      message: `the edges of "${column}" must be finite`,
      path,
      got: String(odd),
      expected: 'finite numbers',
      hint: 'values beyond the last edge are counted as out of range; 1e300 stands for no limit',
    });
}

const tooMany = (n: number): Error =>
  userError({
    code: 'events.conditions',
    message: `${n} cuts, preselections and truths at once are too many`,
    expected: `at most ${MOST_CONDITIONS}`,
    hint: 'make the tables in two goes',
  });
