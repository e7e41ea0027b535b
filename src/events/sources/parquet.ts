import { DatamcError } from '../../base/error.js';
import { columnOfSqlType } from '../column.js';
import type { Duck } from '../duck.js';
import { damagedFile, damageOf } from '../file-error.js';
import { ident, text } from '../sql.js';
import type { Source } from './source.js';

/** Opens a Parquet file, scanned in place. */
export async function parquetSource(file: string, duck: Duck): Promise<Source> {
  const scan = `read_parquet(${text(file)}, binary_as_string = true)`;
  const described = await duck.rows(`DESCRIBE SELECT * FROM ${scan}`).catch((error: unknown) => {
    throw damaged(file, error);
  });
  const known = await duck.rows(`SELECT num_rows FROM parquet_file_metadata(${text(file)})`);
  // DuckDB tells columns apart only by letters; names that differ in case get a suffix here and lose it again.
  const schema = await duck.rows(
    `SELECT name, num_children FROM parquet_schema(${text(file)}) WHERE num_children IS NOT NULL OR type IS NOT NULL`,
  );
  const inFile = topLevel(
    schema.slice(1).map((r) => ({ name: String(r['name']), children: Number(r['num_children'] ?? 0) })),
  );
  const sqlNames = described.map((row) => String(row['column_name']));
  const names = inFile.length === sqlNames.length ? inFile : sqlNames;
  const at = new Map(names.map((name, i) => [name, ident(sqlNames[i])]));
  return {
    path: file,
    format: 'parquet',
    columns: described.map((row, i) => columnOfSqlType(names[i], String(row['column_type']))),
    rows: Number(known[0]?.['num_rows'] ?? 0),
    warnings: [],
    parquet: (wanted) => Promise.resolve({ path: file, names: wanted }),
    select: (wanted) => Promise.resolve(`SELECT ${wanted.map((n) => at.get(n)).join(', ') || '1'} FROM ${scan}`),
  };
}

function topLevel(schema: readonly { name: string; children: number }[]): string[] {
  const names: string[] = [];
  for (let i = 0; i < schema.length;) {
    names.push(schema[i].name);
    for (let pending = 1; pending > 0; i++) pending += (schema[i]?.children ?? 0) - 1;
  }
  return names;
}

// DuckDB's error has been put into the house's words, or is none that these know.
const damaged = (file: string, error: unknown): Error =>
  damagedFile(
    file,
    'Parquet file',
    error,
    error instanceof DatamcError ? error.data.got : damageOf(error instanceof Error ? error.message : String(error)),
  );
