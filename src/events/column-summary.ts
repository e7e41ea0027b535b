import type { Column } from './column.js';
import type { Duck } from './duck.js';
import { peel, type Range, type Sentinel } from './sentinels.js';
import { elementPass, elementsOf, firstPass, valuesOf } from './summary-sql.js';

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
    const some = readable.slice(k, k + 200);
    const values = some.flatMap((i) => valuesOf(columns[i], sql(i), i));
    const part = some.flatMap((i) => firstPass(columns[i], i));
    const answer = await duck.rows(`SELECT ${part.join(', ')} FROM (SELECT ${values.join(', ')} FROM ${from})`);
    Object.assign(first, answer[0]);
  }
  // Elements side by side, lists of fewer filled up with NULL, which no aggregate counts: much faster than list functions.
  const lists = readable.filter((i) => columns[i].type === 'list' && columns[i].element !== 'string');
  for (let k = 0; k < lists.length; k += 40) {
    const some = lists.slice(k, k + 40);
    const elements = some.map((i) => `unnest(${sql(i)}) AS e${i}`);
    const values = some.flatMap((i) => elementsOf(columns[i], i));
    const part = some.flatMap((i) => elementPass(columns[i], i));
    const inside = `SELECT ${values.join(', ')} FROM (SELECT ${elements.join(', ')} FROM ${from})`;
    Object.assign(first, (await duck.rows(`SELECT ${part.join(', ')} FROM (${inside})`))[0]);
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
