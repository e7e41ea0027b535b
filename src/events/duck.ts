import path from 'node:path';
import { availableParallelism } from 'node:os';
import { DuckDBInstance, type DuckDBConnection, type DuckDBValue } from '@duckdb/node-api';
import { makeFolder } from '../base/make-folder.js';
import { fileError } from './file-error.js';
import type { ScopeFunction } from './expression/scope.js';
import type { TypedArray } from './root/types.js';
import { scalarFunction, type BlockFunction } from './variables/block-function.js';

/** Rows of a query: one array per column, and which of its values are there where some are not. */
export interface NumberBlock<T extends TypedArray = TypedArray> {
  readonly rows: number;
  readonly columns: readonly { readonly values: T; readonly present: Uint8Array | undefined }[];
  /** Gives the memory back for later rows: the arrays are not looked at any more. */
  free(): void;
}

/** What DuckDB's vectors of numbers have in common. */
interface NumberVector<T> {
  readonly items: T;
  readonly validity: { readonly data: BigUint64Array | null; itemValid(row: number): boolean };
}

/** Whether no row is marked as NULL: a reader of CSV hands over marks in any case. */
function allValid(marks: BigUint64Array | null, rows: number): boolean {
  if (!marks) return true;
  const bytes = new Uint8Array(marks.buffer, marks.byteOffset, rows >> 3);
  for (const byte of bytes) if (byte !== 255) return false;
  const left = (1 << (rows & 7)) - 1;
  return left === 0 || (Number(marks[marks.length - 1] >> BigInt(rows & 56)) & left) === left;
}

/** One DuckDB database in memory; every query has its own connection, so that several may run at once. */
export class Duck {
  private readonly registered = new Map<BlockFunction, ScopeFunction>();

  private constructor(private readonly instance: DuckDBInstance) {}

  /**
   * @param options.scratch directory for what does not fit into memory
   * @param options.memory DuckDB's own limit, `600MB` by default: 10⁸ rows pass in less than 1 GB altogether
   */
  static async open(options: {
    scratch: string;
    threads?: number | undefined;
    memory?: string | undefined;
  }): Promise<Duck> {
    await makeFolder(options.scratch);
    const instance = await DuckDBInstance.create(':memory:', {
      threads: String(options.threads ?? availableParallelism()),
      memory_limit: options.memory ?? '600MB',
      temp_directory: path.join(options.scratch, 'duckdb'),
      preserve_insertion_order: 'true',
    });
    return new Duck(instance);
  }

  /** @param sql what is asked, for errors */
  async use<T>(work: (connection: DuckDBConnection) => Promise<T>, sql?: string): Promise<T> {
    const connection = await this.instance.connect();
    try {
      return await work(connection);
    } catch (error) {
      throw fileError(error, undefined, sql);
    } finally {
      connection.closeSync();
    }
  }

  run(sql: string): Promise<void> {
    return this.use(async (c) => {
      await c.run(sql);
    }, sql);
  }

  /** All rows of a small answer. */
  rows(sql: string): Promise<Record<string, DuckDBValue>[]> {
    return this.use(async (c) => (await c.runAndReadAll(sql)).getRowObjects(), sql);
  }

  /** Makes functions of blocks known to SQL, each once however often it is given. */
  async register(functions: Readonly<Record<string, BlockFunction>>): Promise<Record<string, ScopeFunction>> {
    const known: Record<string, ScopeFunction> = {};
    for (const [name, made] of Object.entries(functions)) {
      let scoped = this.registered.get(made);
      if (!scoped) {
        const sql = `block_${this.registered.size}`;
        scoped = { arity: made.arity, sql: (...args) => `${sql}(${args.join(', ')})` };
        this.registered.set(made, scoped);
        await this.use((c) => Promise.resolve(c.registerScalarFunction(scalarFunction(sql, name, made))));
      }
      known[name] = scoped;
    }
    return known;
  }

  /** Streams a query whose columns are all DOUBLE without NULL, in blocks of `rows` (the last one shorter). */
  doubles(sql: string, names: readonly string[], rows: number): AsyncGenerator<Record<string, Float64Array>> {
    return this.blocks(sql, names, (n) => names.map(() => new Float64Array(n)), rows);
  }

  /**
   * Streams a query of numbers without NULL, in blocks of `rows` (the last one shorter). Every block is fresh memory.
   *
   * @param names keys of the blocks, in the order of the query's columns
   * @param make arrays of a length, one per column, of the kind that DuckDB stores the column in
   */
  async *blocks<T extends TypedArray>(
    sql: string,
    names: readonly string[],
    make: (rows: number) => T[],
    rows: number,
  ): AsyncGenerator<Record<string, T>> {
    for await (const { columns } of this.columns(sql, make, rows))
      yield Object.fromEntries(names.map((name, i) => [name, columns[i].values]));
  }

  /**
   * Streams a query of numbers, in blocks of `rows` (the last one shorter). Where a value is NULL, `present` is 0 and the
   * number means nothing. A block keeps its memory unless it is freed.
   *
   * @param make arrays of a length, one per column, of the kind that DuckDB stores the column in
   */
  async *columns<T extends TypedArray>(
    sql: string,
    make: (rows: number) => T[],
    rows: number,
  ): AsyncGenerator<NumberBlock<T>> {
    const connection = await this.instance.connect();
    try {
      const result = await connection.stream(sql);
      const freed: T[][] = [];
      let block = make(rows);
      let present: (Uint8Array | undefined)[] = [];
      let filled = 0;
      const flush = (arrays: T[]): NumberBlock<T> => ({
        rows: filled,
        columns: arrays.map((values, i) => ({
          values: filled === rows ? values : (values.slice(0, filled) as T),
          present: present[i]?.subarray(0, filled),
        })),
        free: () => void freed.push(arrays),
      });
      for (;;) {
        const chunk = await result.fetchChunk();
        if (!chunk || chunk.rowCount === 0) break;
        const vectors = block.map((_, i) => chunk.getColumnVector(i) as unknown as NumberVector<T>);
        const count = chunk.rowCount;
        for (let done = 0; done < count;) {
          const take = Math.min(count - done, rows - filled);
          vectors.forEach(({ items, validity }, i) => {
            (block[i] as Float64Array).set(items.subarray(done, done + take) as Float64Array, filled);
            if (allValid(validity.data, count)) return;
            const there = (present[i] ??= new Uint8Array(rows).fill(1));
            for (let k = 0; k < take; k++) there[filled + k] = validity.itemValid(done + k) ? 1 : 0;
          });
          done += take;
          filled += take;
          if (filled === rows) {
            yield flush(block);
            block = freed.pop() ?? make(rows);
            present = [];
            filled = 0;
          }
        }
      }
      if (filled > 0) yield flush(block);
    } catch (error) {
      throw fileError(error, undefined, sql);
    } finally {
      connection.closeSync();
    }
  }

  close(): void {
    this.instance.closeSync();
  }
}
