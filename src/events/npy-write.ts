import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import type { StoredType } from './parquet/page.js';
import type { TypedArray } from './root/types.js';

const CODES: Readonly<Partial<Record<StoredType, string>>> = {
  float64: '<f8',
  float32: '<f4',
  int64: '<i8',
  uint64: '<u8',
  int32: '<i4',
  uint32: '<u4',
  int16: '<i2',
  uint16: '<u2',
  int8: '|i1',
  uint8: '|u1',
  bool: '|b1',
};

export const npyCode = (type: StoredType): string => CODES[type] ?? '<f8';

/** Header of an NPY file, version 1; its length does not depend on the number of rows, so that it can be rewritten. */
export function npyHeaderBytes(descr: string, rows: number): Buffer {
  const dict = `{'descr': ${descr}, 'fortran_order': False, 'shape': (${rows},), }`;
  const long = descr.length > 60_000;
  const prefix = long ? 12 : 10;
  const room = descr.length + 100;
  const length = Math.ceil((prefix + room) / 64) * 64 - prefix;
  const head = Buffer.alloc(prefix);
  head.write('\x93NUMPY', 'latin1');
  head[6] = long ? 2 : 1;
  if (long) head.writeUInt32LE(length, 8);
  else head.writeUInt16LE(length, 8);
  return Buffer.concat([head, Buffer.from(`${dict.padEnd(length - 1)}\n`, 'utf8')]);
}

export const structured = (names: readonly string[], types: readonly StoredType[]): string =>
  `[${names.map((name, i) => `('${name.replace(/\\/g, '\\\\').replace(/'/g, "\\'")}', '${npyCode(types[i])}')`).join(', ')}]`;

/** Writes a structured NPY array in blocks of rows: one named field per column. */
export class NpyWriter {
  private rows = 0;

  private constructor(
    private readonly handle: FileHandle,
    private readonly path: string,
    private readonly descr: string,
    private at: number,
  ) {}

  /** @param descr NumPy's description of the type: `'<f8'` in quotes, or a list of fields */
  static async create(path: string, descr: string): Promise<NpyWriter> {
    const handle = await open(`${path}.${process.pid}.partial`, 'w');
    const head = npyHeaderBytes(descr, 0);
    await handle.write(head, 0, head.length, 0);
    return new NpyWriter(handle, path, descr, head.length);
  }

  async write(rows: number, columns: readonly TypedArray[]): Promise<void> {
    const bytes = columns.length === 1 ? bytesOf(columns[0]) : interleaved(rows, columns);
    for (let done = 0; done < bytes.length;) {
      done += (await this.handle.write(bytes, done, bytes.length - done, this.at + done)).bytesWritten;
    }
    this.at += bytes.length;
    this.rows += rows;
  }

  async finish(): Promise<void> {
    const head = npyHeaderBytes(this.descr, this.rows);
    await this.handle.write(head, 0, head.length, 0);
    await this.handle.close();
    await rename(`${this.path}.${process.pid}.partial`, this.path);
  }

  async abandon(): Promise<void> {
    await this.handle.close().catch(() => undefined);
    await rm(`${this.path}.${process.pid}.partial`, { force: true });
  }
}

const bytesOf = (v: TypedArray): Uint8Array => new Uint8Array(v.buffer, v.byteOffset, v.byteLength);

function interleaved(rows: number, columns: readonly TypedArray[]): Uint8Array {
  const stride = columns.reduce((sum, c) => sum + c.BYTES_PER_ELEMENT, 0);
  const out = new Uint8Array(rows * stride);
  let offset = 0;
  for (const column of columns) {
    const size = column.BYTES_PER_ELEMENT;
    const bytes = bytesOf(column);
    for (let i = 0, to = offset, from = 0; i < rows; i++, to += stride, from += size) {
      for (let k = 0; k < size; k++) out[to + k] = bytes[from + k];
    }
    offset += size;
  }
  return out;
}
