import type { Column } from './column.js';
import type { Duck } from './duck.js';

/** A value that stands for "none": outside the bulk of a column. */
export interface Sentinel {
  readonly value: number;
  readonly count: number;
}

/** What a column's values are like. Ranges leave out NaN, infinities and sentinels. */
export interface ColumnSummary {
  readonly name: string;
  readonly type: string;
  readonly stored: string;
  readonly min?: number | string;
  readonly max?: number | string;
  readonly mean?: number;
  /** NaN or missing. */
  readonly nan: number;
  readonly infinite: number;
  readonly sentinels: readonly Sentinel[];
  readonly constant: boolean;
  /** List columns: elements in all rows. */
  readonly elements?: number;
  /** Text columns: different values, about. */
  readonly distinct?: number;
  readonly unreadable?: string;
}

interface Range {
  readonly at: number;
  readonly list: boolean;
  readonly whole: boolean;
  min: number;
  max: number;
  sentinels: Sentinel[];
}

const MOST_SENTINELS = 4;
// What tuples write where there is no value. Elsewhere a value must stand much further out to count.
const USUAL = new Set(
  [
    99, 999, 9999, 99999, 999999, 9999999, 1000, 10000, 100000, 1e6, 1e9, 1e10, 1e20, 1e30, 2147483648, 2147483647,
    32768,
  ]
    .flatMap((v) => [v, -v])
    .concat([4294967295, -3.4028234663852886e38, 3.4028234663852886e38, -1.7976931348623157e308, -99.9, -999.9]),
);

const SMALL = new Set([-1, -2, -9, -10]);

/** Summarises columns in a few passes over a relation whose columns are called as `sql(i)` says. */
export async function summarise(
  duck: Duck,
  from: string,
  columns: readonly Column[],
  sql: (i: number) => string,
  rows: number,
): Promise<ColumnSummary[]> {
  const readable = columns.flatMap((c, i) => (c.unreadable === undefined && c.element !== 'list' ? [i] : []));
  const first: Record<string, unknown> = {};
  // DuckDB plans a query of thousands of aggregates slowly.
  for (let k = 0; k < readable.length; k += 200) {
    const part = readable.slice(k, k + 200).flatMap((i) => firstPass(columns[i], sql(i), i));
    Object.assign(first, (await duck.rows(`SELECT ${part.join(', ')} FROM ${from}`))[0]);
  }
  const ranges = readable.flatMap((at): Range[] => {
    const column = columns[at];
    const numbers =
      column.type === 'real' || column.type === 'integer' || (column.type === 'list' && isNumber(column.element));
    const [min, max] = [first[`min${at}`], first[`max${at}`]];
    if (!numbers || min === null || max === null || min === max) return [];
    return [
      {
        at,
        list: column.type === 'list',
        whole: column.type === 'integer',
        min: Number(min),
        max: Number(max),
        sentinels: [],
      },
    ];
  });
  await peel(duck, from, ranges, sql);
  return columns.map((c, i): ColumnSummary => {
    const base = { name: c.name, type: c.type === 'list' ? `list of ${c.element}` : c.type, stored: c.stored };
    if (!readable.includes(i)) {
      const why = c.unreadable ?? 'a list of lists is not summarised';
      return {
        ...base,
        nan: 0,
        infinite: 0,
        sentinels: [],
        constant: false,
        ...(c.unreadable === undefined ? {} : { unreadable: why }),
      };
    }
    const get = (key: string): number => Number(first[`${key}${i}`] ?? 0);
    const elements = c.type === 'list' ? get('len') : rows;
    const range = ranges.find((r) => r.at === i);
    const min = range?.min ?? first[`min${i}`];
    const max = range?.max ?? first[`max${i}`];
    const text = c.type === 'string';
    const filled = elements - get('nan') - get('inf');
    return {
      ...base,
      ...(min === null || min === undefined
        ? {}
        : { min: text ? String(min) : Number(min), max: text ? String(max) : Number(max) }),
      ...(text || filled === 0 || c.element === 'string'
        ? {}
        : { mean: mean(get('sum'), filled, range?.sentinels ?? []) }),
      nan: get('nan'),
      infinite: get('inf'),
      sentinels: range?.sentinels ?? [],
      constant:
        elements > 1 && min === max && min !== null && get('nan') + get('inf') === 0 && !range?.sentinels.length,
      ...(c.type === 'list' ? { elements } : {}),
      ...(text ? { distinct: get('distinct') } : {}),
    };
  });
}

const isNumber = (element: string | undefined): boolean => element === 'real' || element === 'integer';

function mean(sum: number, count: number, sentinels: readonly Sentinel[]): number {
  const rest = count - sentinels.reduce((n, s) => n + s.count, 0);
  return Number(((sum - sentinels.reduce((t, s) => t + s.value * s.count, 0)) / rest).toPrecision(6));
}

