import { expect, test } from 'vitest';
import { Graph } from '../../src/graph/graph.js';
import { readMetadata } from '../../src/models/metadata.js';

function model(metadata: Record<string, string>): Uint8Array {
  const graph = new Graph({ dtype: 'float32' });
  graph.output('y', graph.input('x', []));
  return graph.compile({ metadata });
}

test('what was written is read back, whatever its length and letters', () => {
  const entries = { manifest: '{"unit":"µm"}', long: 'x'.repeat(70_000), empty: '' };
  expect(readMetadata(model(entries))).toEqual(entries);
  expect(readMetadata(model({}))).toEqual({});
});

test('a cut file and other bytes are refused', () => {
  const whole = model({ key: 'value' });
  expect(() => readMetadata(whole.subarray(0, whole.length - 1))).toThrow(/not a whole ONNX file/);
  expect(() => readMetadata(Uint8Array.of(0xff, 0xff))).toThrow(/not a whole ONNX file/);
  expect(() => readMetadata(Buffer.from('PK\u0003\u0004not an onnx file'))).toThrow(/not a whole ONNX file/);
});
