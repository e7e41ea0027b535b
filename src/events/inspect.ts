import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { summarise, type ColumnSummary } from './column-summary.js';
import { openStore } from './store.js';
import type { Table } from './table.js';
import { treesIn, type TreeInfo } from './sources/trees.js';
import type { Warning } from './warning.js';

export interface FileSummary {
  readonly path: string;
  readonly format: string;
  readonly tree?: string;
  /** All trees of the file, where the format has such. */
  readonly trees: readonly TreeInfo[];
  readonly rows: number;
  /** Rows that repeat an earlier row in every column. */
  readonly duplicates: number;
  readonly columns: readonly ColumnSummary[];
  readonly warnings: readonly Warning[];
}

export interface InspectOptions {
  readonly tree?: string | undefined;
  /** Directory for converted ROOT, HDF5 and NumPy files; a temporary one by default. */
  readonly cache?: string | undefined;
  readonly threads?: number | undefined;
  readonly recover?: boolean | undefined;
}

/** Rows whose hashes fit into memory at once. */
const HASHED = 8_000_000;

/**
 * Reads every value of some files and says what is in them: columns, types, ranges, NaN, infinities, sentinels,
 * duplicate rows. Memory is bounded whatever the size.
 *
 * Of a file with several trees and none named, the largest is summarised.
 */
export async function inspectFiles(
  files: readonly string[],
  options: InspectOptions = {},
  progress: (done: number, total: number) => void = () => undefined,
): Promise<FileSummary[]> {
  const cache = options.cache ?? (await mkdtemp(path.join(tmpdir(), 'datamc-inspect-')));
  const store = await openStore({ cache, threads: options.threads, temporary: options.cache === undefined });
  try {
    const summaries: FileSummary[] = [];
    for (const [i, file] of files.entries()) {
      const full = path.resolve(file);
      const trees = await treesIn(full);
      const usable = trees.filter((t) => t.unreadable === undefined);
      const size = (t: TreeInfo): number => t.rows * t.columns;
      const largest = usable.reduce<TreeInfo | undefined>((a, b) => (a && size(a) >= size(b) ? a : b), undefined);
      const tree = options.tree ?? (usable.length > 1 ? largest?.name : undefined);
      const table = (await store.open({ files: [full], tree, recover: options.recover })) as Table;
      summaries.push(await summariseTable(table, file, trees));
      progress(i + 1, files.length);
    }
    return summaries;
  } finally {
    await store.close();
    if (options.cache === undefined) await rm(cache, { recursive: true, force: true });
  }
}

async function summariseTable(table: Table, file: string, trees: readonly TreeInfo[]): Promise<FileSummary> {
  const { columns, duck } = table;
  const [source] = table.sample.sources;
  const rows = await table.count();
  const names = columns.filter((c) => c.unreadable === undefined).map((c) => c.name);
  const from = await table.relation(names);
  const summaries = await summarise(duck, from, columns, (i) => table.sqlName(columns[i].name), rows);
  const hash = `hash(${names.map((n) => table.sqlName(n)).join(', ')})`;
  let distinct = 0;
  const passes = Math.max(1, Math.ceil(rows / HASHED));
  for (let pass = 0; names.length > 0 && pass < passes; pass++) {
    const part = passes === 1 ? '' : ` WHERE h % ${passes} = ${pass}`;
    const answer = await duck.rows(`SELECT count(DISTINCT h) AS n FROM (SELECT ${hash} AS h FROM ${from})${part}`);
    distinct += Number(answer[0]['n']);
  }
  return {
    path: file,
    format: source.format,
    ...(source.tree === undefined ? {} : { tree: source.tree }),
    trees,
    rows,
    duplicates: names.length > 0 ? rows - distinct : 0,
    columns: summaries,
    warnings: table.warnings,
  };
}
