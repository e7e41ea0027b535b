import { concatenate } from '../../base/concatenate.js';
import { NAN } from '../expression/functions.js';
import type { Table } from '../table.js';
import { binSql, type BinSql } from './bin-sql.js';
import { HIGH, PER_WEIGHT, TOP, type CellGroups, type WeightScale } from './cell-groups.js';
import type { CheckedCount, CountWay } from './count-way.js';
import { maskSql } from './mask-sql.js';
import { guessUnits } from './weight-units.js';

/** Rows that tell whether the values of an axis are all of ordinary size. */
const SAMPLED = 100_000;

/** Counts by a query of DuckDB: any file and expression. */
export const bySql = (table: Table, count: CheckedCount): CountWay => ({
  guessUnits: () => guessUnits(table, count.weights, count.from),
  count: (units) => countBySql(table, count, units),
});

async function countBySql(
  table: Table,
  count: CheckedCount,
  units: readonly WeightScale[],
): Promise<CellGroups | 'overflow'> {
  const { axes, weights } = count;
  const bins = axes.map(({ edges, closed }, i) => binSql(`x${i}`, `y${i}`, edges, closed));
  const sql = query(count, units, bins, await tameAxes(table, count, bins));
  const width = 1 + PER_WEIGHT * weights.length;
  const make = (n: number): Float64Array[] => Array.from({ length: 1 + width }, () => new Float64Array(n));
  const blocks: (readonly Float64Array[])[] = [];
  try {
    for await (const { columns } of table.duck.columns(sql, make, 16_384)) blocks.push(columns.map((c) => c.values));
  } catch (error) {
    if (weights.length > 0 && error instanceof Error && /Conversion Error.*DOUBLE/s.test(error.message))
      return 'overflow';
    throw error;
  }
  const [keys, ...sums] = make(0).map((_, k) => concatenate(blocks.map((block) => block[k])));
  const rows = new Float64Array(keys.length * width);
  sums.forEach((column, k) => column.forEach((value, g) => (rows[g * width + k] = value)));
  return { keys, sums: rows };
}

function query(
  { axes, conditions, weights, from }: CheckedCount,
  units: readonly WeightScale[],
  bins: readonly BinSql[],
  tame: readonly boolean[],
): string {
  const cuts = maskSql(
    conditions.map((c) => c.factors()),
    'b',
  );
  const first = [
    ...axes.map(({ value }, i) => `${value.real()} AS x${i}`),
    ...Object.entries(cuts.prepared).map(([name, text]) => `${text} AS ${name}`),
    ...weights.map((w, i) => `coalesce(${w.real()}, ${NAN}) AS w${i}`),
  ];
  const prepared = bins.flatMap(({ prepared: sql }, i) =>
    sql === undefined ? [] : [`${tame[i] ? sql.quick : sql.safe} AS y${i}`],
  );
  const groupsOfCell = 2 ** conditions.length;
  const cells = axes.reduce((n, a) => n * (a.edges.length + 2), 1);
  const type = cells * groupsOfCell < 2 ** 31 ? 'INTEGER' : 'BIGINT';
  let cell = '0';
  axes.forEach(({ edges }, i) => {
    cell = i === 0 ? `CAST(${bins[i].bin} AS ${type})` : `(${cell}) * ${edges.length + 2} + ${bins[i].bin}`;
  });
  const key = `CAST((${cell}) * ${groupsOfCell} + (${cuts.mask}) AS ${type}) AS key`;
  const scaled = units.flatMap(({ scale, scale2 }, i) => [
    `CAST(w${i} * ${literal(scale)} AS BIGINT) AS s${i}`,
    `CAST(w${i} * w${i} * ${literal(scale2)} AS BIGINT) AS q${i}`,
  ]);
  const sums = weights.flatMap((_, i) => [
    ...parts(`sum(s${i})`),
    ...parts(`sum(q${i})`),
    `CAST(count_if(s${i} < 0) AS DOUBLE)`,
  ]);
  const inner = `SELECT ${first.join(', ') || '1'} FROM ${from}`;
  const ready = prepared.length ? `SELECT *, ${prepared.join(', ')} FROM (${inner})` : inner;
  return (
    `SELECT CAST(key AS DOUBLE), CAST(count(*) AS DOUBLE)${sums.map((sql) => `, ${sql}`).join('')} ` +
    `FROM (SELECT ${[key, ...scaled].join(', ')} FROM (${ready})) GROUP BY key ORDER BY key`
  );
}

/** A sum of 128 bits as three doubles: see `CellGroups`. */
const parts = (sum: string): string[] => [
  `CAST(${sum} % ${HIGH} AS DOUBLE)`,
  `CAST(${sum} // ${HIGH} % ${HIGH} AS DOUBLE) * ${literal(HIGH)}`,
  `CAST(${sum} // ${BigInt(TOP)} AS DOUBLE) * ${literal(TOP)}`,
];

/** Whether the values of each axis are of ordinary size in the first rows. */
async function tameAxes(table: Table, { axes, from }: CheckedCount, bins: readonly BinSql[]): Promise<boolean[]> {
  const limits = bins.map(({ prepared }) => prepared?.limit);
  if (limits.every((limit) => limit === undefined)) return limits.map(() => false);
  const columns = axes.map(({ value }, i) => `${value.real()} AS x${i}`);
  const asked = limits.map((limit, i) => `count(CASE WHEN abs(x${i}) < ${literal(limit ?? 1)} THEN 1 END) AS t${i}`);
  const [row] = await table.duck.rows(
    `SELECT ${asked.join(', ')}, count(*) AS n FROM (SELECT ${columns.join(', ')} FROM ${from} LIMIT ${SAMPLED})`,
  );
  return limits.map((limit, i) => limit !== undefined && Number(row[`t${i}`]) === Number(row['n']));
}

const literal = (value: number): string => `${value.toExponential()}::DOUBLE`;
