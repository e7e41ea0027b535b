import { concatenate } from '../base/concatenate.js';
import { userError } from '../base/error.js';
import { variableAxis } from '../hist/axis.js';
import type { CellCounts, Closed, Sums } from '../hist/cell-counts.js';
import type { TableAxis } from '../hist/weight-table.js';
import { binSql, type BinSql } from './bin-sql.js';
import type { Compiled } from './expression/compile.js';
import { NAN } from './expression/functions.js';
import { maskSql } from './mask-sql.js';
import type { Table } from './table.js';

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
/** Rows from which the scale of the weights is guessed. */
const SAMPLED = 100_000;
/** A weight may be 2⁴ times the largest in the sampled rows before the count is repeated. */
const HEADROOM = 4;

interface Weight {
  readonly name: string;
  readonly value: Compiled;
  /** Weights are below 2^exponent. */
  exponent: number;
}

/**
 * Counts rows by cell and conditions; see `CellCounts`. The data are read once, in bounded memory, by all threads.
 *
 * Weights are summed as whole multiples of 2⁻⁵⁸ (squares: 2⁻⁵⁴) of the largest, so that the order of addition does not
 * matter: the same digits whatever the number of threads.
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
  const weights = Object.entries(request.weights ?? {}).map(([name, text]): Weight => ({
    name,
    value: table.check(text, places[name] ?? name),
    exponent: 0,
  }));
  const where = request.where ? [table.check(request.where, places['where'] ?? 'select', 'condition')] : [];
  const from = await table.from([...values, ...conditions, ...weights.map((w) => w.value)], where);
  const bins = axes.map((axis, i) => binSql(`x${i}`, `y${i}`, axis.edges, axis.closed ?? closed));
  const tame = await lookAhead(table, from, weights, { values, bins });
  const sql = (): string => query({ axes, bins, tame, values, conditions, weights, from });
  let found = await groups(table, sql(), weights);
  if (!found) {
    await findExponents(table, from, weights);
    found = await groups(table, sql(), weights);
  }
  if (!found) throw new Error('internal: weights do not fit their own range');
  return unpack(found, { axes, closed, conditions: names }, weights);
}

interface Query {
  readonly axes: CellRequest['axes'];
  readonly bins: readonly BinSql[];
  /** Whether the values of an axis are of an ordinary size. */
  readonly tame: readonly boolean[];
  readonly values: readonly Compiled[];
  readonly conditions: readonly Compiled[];
  readonly weights: readonly Weight[];
  readonly from: string;
}

