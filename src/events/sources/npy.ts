import type { FileHandle } from 'node:fs/promises';
import { userError, type DatamcError } from '../../base/error.js';
import type { NumberType, TypedArray } from '../root/types.js';

/** One field of an array: a column of numbers. */
export interface NpyField {
  readonly name: string;
  readonly type: NumberType;
  readonly littleEndian: boolean;
  /** Byte offset inside a row. */
  readonly offset: number;
  readonly half?: boolean;
}

/** An array inside an `.npy` file or an `.npz` member: rows of `stride` bytes starting at `start`. */
export interface NpyArray {
  readonly rows: number;
  readonly stride: number;
  readonly start: number;
  readonly fields: readonly NpyField[];
  /** Fortran order: column i is contiguous at start + i · rows · itemSize. */
  readonly columnMajor: boolean;
}

const TYPES: Readonly<Record<string, NumberType>> = {
  f8: 'float64',
  f4: 'float32',
  f2: 'float32',
  i1: 'int8',
  i2: 'int16',
  i4: 'int32',
  i8: 'int64',
  u1: 'uint8',
  u2: 'uint16',
  u4: 'uint32',
  u8: 'uint64',
  b1: 'bool',
};

const broken = (file: string, message: string, got?: string): DatamcError =>
  userError({
    code: 'events.damaged-file',
    message: `${file}: ${message}`,
    path: file,
    got,
    hint: 'write or copy it again: numpy.save(file, array), without Python objects',
  });

/**
 * Reads the header of an NPY array (versions 1 to 3): one dimension, two (columns c0, c1, …) or structured.
 *
 * @param name what a one-dimensional array's column is called
 */
export async function npyHeader(
  handle: FileHandle,
  file: string,
  from: number,
  size: number,
  name: string,
): Promise<NpyArray> {
  const fixed = Buffer.alloc(12);
  await handle.read(fixed, 0, 12, from);
  if (fixed.toString('latin1', 0, 6) !== '\x93NUMPY') throw broken(file, 'no NPY array');
  const long = fixed[6] >= 2;
  const length = long ? fixed.readUInt32LE(8) : fixed.readUInt16LE(8);
  const at = from + (long ? 12 : 10);
  if (length > 1 << 20) throw broken(file, 'its header is damaged');
  const bytes = Buffer.alloc(length);
  await handle.read(bytes, 0, length, at);
  const header = bytes.toString(fixed[6] >= 3 ? 'utf8' : 'latin1');
  const shapeText = /'shape':\s*\(([^)]*)\)/.exec(header)?.[1];
  const descr = /'descr':\s*('[^']*'|\[.*?\]\s*(?=,\s*'|\}))/s.exec(header)?.[1];
  if (shapeText === undefined || descr === undefined) throw broken(file, 'its header is damaged', header.slice(0, 80));
  const shape = shapeText
    .split(',')
    .map((s) => s.trim())
    .filter(Boolean)
    .map(Number);
  const columnMajor = /'fortran_order':\s*True/.test(header) && shape.length > 1;
  const start = at + length;
  if (shape.length > 2 || shape.length === 0) {
    throw userError({
      code: 'events.array-shape',
      message: `${file}: an array of ${shape.length} dimensions is no table`,
      path: file,
      expected: 'one dimension, two (rows, columns), or a structured array',
    });
  }
  const scalar = /^'([<>|=])([a-z]\d+)'$/i.exec(descr);
  const width = shape[1] ?? 1;
  const fields: NpyField[] = [];
  let stride = 0;
  const add = (fieldName: string, code: string): void => {
    const match = /^([<>|=])([a-zA-Z])(\d+)$/.exec(code);
    const type = match && TYPES[match[2] + match[3]];
    if (!match || !type) throw unsupported(file, fieldName, code);
    fields.push({
      name: fieldName,
      type,
      littleEndian: match[1] !== '>',
      offset: stride,
      half: match[2] === 'f' && match[3] === '2',
    });
    stride += Number(match[3]);
  };
  if (scalar) {
    const names = shape.length > 1 ? Array.from({ length: width }, (_, i) => `c${i}`) : [name];
    names.forEach((n) => add(n, scalar[1] + scalar[2]));
  } else if (descr.startsWith("'")) throw unsupported(file, name, descr.slice(1, -1));
  else {
    if (shape.length > 1) throw broken(file, 'a structured array of two dimensions is no table');
    const items = [...descr.matchAll(/\(\s*(?:'((?:[^'\\]|\\.)*)'|"([^"]*)")\s*,\s*'([^']*)'\s*(,)?[^)]*\)/g)];
    for (const [, quoted, double, code, more] of items) {
      if (more !== undefined) throw unsupported(file, quoted ?? double, `${code} with its own dimensions`);
      // Padding of aligned records has no name.
      if ((quoted ?? double) === '' && /^\|V\d+$/.test(code)) stride += Number(code.slice(2));
      else add(quoted ?? double, code);
    }
    if (fields.length === 0) throw broken(file, 'its header is damaged', descr.slice(0, 80));
  }
  const missing = shape[0] * stride - (from + size - start);
  if (missing > 0) throw broken(file, `cut short: ${missing} bytes are missing`);
  return { rows: shape[0], stride, start, fields, columnMajor };
}

