import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { userError } from '../../../base/error.js';
import { stableJson } from '../../../base/hash.js';
import type { Json } from '../../../base/json.js';
import { readWeightTables, type ReadTable } from '../../../formats/tables/read-tables.js';
import { weightTableKind, type TableKind } from '../../../formats/tables/table-kind.js';
import { tableName } from '../../../formats/tables/names.js';
import { complement, ratioOfRates } from '../../../hist/make-weight-table.js';
import { particleOf } from '../../../physics/particles.js';
import { withHeadBeside } from './head-beside.js';
import type { ParsedWeightOptions } from './options.js';

/** A table in use: equal tables of several files are one. */
export interface LoadedTable extends ReadTable {
  /** Unlike those of all others in use: the name of its random numbers. */
  readonly name: string;
  readonly files: readonly string[];
}

/**
 * The tables of a product and of the further files. A run directory stands for the tables among its products; a directory for the
 * tables in it.
 *
 * @throws userError `apply.no-tables`, and what `readWeightTables` throws
 */
export async function loadTables(
  product: string,
  options: ParsedWeightOptions,
  warn: (message: string, count?: number) => void,
): Promise<LoadedTable[]> {
  const named = options.pdg?.map((word) => particleOf(word, '--pdg'));
  const about = { reco: named?.[0], truth: named?.[1], warn };
  const particles = options.particles.flatMap((p) => p.tables ?? []);
  const files = new Set([...(await tableFiles(product, options.failing)), ...options.tables, ...particles]);
  const failing = new Set(options.notIdentified);
  const found = new Map<string, { read: ReadTable; files: string[] }>();
  const add = (read: ReadTable, file: string): void => {
    const key = stableJson(finite(read) as Json);
    const same = found.get(key);
    if (same) same.files.push(file);
    else found.set(key, { read, files: [file] });
  };
  for (const file of [...files, ...failing]) {
    const side =
      failing.has(file) || /_notIdentified\.\w+(?:\.gz)?$/.test(file) ? ('notIdentified' as const) : undefined;
    const tables = await readWeightTables(file, { ...about, side });
    for (const read of file === product ? tables : await withHeadBeside(file, tables)) {
      add(read, file);
      if (options.failing && read.table.side === 'identified') add(ofFailing(read, file), file);
    }
  }
  const times = new Map<string, number>();
  return [...found.values()].map(({ read, files: own }) => {
    const name = tableName(read.table);
    const before = times.get(name) ?? 0;
    times.set(name, before + 1);
    return { ...read, name: before === 0 ? name : `${name}#${before + 1}`, files: own };
  });
}

/** The weights of candidates that fail the cut. */
function ofFailing({ table, order }: ReadTable, file: string): ReadTable {
  const cells = table.cells.map(({ data, simulation }) => ratioOfRates(complement(data), complement(simulation)));
  if (cells.some((c) => Number.isFinite(c.ratio.value)))
    return { table: { ...table, side: 'notIdentified', cells }, order };
  throw userError({
    code: 'apply.failing',
    message: 'the table holds no efficiencies, of which weights of candidates that fail could be made',
    path: file,
    expected: 'columns data_efficiency and MC_efficiency, or a table of their own: --not-identified FILE',
  });
}

/** NaN and infinity as text, for comparing. */
const finite = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (_, v: unknown) => (typeof v === 'number' && !Number.isFinite(v) ? String(v) : v)));

/**
 * Files of tables that a path stands for: itself, or those in the products of a run, or those in a directory.
 *
 * @param rates prefer the format that holds the rates of both samples (CSV) to that with every source by name (correctionlib)
 */
export async function tableFiles(product: string, rates = false): Promise<string[]> {
  const info = await stat(product).catch(() => undefined);
  if (!info)
    throw userError({
      code: 'file.unreadable',
      message: `there is no "${product}"`,
      path: product,
      hint: 'name a file of weight tables, or the directory of a pid run',
    });
  if (!info.isDirectory()) return [product];
  // The same tables lie there in several formats: one is enough.
  const wanted: readonly TableKind[] = rates ? ['belle2', 'correctionlib'] : ['correctionlib', 'belle2'];
  for (const place of ['products/tables', 'tables', '.']) {
    const dir = path.join(product, place);
    const files = (await readdir(dir).catch(() => [])).sort().filter((n) => /\.(?:csv|json|json\.gz)$/.test(n));
    const kinds = await Promise.all(files.map((name) => weightTableKind(path.join(dir, name))));
    for (const kind of [...wanted, 'payload', 'sysvar', 'fei']) {
      const own = files.filter((_, i) => kinds[i] === kind);
      if (own.length > 0) return own.map((name) => path.join(dir, name));
    }
  }
  throw userError({
    code: 'apply.no-tables',
    message: 'there are no weight tables in this directory',
    path: product,
    expected: 'a run of a pid study with products/tables, or a directory of tables',
  });
}
