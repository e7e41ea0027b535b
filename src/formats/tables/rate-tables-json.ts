import { z } from 'zod';
import { userError } from '../../base/error.js';
import type { RateTable } from '../../hist/weight-table.js';

const FORMAT = 'datamc rate tables 1';

const number = z.number().nullable();
const shift = z.object({ up: number, down: number });
const cell = z.object({
  rate: z.object({ value: number, sources: z.record(z.string(), shift) }),
  passed: number,
  tried: number,
  entries: number,
  flags: z.array(z.string()),
  method: z.string(),
});
const particle = z.object({ name: z.string(), pdg: z.number() });
const table = z.object({
  axes: z.array(z.object({ column: z.string().min(1), edges: z.array(z.number()).min(2) })),
  cut: z.string(),
  variable: z.string(),
  threshold: number,
  reco: particle,
  truth: particle,
  precut: z.string(),
  side: z.enum(['identified', 'notIdentified']),
  sample: z.string(),
  cells: z.array(cell),
  shared: z
    .array(z.object({ cut: z.string(), precut: z.string(), correlation: z.array(z.number().min(-1).max(1)) }))
    .optional(),
});
const file = z.object({ format: z.literal(FORMAT), tables: z.array(table) });

/** Rate tables with all that is known of them, as one JSON text; NaN is `null`. */
export const toRateTablesJson = (tables: readonly RateTable[]): string =>
  `${JSON.stringify({ format: FORMAT, tables }, undefined, 1)}\n`;

/**
 * Reads what `toRateTablesJson` wrote.
 *
 * @throws userError `table.json`, `table.edges`, `table.cells`
 */
export function fromRateTablesJson(text: string, path?: string): RateTable[] {
  const bad = (code: string, message: string, got?: string): Error =>
    userError({
      code: `table.${code}`,
      message,
      path,
      got,
      expected: 'the file tables.json of datamc pid efficiency-table',
    });
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch (error) {
    throw bad('json', 'not a JSON file, or not a whole one', (error as Error).message);
  }
  const parsed = file.safeParse(raw);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw bad('json', `not a file of rate tables: ${issue.message}`, issue.path.join('.') || undefined);
  }
  return parsed.data.tables.map((t): RateTable => {
    for (const { column, edges } of t.axes) {
      const i = edges.findIndex((e, k) => k > 0 && !(e > edges[k - 1]));
      if (i > 0) throw bad('edges', `the edges of "${column}" do not increase`, `${edges[i - 1]}, ${edges[i]}`);
    }
    const size = t.axes.reduce((n, a) => n * (a.edges.length - 1), 1);
    if (t.cells.length !== size)
      throw bad('cells', `the table of "${t.cut}" has not one cell a bin`, `${t.cells.length} cells, ${size} bins`);
    const short = t.shared?.find((other) => other.correlation.length !== size);
    if (short)
      throw bad(
        'cells',
        `the correlation of "${t.cut}" with "${short.cut}" has not one number a bin`,
        `${short.correlation.length} numbers, ${size} bins`,
      );
    return {
      ...t,
      threshold: t.threshold ?? NaN,
      cells: t.cells.map((c) => ({
        ...c,
        passed: c.passed ?? NaN,
        tried: c.tried ?? NaN,
        entries: c.entries ?? NaN,
        rate: {
          value: c.rate.value ?? NaN,
          sources: Object.fromEntries(
            Object.entries(c.rate.sources).map(([name, s]) => [name, { up: s.up ?? NaN, down: s.down ?? NaN }]),
          ),
        },
      })),
    };
  });
}
