import type { Column } from './column.js';

const as = (key: string, i: number, value: string): string => `${value} AS ${key}${i}`;

/** The values of a column as `v`, and of a real one the finite ones as `f`: FILTER clauses copy all columns for each of them. */
export function valuesOf(column: Column, id: string, i: number): string[] {
  return column.type === 'real'
    ? [as('v', i, id), as('f', i, `CASE WHEN isfinite(${id}) THEN ${id} END`)]
    : [as('v', i, id)];
}

/** The same for the elements `e` of a list. */
export function elementsOf(column: Column, i: number): string[] {
  const id = `e${i}`;
  const finite = `CASE WHEN isfinite(CAST(${id} AS DOUBLE)) THEN ${id} END`;
  return column.element === 'real' ? [as('v', i, id), as('f', i, finite)] : [as('v', i, id)];
}

/** Aggregates over the rows of a column. */
export function firstPass(column: Column, i: number): string[] {
  const id = `v${i}`;
  if (column.type === 'string') {
    return [
      as('min', i, `min(${id})`),
      as('max', i, `max(${id})`),
      as('nan', i, `count(*) - count(${id})`),
      as('distinct', i, `approx_count_distinct(${id})`),
    ];
  }
  if (column.type === 'list') {
    const elements = as('len', i, `coalesce(sum(len(${id})), 0)`);
    return column.element === 'string' ? [elements, as('min', i, 'NULL'), as('max', i, 'NULL')] : [elements];
  }
  return column.type === 'real' ? realPass(i, 'count(*)') : [...extent(id, i), as('nan', i, `count(*) - count(${id})`)];
}

/** Aggregates over the elements of a list. */
export function elementPass(column: Column, i: number): string[] {
  const id = `v${i}`;
  if (column.element === 'real') return realPass(i, `count(${id})`);
  const [min, max, sum] = extent(id, i);
  return [min, max, column.element === 'boolean' ? as('sum', i, '0') : sum, as('nan', i, '0')];
}

const extent = (id: string, i: number): [string, string, string] => [
  as('min', i, `CAST(min(${id}) AS DOUBLE)`),
  as('max', i, `CAST(max(${id}) AS DOUBLE)`),
  as('sum', i, `sum(CAST(${id} AS DOUBLE))`),
];

/** Range and sum of what is finite; what is neither that nor infinite is NaN or missing. */
function realPass(i: number, all: string): string[] {
  const infinite = `count(CASE WHEN isinf(CAST(v${i} AS DOUBLE)) THEN 1 END)`;
  return [...extent(`f${i}`, i), as('inf', i, infinite), as('nan', i, `${all} - count(f${i}) - ${infinite}`)];
}