function firstPass(column: Column, id: string, i: number): string[] {
  const as = (key: string, value: string): string => `${value} AS ${key}${i}`;
  if (column.type === 'string') {
    return [
      as('min', `min(${id})`),
      as('max', `max(${id})`),
      as('nan', `count(*) - count(${id})`),
      as('distinct', `approx_count_distinct(${id})`),
    ];
  }
  if (column.type === 'list') {
    const all = [as('len', `coalesce(sum(len(${id})), 0)`)];
    if (column.element === 'string') return [...all, as('min', 'NULL'), as('max', 'NULL')];
    const finite = `list_filter(${id}, lambda v: isfinite(CAST(v AS DOUBLE)))`;
    const list = column.element === 'real' ? finite : id;
    const value = (f: string): string => `CAST(list_${f}(${list}) AS DOUBLE)`;
    return [
      ...all,
      as('min', `min(${value('min')})`),
      as('max', `max(${value('max')})`),
      as('sum', column.element === 'boolean' ? '0' : `sum(${value('sum')})`),
      as('nan', column.element === 'real' ? `sum(len(list_filter(${id}, lambda v: isnan(CAST(v AS DOUBLE)))))` : '0'),
      as('inf', column.element === 'real' ? `sum(len(list_filter(${id}, lambda v: isinf(CAST(v AS DOUBLE)))))` : '0'),
    ];
  }
  const x = `CAST(${id} AS DOUBLE)`;
  if (column.type !== 'real') {
    return [
      as('min', `min(${x})`),
      as('max', `max(${x})`),
      as('sum', `sum(${x})`),
      as('nan', `count(*) - count(${id})`),
    ];
  }
  const finite = `FILTER (WHERE isfinite(${id}))`;
  return [
    as('min', `min(${x}) ${finite}`),
    as('max', `max(${x}) ${finite}`),
    as('sum', `sum(${x}) ${finite}`),
    as('nan', `count(*) - count(${id}) + count(*) FILTER (WHERE isnan(${id}))`),
    as('inf', `count(*) FILTER (WHERE isinf(${id}))`),
  ];
}

/** Takes sentinels off both ends of every range until the ends belong to the bulk. */
async function peel(duck: Duck, from: string, ranges: readonly Range[], sql: (i: number) => string): Promise<void> {
  const usual = [...USUAL].map((v) => `${v.toExponential()}::DOUBLE`).join(', ');
  let open = ranges.filter((r) => !r.list);
  for (let round = 0; round < MOST_SENTINELS && open.length > 0; round++) {
    const answers: Record<string, unknown> = {};
    for (let k = 0; k < open.length; k += 200) {
      const part = open.slice(k, k + 200).flatMap(({ at, min, max }) => {
        const x = `CAST(${sql(at)} AS DOUBLE)`;
        const [low, high] = [min, max].map((v) => `${v.toExponential()}::DOUBLE`);
        return [
          `count(*) FILTER (WHERE ${x} = ${low}) AS lown${at}`,
          `count(*) FILTER (WHERE ${x} = ${high}) AS highn${at}`,
          `min(${x}) FILTER (WHERE ${x} > ${low}) AS low${at}`,
          `max(${x}) FILTER (WHERE ${x} < ${high}) AS high${at}`,
          // The bulk's ends, where two usual sentinels stand side by side.
          ...(USUAL.has(min)
            ? [`min(${x}) FILTER (WHERE ${x} > ${low} AND ${x} NOT IN (${usual})) AS lowbulk${at}`]
            : []),
          ...(USUAL.has(max)
            ? [`max(${x}) FILTER (WHERE ${x} < ${high} AND ${x} NOT IN (${usual})) AS highbulk${at}`]
            : []),
        ];
      });
      Object.assign(answers, (await duck.rows(`SELECT ${part.join(', ')} FROM ${from}`))[0]);
    }
    open = open.filter((range) => {
      const get = (key: string): number => Number(answers[`${key}${range.at}`]);
      const { min, max } = range;
      const [low, high] = [get('low'), get('high')];
      // Of {a, b} neither is outside the bulk of the other.
      if (low === max) return false;
      const { whole } = range;
      const end = (key: string): number => Number(answers[`${key}bulk${range.at}`] ?? get(key));
      const [from, to] = [end('low'), end('high')];
      const lowOut = outside({
        value: min,
        gap: from - min,
        rest: Math.max(0, (USUAL.has(max) ? to : max) - from),
        count: get('lown'),
        nonNegative: from >= 0,
        whole,
      });
      const highOut = outside({
        value: max,
        gap: max - to,
        rest: Math.max(0, to - (USUAL.has(min) ? from : min)),
        count: get('highn'),
        nonNegative: false,
        whole,
      });
      if (lowOut) {
        range.sentinels.push({ value: min, count: get('lown') });
        range.min = low;
      } else if (highOut) {
        range.sentinels.push({ value: max, count: get('highn') });
        range.max = high;
      }
      return lowOut || highOut;
    });
  }
}

/**
 * Is an end value a sentinel? One that tuples often use needs only to stand clear of the bulk, or to be the only
 * negative value; −1 and −2 must be the only negative value of a probability or an index; any other value must be
 * repeated, and stand five times as far out as the rest is wide.
 */
function outside(end: {
  value: number;
  gap: number;
  rest: number;
  count: number;
  nonNegative: boolean;
  whole: boolean;
}): boolean {
  const { value, gap, rest, count, nonNegative, whole } = end;
  if (USUAL.has(value)) {
    return gap > 0.9 * rest || (gap > 50 && gap > 0.1 * rest) || (value < 0 && nonNegative);
  }
  if (SMALL.has(value)) return count >= 2 && nonNegative && (whole ? rest >= 3 : rest <= 1);
  return count >= 3 && gap > 5 * rest;
}
