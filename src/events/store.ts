import { availableParallelism } from 'node:os';
import path from 'node:path';
import { userError } from '../base/error.js';
import { makeFolder } from '../base/make-folder.js';
import { Checksums, fileState, momentaryName } from './checksum.js';
import type { CellCounts } from '../hist/cell-counts.js';
import type { Column } from './column.js';
import type { CellRequest } from './cells/count-cells.js';
import { CountTeam } from './cells/count-team.js';
import { Names } from './define.js';
import { Duck } from './duck.js';
import type { Compiled } from './expression/compile.js';
import type { Variables } from './expression/scope.js';
import type { BlockFunction } from './variables/block-function.js';
import type { VariablesOf } from './variables/builtin.js';
import { joinSources, type Sample } from './sample.js';
import { openSource } from './sources/open-source.js';
import { Table } from './table.js';
import type { Warning } from './warning.js';
import type { AddColumns } from './write-job.js';
import type { WriteWithOptions } from './write-with.js';

/** A sample: files that are read as one, and what of them. Paths are absolute, globs expanded and sorted. */
export interface SampleSpec {
  readonly files: readonly string[];
  /** ROOT tree or HDF5 group, where a file has several. */
  readonly tree?: string | undefined;
  readonly select?: string | undefined;
  /** Any expression; may be negative. */
  readonly weight?: string | undefined;
  /** Only the first so many entries of the sample, before any selection. */
  readonly entries?: number | undefined;
  /** One row an object: `Muon` turns the lists `Muon_pt`, `Muon_eta`, … into single values. */
  readonly explode?: string | undefined;
  /** Read what is whole of a damaged ROOT file. */
  readonly recover?: boolean | undefined;
}

export interface TableOptions {
  /** Derived columns: name → expression. They may refer to one another. */
  readonly define?: Readonly<Record<string, string>> | undefined;
  readonly select?: string | undefined;
  /** Where in the study the sample stands (`samples.data`), for errors. */
  readonly path?: string | undefined;
  /** Custom variables: those of the house by default, `trackVariables(prefix, own)` for more. */
  readonly variables?: VariablesOf | Variables | undefined;
  /** Functions of blocks of numbers, by name. */
  readonly functions?: Readonly<Record<string, BlockFunction>> | undefined;
}

export interface ReadOptions {
  /** A further cut. */
  readonly where?: string | undefined;
  /** The key that holds the expressions, for errors. */
  readonly path?: string | undefined;
  /** No error where nothing is selected or a column is all NaN. */
  readonly lenient?: boolean | undefined;
}

export interface ScanOptions extends ReadOptions {
  /** Rows per block, 65 536 by default. */
  readonly rows?: number | undefined;
}

export interface EventTable {
  /** Columns of the file, then the derived ones. */
  readonly columns: readonly Column[];
  readonly files: readonly string[];
  /** What was odd about the files: byte-order marks, CRLF, … */
  readonly warnings: readonly Warning[];
  /**
   * Parses and type-checks an expression against the columns; reads nothing.
   * @throws userError `expression.*`
   */
  check(expression: string, path?: string, use?: 'number' | 'condition' | 'any'): Compiled;
  /** Rows after the selection; 0 is no error. */
  count(where?: string): Promise<number>;
  /** Rows after the selection, and in how many of them each condition holds, in one pass. */
  countEach(conditions: readonly string[], where?: string): Promise<{ rows: number; each: number[] }>;
  /** About how many rows there are after the selection, for progress: a large CSV file is not read to count them. */
  about(): Promise<number>;
  /**
   * Evaluates expressions over all selected rows, in file order; missing values are NaN.
   * @throws userError `events.empty-selection`, `events.all-nan`
   */
  read(expressions: Readonly<Record<string, string>>, options?: ReadOptions): Promise<Record<string, Float64Array>>;
  /** The same in blocks, in bounded memory. */
  scan(
    expressions: Readonly<Record<string, string>>,
    options?: ScanOptions,
  ): AsyncIterable<Record<string, Float64Array>>;
  /** Weights of the selected rows; undefined where the sample has none. @throws userError where Σw ≤ 0 or not finite */
  weights(): Promise<Float64Array | undefined>;
  /**
   * Sums of weights and rows, by cell of a grid and by which of some conditions hold, in one pass: see `CellCounts`.
   * @throws userError `expression.*`, `hist.axis`, `events.weights` where a weight is not finite
   */
  countCells(request: CellRequest): Promise<CellCounts>;
  /** SHA-256 of every file. */
  checksums(): Promise<Record<string, string>>;
  /**
   * Writes every input column and row, in order, and new columns beside them; no selection applies.
   * `add` gets the values of `expressions` for one block of rows and answers with the new columns for these rows.
   */
  writeWith(
    out: string,
    expressions: Readonly<Record<string, string>>,
    add: AddColumns,
    options?: WriteWithOptions,
  ): Promise<{ rows: number }>;
  /** `(SELECT …) WHERE …` that yields some columns under the names of `sqlName`, for those who need SQL. */
  relation(columns: readonly string[]): Promise<string>;
  sqlName(column: string): string;
}

