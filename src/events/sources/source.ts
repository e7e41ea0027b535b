import type { Column } from '../column.js';
import type { Warning } from '../warning.js';

/** One file of events, opened: what it holds, and the SQL that reads it. */
export interface Source {
  readonly path: string;
  readonly format: 'root' | 'parquet' | 'csv' | 'hdf5' | 'npy' | 'npz';
  readonly columns: readonly Column[];
  /** Number of rows where the header tells it. */
  readonly rows?: number | undefined;
  /** Where it does not: about how many there are. */
  readonly about?: number | undefined;
  readonly warnings: readonly Warning[];
  /** Which table of the file: a ROOT tree, an HDF5 group. */
  readonly tree?: string | undefined;
  /** A SELECT that yields the columns asked for, in the order asked for, under any names. Rows in file order. */
  select(names: readonly string[]): Promise<string>;
  /** The Parquet file that holds these columns one value a row, where there is one: the file itself or a copy in the cache. */
  parquet?(names: readonly string[]): Promise<StoredColumns>;
}

/** Where columns lie: a Parquet file, and what each is called there. */
export interface StoredColumns {
  readonly path: string;
  readonly names: readonly string[];
}

/** What opening a file needs. */
export interface OpenOptions {
  readonly tree?: string | undefined;
  readonly recover?: boolean | undefined;
  readonly threads?: number | undefined;
}
