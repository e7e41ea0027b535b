import { expect, test } from 'vitest';
import { fromBinary } from '@bufbuild/protobuf';
import { ModelProtoSchema } from 'onnx-buf';
import { readMetadata, withMetadata } from '../../src/models/metadata.js';

const bare = Uint8Array.of(8, 9); // ir_version: 9

test('what was written is read back, whatever its length and letters', () => {
  const entries = { manifest: '{"unit":"µm"}', long: 'x'.repeat(70_000), empty: '' };
  expect(readMetadata(withMetadata(bare, entries))).toEqual(entries);
  expect(readMetadata(bare)).toEqual({});
});

test('a protocol-buffer library sees the same entries', () => {
  const model = fromBinary(ModelProtoSchema, withMetadata(bare, { b: '2', a: '1' }));
  expect(model.irVersion).toBe(9n);
  expect(model.metadataProps.map(({ key, value }) => [key, value])).toEqual([
    ['a', '1'],
    ['b', '2'],
  ]);
});

test('a cut file is refused', () => {
  const whole = withMetadata(bare, { key: 'value' });
  expect(() => readMetadata(whole.subarray(0, whole.length - 1))).toThrow(/not a whole ONNX file/);
  expect(() => readMetadata(Uint8Array.of(0xff, 0xff))).toThrow(/not a whole ONNX file/);
  expect(() => readMetadata(Buffer.from('PK\u0003\u0004not an onnx file'))).toThrow(/not a whole ONNX file/);
});
