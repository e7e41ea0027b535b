import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import {
  fromSharedStatistics,
  SHARED_STATISTICS,
  type SharedStatistics,
} from '../../../formats/tables/shared-statistics.js';
import type { LoadedTable } from './load-tables.js';
import { isOtherSide } from './weight-cells.js';

/** How the statistical errors of two tables go together. */
export interface PairOfTables {
  readonly tables: readonly [LoadedTable, LoadedTable];
  /**
   * `measured`: as the file beside them says, of the candidates that both were counted on; `disjoint`: different true particles share
   * none; `unknown`: nothing says, taken for independent.
   */
  readonly how: 'measured' | 'disjoint' | 'unknown';
  /** Bin by bin, where measured. */
  readonly correlation?: readonly number[] | undefined;
}

/** Weights that were written with fewer digits are still those. */
const SAME = 1e-6;

/**
 * What is known of every two tables in use, from the files `shared-statistics….json` beside them. Weights of candidates that fail a
 * cut go with those of candidates that pass it, and are not told apart here.
 *
 * @throws userError `table.shared` for such a file that cannot be read
 */
export async function sharedTables(tables: readonly LoadedTable[]): Promise<PairOfTables[]> {
  const own = tables.filter((t) => !tables.some((other) => isOtherSide(other, t)));
  if (own.length < 2) return [];
  const known = await filesBeside(own);
  return own.flatMap((b, i) =>
    own.slice(0, i).map((a): PairOfTables => {
      if (a.table.truth.pdg !== b.table.truth.pdg) return { tables: [a, b], how: 'disjoint' };
      for (const { tables: list, pairs } of known) {
        const [x, y] = [a, b].map((t) => list.findIndex(({ values }) => holds(t, values)));
        const pair = pairs.find(({ tables: [p, q] }) => (p === x && q === y) || (p === y && q === x));
        if (pair) return { tables: [a, b], how: 'measured', correlation: pair.correlation };
      }
      return { tables: [a, b], how: 'unknown' };
    }),
  );
}

function holds({ table }: LoadedTable, values: readonly number[]): boolean {
  if (table.side !== 'identified' || values.length !== table.cells.length) return false;
  return table.cells.every(({ ratio: { value } }, c) =>
    Number.isFinite(value) ? Math.abs(value - values[c]) <= SAME * Math.abs(value) : !Number.isFinite(values[c]),
  );
}

async function filesBeside(tables: readonly LoadedTable[]): Promise<SharedStatistics[]> {
  const folders = [...new Set(tables.flatMap((t) => t.files.map((file) => path.dirname(file))))].sort();
  const found: SharedStatistics[] = [];
  for (const folder of folders) {
    const names = await readdir(folder).catch((): string[] => []);
    for (const name of names.filter((n) => n.startsWith(SHARED_STATISTICS) && n.endsWith('.json')).sort()) {
      const file = path.join(folder, name);
      found.push(fromSharedStatistics(await readFile(file, 'utf8'), file));
    }
  }
  return found;
}
