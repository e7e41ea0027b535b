import { userError } from '../../base/error.js';
import type { Compiled } from '../expression/compile.js';
import type { Table } from '../table.js';
import type { WeightScale } from './cell-groups.js';

/** A weight may be 2⁴ times the largest in the sampled rows before the count is repeated. */
const HEADROOM = 4;
/** Rows from which the size of weights is guessed. */
export const SAMPLED = 20_000;

/** Units such that sums of the weights' whole multiples fit into 128 bits; from the first rows, a guess. */
export async function guessUnits(table: Table, weights: readonly Compiled[], from: string): Promise<WeightScale[]> {
  if (weights.length === 0) return [];
  const [row] = await table.duck.rows(
    `SELECT ${sizes(weights).join(', ')} FROM (SELECT ${values(weights)} FROM ${from} LIMIT ${SAMPLED})`,
  );
  return weights.map((_, i) => unitOf(row[`m${i}`] as number | null));
}

/** The same from all rows. @throws userError `events.weights` where a weight is not finite */
export async function findUnits(table: Table, weights: readonly Compiled[], from: string): Promise<WeightScale[]> {
  const asked = [
    ...weights.map((_, i) => `count(*) - count(CASE WHEN isfinite(w${i}) THEN 1 END) AS n${i}`),
    ...sizes(weights),
    'count(*) AS n',
  ];
  const [row] = await table.duck.rows(`SELECT ${asked.join(', ')} FROM (SELECT ${values(weights)} FROM ${from})`);
  return weights.map(({ source: { text, path } }, i) => {
    const bad = Number(row[`n${i}`]);
    if (bad > 0)
      throw userError({
        code: 'events.weights',
        message: `the weight "${text}" is not finite in ${bad} of ${Number(row['n'])} rows of ${table.files[0]}`,
        path,
        got: text,
        expected: 'a finite weight in every selected row',
        hint: `leave those rows out: --select "isfinite(${text})"`,
      });
    return unitOf(row[`m${i}`] as number | null);
  });
}

const values = (weights: readonly Compiled[]): string => weights.map((w, i) => `${w.real()} AS w${i}`).join(', ');

const sizes = (weights: readonly Compiled[]): string[] =>
  weights.map((_, i) => `max(CASE WHEN isfinite(w${i}) THEN abs(w${i}) END) AS m${i}`);

/** @param largest size of a weight; none is known where all are missing */
export function unitOf(largest: number | null | undefined): WeightScale {
  const size = largest ?? 1;
  const exponent = size > 0 ? Math.floor(Math.log2(size)) + 1 : 0;
  return { scale: 2 ** (62 - HEADROOM - exponent), scale2: 2 ** (62 - 2 * HEADROOM - 2 * exponent) };
}