function query({ axes, bins, tame, values, conditions, weights, from }: Query): string {
  const cuts = maskSql(
    conditions.map((c) => c.factors()),
    'b',
  );
  const first = [
    ...values.map((v, i) => `${v.real()} AS x${i}`),
    ...Object.entries(cuts.prepared).map(([name, text]) => `${text} AS ${name}`),
    ...weights.map((w, i) => `coalesce(${w.value.real()}, ${NAN}) AS w${i}`),
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
  const scaled = weights.flatMap(({ exponent }, i) => [
    `CAST(w${i} * ${power(62 - HEADROOM - exponent)} AS BIGINT) AS s${i}`,
    `CAST(w${i} * w${i} * ${power(62 - 2 * HEADROOM - 2 * exponent)} AS BIGINT) AS q${i}`,
  ]);
  const sums = weights.flatMap((_, i) => [
    `CAST(sum(s${i}) AS DOUBLE)`,
    `CAST(sum(q${i}) AS DOUBLE)`,
    `CAST(count_if(s${i} < 0) AS DOUBLE)`,
  ]);
  const inner = `SELECT ${first.join(', ') || '1'} FROM ${from}`;
  const ready = prepared.length ? `SELECT *, ${prepared.join(', ')} FROM (${inner})` : inner;
  return (
    `SELECT CAST(key AS DOUBLE), CAST(count(*) AS DOUBLE)${sums.map((sql) => `, ${sql}`).join('')} ` +
    `FROM (SELECT ${[key, ...scaled].join(', ')} FROM (${ready})) GROUP BY key ORDER BY key`
  );
}

/** Σw, Σw², rows of negative weight. */
const PER_WEIGHT = 3;

/** The groups of the query; undefined where a weight is too large or no number. */
async function groups(
  table: Table,
  sql: string,
  weights: readonly Weight[],
): Promise<readonly Float64Array[] | undefined> {
  const width = 2 + PER_WEIGHT * weights.length;
  const make = (n: number): Float64Array[] => Array.from({ length: width }, () => new Float64Array(n));
  const blocks: (readonly Float64Array[])[] = [];
  try {
    for await (const { columns } of table.duck.columns(sql, make, 16_384)) blocks.push(columns.map((c) => c.values));
  } catch (error) {
    if (weights.length > 0 && error instanceof Error && /Conversion Error.*DOUBLE/s.test(error.message))
      return undefined;
    throw error;
  }
  return make(0).map((_, k) => concatenate(blocks.map((block) => block[k])));
}

function unpack(
  columns: readonly Float64Array[],
  head: Pick<CellCounts, 'axes' | 'closed' | 'conditions'>,
  weights: readonly Weight[],
): CellCounts {
  const [keys, entries] = columns;
  const masks = 2 ** head.conditions.length;
  const sums = weights.map(({ name, exponent }, i): [string, Sums] => {
    const [sumw, sumw2, negative] = columns.slice(2 + PER_WEIGHT * i, 2 + PER_WEIGHT * (i + 1));
    const unit = 2 ** -(62 - HEADROOM - exponent);
    const unit2 = 2 ** -(62 - 2 * HEADROOM - 2 * exponent);
    return [name, { sumw: sumw.map((v) => v * unit), sumw2: sumw2.map((v) => v * unit2), entries, negative }];
  });
  return {
    ...head,
    cell: keys.map((k) => Math.floor(k / masks)),
    mask: Int32Array.from(keys, (k) => k % masks),
    entries,
    weights: Object.fromEntries(sums),
  };
}

/**
 * What the first rows tell: how large weights are (those that do not fit are seen in the count itself), and whether the values
 * of an axis are all of ordinary size.
 */
async function lookAhead(
  table: Table,
  from: string,
  weights: readonly Weight[],
  { values, bins }: { readonly values: readonly Compiled[]; readonly bins: readonly BinSql[] },
): Promise<boolean[]> {
  const limits = bins.map(({ prepared }) => prepared?.limit);
  if (weights.length === 0 && limits.every((limit) => limit === undefined)) return limits.map(() => false);
  const columns = [
    ...weights.map(({ value }, i) => `${value.real()} AS w${i}`),
    ...values.map((value, i) => `${value.real()} AS x${i}`),
  ];
  const asked = [
    ...weights.map((_, i) => `max(CASE WHEN isfinite(w${i}) THEN abs(w${i}) END) AS m${i}`),
    ...limits.map(
      (limit, i) => `count(CASE WHEN abs(x${i}) < ${(limit ?? 1).toExponential()}::DOUBLE THEN 1 END) AS t${i}`,
    ),
    'count(*) AS n',
  ];
  const [row] = await table.duck.rows(
    `SELECT ${asked.join(', ')} FROM (SELECT ${columns.join(', ')} FROM ${from} LIMIT ${SAMPLED})`,
  );
  weights.forEach((weight, i) => (weight.exponent = exponentOf(Number(row[`m${i}`] ?? 1))));
  return limits.map((limit, i) => limit !== undefined && Number(row[`t${i}`]) === Number(row['n']));
}

/** From all rows; refuses weights that are not finite. */
async function findExponents(table: Table, from: string, weights: readonly Weight[]): Promise<void> {
  const values = weights.map(({ value }, i) => `${value.real()} AS w${i}`).join(', ');
  const asked = weights.flatMap((_, i) => [
    `count(*) - count(CASE WHEN isfinite(w${i}) THEN 1 END) AS n${i}`,
    `max(CASE WHEN isfinite(w${i}) THEN abs(w${i}) END) AS m${i}`,
  ]);
  const [row] = await table.duck.rows(`SELECT ${asked.join(', ')}, count(*) AS n FROM (SELECT ${values} FROM ${from})`);
  weights.forEach((weight, i) => {
    const bad = Number(row[`n${i}`]);
    if (bad > 0) {
      const { text, path } = weight.value.source;
      throw userError({
        code: 'events.weights',
        message: `the weight "${text}" is not finite in ${bad} of ${Number(row['n'])} rows of ${table.files[0]}`,
        path,
        got: text,
        expected: 'a finite weight in every selected row',
        hint: `leave those rows out: --select "isfinite(${text})"`,
      });
    }
    weight.exponent = exponentOf(Number(row[`m${i}`] ?? 1));
  });
}

const exponentOf = (largest: number): number => (largest > 0 ? Math.floor(Math.log2(largest)) + 1 : 0);

const power = (exponent: number): string => `${(2 ** exponent).toExponential()}::DOUBLE`;

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
