import { userError } from '../base/error.js';

// A ModelProto is a sequence of tagged fields in any order: its metadata is read by walking over the top level alone.
// The graph inside is never decoded.
const METADATA_FIELD = 14;
const LENGTH_DELIMITED = 2;

/**
 * The `metadata_props` of an ONNX file; an entry written twice counts with its last value.
 *
 * @throws userError `models.not-onnx` where the bytes are no protocol buffer, or end early
 */
export function readMetadata(model: Uint8Array): Record<string, string> {
  const entries: Record<string, string> = {};
  for (const { number, bytes } of fields(model)) {
    if (number !== METADATA_FIELD || !bytes) continue;
    let key = '';
    let value = '';
    for (const part of fields(bytes)) {
      if (part.number === 1 && part.bytes) key = text(part.bytes);
      if (part.number === 2 && part.bytes) value = text(part.bytes);
    }
    entries[key] = value;
  }
  return entries;
}

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');

function* fields(bytes: Uint8Array): Generator<{ number: number; bytes?: Uint8Array }> {
  let at = 0;
  const read = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      if (at >= bytes.length || scale > 2 ** 63) throw broken(at);
      const byte = bytes[at++];
      value += (byte % 128) * scale;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const tag = read();
    const number = Math.floor(tag / 8);
    const wire = tag % 8;
    if (number === 0) throw broken(at);
    if (wire === 0) {
      read();
      yield { number };
      continue;
    }
    const length = wire === LENGTH_DELIMITED ? read() : wire === 1 ? 8 : wire === 5 ? 4 : -1;
    if (length < 0 || at + length > bytes.length) throw broken(at);
    yield { number, bytes: bytes.subarray(at, at + length) };
    at += length;
  }
}

const broken = (at: number) =>
  userError({
    code: 'models.not-onnx',
    message: `not a whole ONNX file: byte ${at} cannot be read as a protocol buffer`,
    hint: 'the file may be truncated or of another kind',
  });
