import { createHash } from 'node:crypto';
import { access, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { makeFolder } from '../../base/make-folder.js';
import type { Column } from '../column.js';
import type { ColumnBlock, StoredType } from '../parquet/page.js';
import { ParquetWriter } from '../parquet/writer.js';
import { ident, text } from '../sql.js';
import type { StoredColumns } from './source.js';

/** A column that a reader hands over in typed arrays. */
export interface BatchColumn {
  readonly column: Column;
  readonly stored: StoredType;
  /** `list`: offsets; `fixed`: `length` values per row; `nested`: a list of arrays of `length` values. */
  readonly shape: 'flat' | 'list' | 'fixed' | 'nested';
  readonly length: number;
}

/** A file that only its own reader understands; it is read once into the cache. */
export interface BatchReader {
  readonly columns: readonly BatchColumn[];
  readonly rows: number;
  /**
   * Values of some columns for rows [from, to).
   *
   * @param turn 0 or 1: the values of the last read of the same turn are no longer needed, their memory may be used again
   */
  read(names: readonly string[], from: number, to: number, turn: number): Promise<readonly ColumnBlock[]>;
  /** Rows at which a read starts without undoing what another read has done, in order, where the format has such. */
  starts?(names: readonly string[]): ArrayLike<number>;
  /** Lets go of the file between conversions. */
  close(): Promise<void> | void;
}

/** Files up to this size are converted whole at once; of larger ones only the columns in use. */
const WHOLE = 64 * 1024 * 1024;
const TARGET_BYTES = 48 * 1024 * 1024;

/** The Parquet copies of one file's table in the cache directory. Several copies may hold different columns. */
export class Cached {
  private turn: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly directory: string,
    private readonly bytes: number,
    private readonly columns: readonly BatchColumn[],
    private readonly openReader: () => Promise<BatchReader>,
  ) {}

  /** Where a copy has the columns; made first if there is none. */
  async parquet(names: readonly string[]): Promise<StoredColumns> {
    const path = await this.copy(names);
    return { path, names: names.map((name) => `c${this.columns.findIndex((c) => c.column.name === name)}`) };
  }

  /** A SELECT of the columns from such a copy. */
  async select(names: readonly string[]): Promise<string> {
    const file = await this.copy(names);
    const used = names.map((name) => {
      const i = this.columns.findIndex((c) => c.column.name === name);
      const { shape, length } = this.columns[i];
      const id = ident(`c${i}`);
      if (shape !== 'nested') return id;
      const cut = `${id}[i + 1:i + ${length}]`;
      return `list_transform(range(0, len(${id}), ${length}), lambda i: ${cut})`;
    });
    return `SELECT ${used.join(', ') || '1'} FROM read_parquet(${text(file)})`;
  }

  private copy(names: readonly string[]): Promise<string> {
    const made = this.turn.then(() => this.copyWith(names));
    this.turn = made.catch(() => undefined);
    return made;
  }

  private async copyWith(names: readonly string[]): Promise<string> {
    const readable = this.columns.filter((c) => c.column.unreadable === undefined).map((c) => c.column.name);
    const wanted = this.bytes <= WHOLE ? readable : names.length ? [...names].sort() : readable.slice(0, 1);
    await makeFolder(this.directory);
    for (const note of (await readdir(this.directory)).filter((f) => f.endsWith('.json')).sort()) {
      const held = new Set(JSON.parse(await readFile(path.join(this.directory, note), 'utf8')) as string[]);
      const copy = path.join(this.directory, note.replace(/json$/, 'parquet'));
      const there = await access(copy).then(
        () => true,
        () => false,
      );
      if (there && names.every((name) => held.has(name)) && (held.size > 0 || names.length === 0)) return copy;
    }
    const key = createHash('sha256').update(JSON.stringify(wanted)).digest('hex').slice(0, 16);
    const copy = path.join(this.directory, `${key}.parquet`);
    await this.convert(wanted, copy);
    const note = path.join(this.directory, `${key}.json`);
    await writeFile(`${note}.${process.pid}`, JSON.stringify(wanted));
    await rename(`${note}.${process.pid}`, note);
    return copy;
  }

  private async convert(names: readonly string[], copy: string): Promise<void> {
    const indices = names.map((name) => this.columns.findIndex((c) => c.column.name === name));
    const fields = indices.map((i) => {
      const { stored, shape } = this.columns[i];
      return { name: `c${i}`, type: stored, list: shape !== 'flat' };
    });
    const reader = await this.openReader();
    const writer = await ParquetWriter.create(copy, fields.length ? fields : [{ name: 'none', type: 'uint8' }]);
    let writing: Promise<void> = Promise.resolve();
    try {
      const perRow = Math.max(1, this.bytes / Math.max(1, reader.rows), names.length * 8);
      const step = Math.max(1000, Math.min(500_000, Math.floor(TARGET_BYTES / perRow)));
      const wanted = indices.map((i) => this.columns[i]);
      let turn = 0;
      for (const [from, to] of ranges(reader.rows, step, reader.starts?.(names) ?? [])) {
        const blocks = fields.length
          ? await reader.read(names, from, to, turn)
          : [{ values: new Uint8Array(to - from) }];
        // While these rows are written, the next are read into the other half of the memory.
        await writing;
        writing = writer.write(
          rowsOf(blocks, to - from, wanted),
          blocks.map((b, k) => shaped(b, wanted[k])),
        );
        writing.catch(() => undefined);
        turn = 1 - turn;
      }
      await writing;
      await writer.finish();
    } catch (error) {
      await writing.catch(() => undefined);
      await writer.abandon();
      throw error;
    } finally {
      await reader.close();
    }
  }
}

/**
 * Ranges of about `step` rows, cut where a read may start without doing work twice: at the last such row within a step, else at
 * the first within two.
 */
export function* ranges(rows: number, step: number, starts: ArrayLike<number>): Generator<[number, number]> {
  let next = 0;
  for (let from = 0; from < rows;) {
    while (next < starts.length && starts[next] <= from) next++;
    let to = Math.min(rows, from + step);
    if (next < starts.length && starts[next] <= Math.min(rows, from + 2 * step)) {
      to = starts[next];
      while (next < starts.length && starts[next] <= from + step) to = starts[next++];
    }
    yield [from, to];
    from = to;
  }
}

/** A reader that leaves out damaged entries hands over fewer rows than asked. */
function rowsOf(blocks: readonly ColumnBlock[], asked: number, columns: readonly BatchColumn[]): number {
  if (blocks.length === 0 || columns.length === 0) return asked;
  const [block] = blocks;
  if (block.offsets) return block.offsets.length - 1;
  return block.values.length / (columns[0].shape === 'fixed' ? columns[0].length : 1);
}

/** Fixed arrays become lists with regular offsets. */
function shaped(block: ColumnBlock, column: BatchColumn | undefined): ColumnBlock {
  if (column?.shape !== 'fixed') return block;
  const rows = block.values.length / column.length;
  const offsets = new Int32Array(rows + 1);
  for (let i = 0; i <= rows; i++) offsets[i] = i * column.length;
  return { values: block.values, offsets };
}