const unsupported = (file: string, name: string, code: string): DatamcError =>
  userError({
    code: 'events.array-type',
    message: `${file}: values of type ${code} in "${name}" are no numbers`,
    path: file,
    expected: `one of ${Object.keys(TYPES).join(', ')}`,
  });

/** Reads some fields of rows [from, to). */
export async function npyRows(
  handle: FileHandle,
  array: NpyArray,
  fields: readonly NpyField[],
  from: number,
  to: number,
): Promise<TypedArray[]> {
  const rows = to - from;
  if (array.columnMajor) {
    const size = array.stride / array.fields.length;
    return Promise.all(
      fields.map(async (field) => {
        const at = array.start + (array.fields.indexOf(field) * array.rows + from) * size;
        return decode(await bytesAt(handle, at, rows * size), { ...field, offset: 0 }, rows, size);
      }),
    );
  }
  const bytes = await bytesAt(handle, array.start + from * array.stride, rows * array.stride);
  return fields.map((field) => decode(bytes, field, rows, array.stride));
}

async function bytesAt(handle: FileHandle, at: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(length);
  for (let done = 0; done < length;) {
    const { bytesRead } = await handle.read(bytes, done, length - done, at + done);
    if (bytesRead === 0) throw new Error('the file ends too early');
    done += bytesRead;
  }
  return bytes;
}

function decode(bytes: Buffer, field: NpyField, rows: number, stride: number): TypedArray {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const little = field.littleEndian;
  const fill = <T extends TypedArray>(out: T, get: (at: number) => number | bigint): T => {
    for (let i = 0, at = field.offset; i < rows; i++, at += stride) out[i] = get(at) as never;
    return out;
  };
  switch (field.type) {
    case 'float64':
      return fill(new Float64Array(rows), (at) => view.getFloat64(at, little));
    case 'float32':
      if (field.half) return fill(new Float32Array(rows), (at) => half(view.getUint16(at, little)));
      return fill(new Float32Array(rows), (at) => view.getFloat32(at, little));
    case 'int8':
      return fill(new Int8Array(rows), (at) => view.getInt8(at));
    case 'int16':
      return fill(new Int16Array(rows), (at) => view.getInt16(at, little));
    case 'int32':
      return fill(new Int32Array(rows), (at) => view.getInt32(at, little));
    case 'int64':
      return fill(new BigInt64Array(rows), (at) => view.getBigInt64(at, little));
    case 'uint16':
      return fill(new Uint16Array(rows), (at) => view.getUint16(at, little));
    case 'uint32':
      return fill(new Uint32Array(rows), (at) => view.getUint32(at, little));
    case 'uint64':
      return fill(new BigUint64Array(rows), (at) => view.getBigUint64(at, little));
    default:
      return fill(new Uint8Array(rows), (at) => view.getUint8(at));
  }
}

/** IEEE 754 binary16. */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 0x3ff;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (exponent ? (1 + fraction / 1024) * 2 ** (exponent - 15) : fraction * 2 ** -24);
}