export interface EventStore {
  /** Opens a sample: reads headers, checks every expression; events are read later. */
  open(spec: SampleSpec, options?: TableOptions): Promise<EventTable>;
  close(): Promise<void>;
}

/**
 * Opens a store of event tables.
 *
 * @param options.cache directory for converted ROOT, HDF5 and NumPy files; may be shared by processes
 * @param options.temporary the cache is this store's alone and is deleted with it: files in it are told apart by path and time
 *   of change, which saves computing their checksums
 * @param options.threads DuckDB's threads; all cores by default. Rows keep their order whatever it is
 * @param options.memory DuckDB's memory limit, `600MB` by default
 * @example
 * const store = await openStore({ cache: 'cache' });
 * const table = await store.open({ files: ['mc.root'], select: '0.5 < pt < 10' }, { define: { ip: 'abs(d0)' } });
 * const { ip } = await table.read({ ip: 'ip' });
 */
export async function openStore(options: {
  cache: string;
  threads?: number | undefined;
  memory?: string | undefined;
  temporary?: boolean | undefined;
}): Promise<EventStore> {
  const directory = path.join(options.cache, 'tables');
  const scratch = path.join(options.cache, 'scratch');
  await makeFolder(directory);
  const duck = await Duck.open({ scratch, threads: options.threads, memory: options.memory });
  const team = new CountTeam(options.threads ?? availableParallelism());
  const checksums = new Checksums(path.join(options.cache, 'checksums'));
  const checksum = (file: string): Promise<string> => checksums.of(file);
  const identity = options.temporary ? momentaryName : checksum;
  const samples = new Map<string, Promise<Sample>>();
  const join = async (spec: SampleSpec, at: string | undefined): Promise<Sample> => {
    const open = { tree: spec.tree, recover: spec.recover, threads: options.threads };
    const sources = [];
    for (const file of spec.files) sources.push(await openSource(file, duck, { directory, checksum: identity }, open));
    return joinSources(sources, { explode: spec.explode, entries: spec.entries, at });
  };
  return {
    open: async (spec, table = {}) => {
      const at = table.path ?? 'sample';
      if (spec.files.length === 0)
        throw userError({
          code: 'events.no-file',
          message: 'the sample names no file',
          path: `${at}.files`,
          expected: 'at least one file',
        });
      const { files, tree, explode, entries, recover } = spec;
      // A file that has changed is opened anew; one that is missing is reported when opened.
      const states = await Promise.all(files.map((f) => fileState(f).catch(() => '')));
      const key = JSON.stringify([files, states, tree, explode, entries, recover]);
      const opened = samples.get(key) ?? join(spec, table.path);
      samples.set(key, opened);
      const sample = await opened.catch((error: unknown) => {
        samples.delete(key);
        throw error;
      });
      const functions = table.functions && (await duck.register(table.functions));
      const names = new Names(sample.columns, table.define ?? {}, 'define', table.variables, spec.files[0], functions);
      const cuts = [
        ...(spec.select === undefined ? [] : [{ text: spec.select, path: `${at}.select` }]),
        ...(table.select === undefined ? [] : [{ text: table.select, path: 'select' }]),
      ];
      const weight = spec.weight === undefined ? undefined : { text: spec.weight, path: `${at}.weight` };
      return new Table(duck, team, sample, names, weight, cuts, checksum, scratch, at);
    },
    close: () => {
      team.close();
      duck.close();
      return Promise.resolve();
    },
  };
}
