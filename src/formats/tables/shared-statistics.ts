import { z } from 'zod';
import { userError } from '../../base/error.js';

const FORMAT = 'datamc shared statistics 1';
/** Files of this kind in a folder of tables begin so. */
export const SHARED_STATISTICS = 'shared-statistics';

/** How the statistical errors of weight tables go together that were counted on the same candidates. */
export interface SharedStatistics {
  /** Tables by their weights, in C order, NaN where there is none: so they are known again in whichever format. */
  readonly tables: readonly { readonly name: string; readonly values: readonly number[] }[];
  /** For two of them, by number, the correlation from −1 to 1, bin by bin; bins that are not alike share no candidate. */
  readonly pairs: readonly { readonly tables: readonly [number, number]; readonly correlation: readonly number[] }[];
}

const schema = z.object({
  format: z.literal(FORMAT),
  tables: z.array(z.object({ name: z.string(), values: z.array(z.number().nullable()) })),
  pairs: z.array(
    z.object({
      tables: z.tuple([z.int().min(0), z.int().min(0)]),
      correlation: z.array(z.number().min(-1).max(1)),
    }),
  ),
});

/** As the text of a file; NaN is `null`. */
export const toSharedStatistics = ({ tables, pairs }: SharedStatistics): string =>
  `${JSON.stringify({ format: FORMAT, tables, pairs })}\n`;

/**
 * Reads what `toSharedStatistics` wrote.
 *
 * @throws userError `table.shared`
 */
export function fromSharedStatistics(text: string, path?: string): SharedStatistics {
  const bad = (message: string): Error =>
    userError({
      code: 'table.shared',
      message,
      path,
      expected: 'the file that datamc wrote beside the tables',
      hint: 'without it, the tables are taken for independent',
    });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw bad('not a JSON file, or not a whole one');
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw bad(`not a file of shared statistics: ${parsed.error.issues[0].message}`);
  const { tables, pairs } = parsed.data;
  for (const { tables: both, correlation } of pairs)
    if (both.some((t) => t >= tables.length || tables[t].values.length !== correlation.length))
      throw bad('a correlation has not one number for each bin of its tables');
  return { tables: tables.map((t) => ({ ...t, values: t.values.map((v) => v ?? NaN) })), pairs };
}
