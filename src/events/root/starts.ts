import type { ColumnSource } from './columns.js';

/** Where the baskets or clusters of a column start, and the end of the tree. */
export const startsOf = ({ plan, baskets, clusters }: ColumnSource): ArrayLike<number> =>
  plan?.baskets.first ?? baskets?.first ?? clusters ?? [];

/** The numbers that are in all of some ascending lists. */
export function commonStarts(lists: readonly ArrayLike<number>[]): Float64Array {
  let common = Float64Array.from(new Set(lists[0] ? Array.from(lists[0]) : []));
  for (const list of lists.slice(1)) {
    let at = 0;
    common = common.filter((start) => {
      while (at < list.length && list[at]! < start) at++;
      return list[at] === start;
    });
  }
  return common;
}
