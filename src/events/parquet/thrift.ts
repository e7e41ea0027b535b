/** Thrift's compact protocol, as far as a Parquet footer needs it: a struct is a list of [field id, value]. */
export type Thrift =
  | { readonly i32: number }
  | { readonly i64: number }
  | { readonly text: string }
  | { readonly struct: readonly (readonly [number, Thrift])[] }
  | { readonly list: readonly Thrift[] };

const I32 = 5;
const I64 = 6;
const BINARY = 8;
const LIST = 9;
const STRUCT = 12;

const typeOf = (value: Thrift): number =>
  'i32' in value ? I32 : 'i64' in value ? I64 : 'text' in value ? BINARY : 'list' in value ? LIST : STRUCT;

/** Bytes of a struct. */
export function encodeThrift(value: Thrift): Buffer {
  const out: number[] = [];
  write(value, out);
  return Buffer.from(out);
}

function varint(value: number, out: number[]): void {
  let rest = value;
  while (rest >= 128) {
    out.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  out.push(rest);
}

// Zigzag: 0, −1, 1, −2 … become 0, 1, 2, 3 …; exact up to 2^52.
const zigzag = (value: number): number => (value < 0 ? -2 * value - 1 : 2 * value);

function write(value: Thrift, out: number[]): void {
  if ('i32' in value) varint(zigzag(value.i32), out);
  else if ('i64' in value) varint(zigzag(value.i64), out);
  else if ('text' in value) {
    const bytes = Buffer.from(value.text);
    varint(bytes.length, out);
    for (const byte of bytes) out.push(byte);
  } else if ('list' in value) {
    const type = value.list.length ? typeOf(value.list[0]) : STRUCT;
    if (value.list.length < 15) out.push((value.list.length << 4) | type);
    else {
      out.push(0xf0 | type);
      varint(value.list.length, out);
    }
    for (const item of value.list) write(item, out);
  } else {
    let last = 0;
    for (const [id, field] of value.struct) {
      const delta = id - last;
      if (delta > 0 && delta < 16) out.push((delta << 4) | typeOf(field));
      else {
        out.push(typeOf(field));
        varint(zigzag(id), out);
      }
      last = id;
      write(field, out);
    }
    out.push(0);
  }
}
