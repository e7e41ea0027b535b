import type { StoredType } from './parquet/page.js';
import type { TypedArray } from './root/types.js';

const ARRAYS = {
  bool: Uint8Array,
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
  float32: Float32Array,
  float64: Float64Array,
} as const;

const STORED: Readonly<Record<string, StoredType>> = Object.fromEntries(
  (Object.keys(ARRAYS) as (keyof typeof ARRAYS)[])
    .filter((type) => type !== 'bool')
    .map((type) => [ARRAYS[type].name, type]),
);

/** How values are stored in a file. */
export const storedType = (values: TypedArray | readonly string[]): StoredType =>
  Array.isArray(values) ? 'string' : (STORED[values.constructor.name] ?? 'float64');

/** An array for so many values; truth values are bytes. */
export const arrayOf = (type: Exclude<StoredType, 'string'>, rows: number): TypedArray => new ARRAYS[type](rows);
