import { userError } from '../base/error.js';

/**
 * The number of rows of columns that must be so many, equally long, and (unless told) free of NaN and infinities.
 *
 * @throws userError `models.columns`, `models.non-finite`
 */
export function checkColumns(
  what: string,
  columns: readonly ArrayLike<number>[],
  count: number,
  rows?: number,
  finite = true,
): number {
  if (columns.length !== count) {
    throw userError({
      code: 'models.columns',
      message: `wrong number of ${what} columns`,
      got: String(columns.length),
      expected: String(count),
    });
  }
  const length = rows ?? columns[0]?.length ?? 0;
  columns.forEach((column, i) => {
    if (column.length !== length) {
      throw userError({
        code: 'models.columns',
        message: `${what} column ${i} has another length than the others`,
        got: `${column.length} rows`,
        expected: `${length} rows`,
      });
    }
    for (let r = 0; finite && r < length; r++) {
      if (!Number.isFinite(column[r])) {
        throw userError({
          code: 'models.non-finite',
          message: `${what} column ${i} holds ${column[r]} in row ${r}`,
          expected: 'finite numbers',
          hint: 'select such rows away, or set them aside and pass them through',
        });
      }
    }
  });
  return length;
}
