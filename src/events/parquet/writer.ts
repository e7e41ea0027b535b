import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { Levels } from './levels.js';
import { page, type ColumnBlock, type StoredType } from './page.js';
import { encodeThrift, type Thrift } from './thrift.js';

export interface ParquetField {
  readonly name: string;
  readonly type: StoredType;
  readonly list?: boolean | undefined;
  /** Values may be missing; not for lists. */
  readonly optional?: boolean | undefined;
}

const MAGIC = Buffer.from('PAR1');
const PHYSICAL: Readonly<Record<StoredType, number>> = {
  bool: 0,
  int8: 1,
  int16: 1,
  int32: 1,
  uint8: 1,
  uint16: 1,
  uint32: 1,
  int64: 2,
  uint64: 2,
  float32: 4,
  float64: 5,
  string: 6,
};
const CONVERTED: Readonly<Partial<Record<StoredType, number>>> = {
  string: 0,
  uint8: 11,
  uint16: 12,
  uint32: 13,
  uint64: 14,
  int8: 15,
  int16: 16,
};
const LIST = 3;
const REQUIRED = 0;
const OPTIONAL = 1;
const REPEATED = 2;
const PLAIN = 0;
const RLE = 3;

/**
 * Writes typed arrays into a Parquet file (plain pages, no compression), one row group a call, and
 * renames it into place when whole. Same values, same bytes.
 */
export class ParquetWriter {
  private at = 4;
  private rows = 0;
  private readonly groups: Thrift[] = [];

  private constructor(
    private readonly handle: FileHandle,
    private readonly path: string,
    private readonly partial: string,
    private readonly fields: readonly ParquetField[],
    private readonly notes: Readonly<Record<string, string>>,
  ) {}

  /** @param notes key-value metadata of the file */
  static async create(
    path: string,
    fields: readonly ParquetField[],
    notes: Readonly<Record<string, string>> = {},
  ): Promise<ParquetWriter> {
    const partial = `${path}.${process.pid}.partial`;
    const handle = await open(partial, 'w');
    await handle.write(MAGIC);
    return new ParquetWriter(handle, path, partial, fields, notes);
  }

  /** One row group; every field's block holds the same rows. */
  async write(rows: number, blocks: readonly ColumnBlock[]): Promise<void> {
    if (rows === 0) return;
    const start = this.at;
    const chunks: Thrift[] = [];
    const levels = new Levels();
    const pieces: Buffer[] = [];
    for (const [i, field] of this.fields.entries()) {
      const { bytes, count } = page(field.type, blocks[i], levels, field.optional);
      const length = lengthOf(bytes);
      const header = encodeThrift(pageHeader(length, count));
      pieces.push(header, ...bytes);
      const size = header.length + length;
      chunks.push(columnChunk(field, this.at, size, count));
      this.at += size;
    }
    const struct: [number, Thrift][] = [
      [1, { list: chunks }],
      [2, { i64: this.at - start }],
      [3, { i64: rows }],
    ];
    this.groups.push({ struct });
    this.rows += rows;
    await writeAll(this.handle, pieces);
  }

  async finish(): Promise<void> {
    const notes = Object.entries(this.notes).map(([key, value]): Thrift => ({
      struct: [
        [1, { text: key }],
        [2, { text: value }],
      ],
    }));
    const footer = encodeThrift({
      struct: [
        [1, { i32: 1 }],
        [2, { list: schema(this.fields) }],
        [3, { i64: this.rows }],
        [4, { list: this.groups }],
        ...(notes.length ? ([[5, { list: notes }]] as [number, Thrift][]) : []),
        [6, { text: 'datamc' }],
      ],
    });
    const length = Buffer.alloc(4);
    length.writeUInt32LE(footer.length);
    await writeAll(this.handle, [footer, length, MAGIC]);
    await this.handle.close();
    await rename(this.partial, this.path);
  }

  /** Gives up: nothing is left behind. */
  async abandon(): Promise<void> {
    await this.handle.close().catch(() => undefined);
    await rm(this.partial, { force: true });
  }
}

const lengthOf = (buffers: readonly Buffer[]): number => buffers.reduce((sum, buffer) => sum + buffer.length, 0);

/** One call of the system where it takes all, so that it writes while the next rows are read. */
async function writeAll(handle: FileHandle, buffers: readonly Buffer[]): Promise<void> {
  let left = buffers.filter((buffer) => buffer.length > 0);
  while (left.length > 0) {
    let { bytesWritten } = await handle.writev(left);
    left = left.flatMap((buffer) => {
      const done = Math.min(bytesWritten, buffer.length);
      bytesWritten -= done;
      return done < buffer.length ? [buffer.subarray(done)] : [];
    });
  }
}

const pageHeader = (size: number, count: number): Thrift => ({
  struct: [
    [1, { i32: 0 }],
    [2, { i32: size }],
    [3, { i32: size }],
    [
      5,
      {
        struct: [
          [1, { i32: count }],
          [2, { i32: PLAIN }],
          [3, { i32: RLE }],
          [4, { i32: RLE }],
        ],
      },
    ],
  ],
});

const columnChunk = (field: ParquetField, at: number, size: number, count: number): Thrift => {
  const path = field.list ? [field.name, 'list', 'element'] : [field.name];
  const encodings = [PLAIN, ...(field.list || field.optional ? [RLE] : [])];
  return {
    struct: [
      [2, { i64: at }],
      [
        3,
        {
          struct: [
            [1, { i32: PHYSICAL[field.type] }],
            [2, { list: encodings.map((e) => ({ i32: e })) }],
            [3, { list: path.map((p) => ({ text: p })) }],
            [4, { i32: 0 }],
            [5, { i64: count }],
            [6, { i64: size }],
            [7, { i64: size }],
            [9, { i64: at }],
          ],
        },
      ],
    ],
  };
};

function schema(fields: readonly ParquetField[]): Thrift[] {
  const leaf = (name: string, type: StoredType, repetition = REQUIRED): Thrift => {
    const converted = CONVERTED[type];
    return {
      struct: [
        [1, { i32: PHYSICAL[type] }],
        [3, { i32: repetition }],
        [4, { text: name }],
        ...(converted === undefined ? [] : ([[6, { i32: converted }]] as [number, Thrift][])),
      ],
    };
  };
  const root: Thrift = {
    struct: [
      [4, { text: 'events' }],
      [5, { i32: fields.length }],
    ],
  };
  const group = (name: string, repetition: number, converted?: number): Thrift => ({
    struct: [
      [3, { i32: repetition }],
      [4, { text: name }],
      [5, { i32: 1 }],
      ...(converted === undefined ? [] : ([[6, { i32: converted }]] as [number, Thrift][])),
    ],
  });
  return [
    root,
    ...fields.flatMap((f) =>
      f.list
        ? [group(f.name, REQUIRED, LIST), group('list', REPEATED), leaf('element', f.type)]
        : [leaf(f.name, f.type, f.optional ? OPTIONAL : REQUIRED)],
    ),
  ];
}
