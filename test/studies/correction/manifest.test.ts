import { describe, expect, test } from 'vitest';
import { normals, seedKey } from '../../../src/stats/key.js';
import { columnMapOnnx } from '../../../src/models/transport-onnx.js';
import { COLUMN_TRANSFORMS, columnTransform } from '../../../src/models/column-transform.js';
import { classify, FLAG } from '../../../src/studies/correction/corrector.js';
import { manifestColumn, MANIFEST_KEY, readManifest, type Manifest } from '../../../src/studies/correction/manifest.js';
import { tableMapBuilder } from '../../../src/studies/correction/table-graph.js';

const manifest: Manifest = {
  format: 'datamc correction 1',
  name: 'test',
  quick: false,
  seed: 7,
  software: 'datamc 0.1.0',
  variables: [{ column: 'ip', transform: 'log10', unit: 'mm', low: 0.01, high: 2 }],
  given: [],
  define: { ip: 'abs(d0)' },
  band: false,
  training: { 'mc.root': 'a'.repeat(64) },
  losses: { simulation: 0.3, data: 0.4 },
};
const product = (metadata: Record<string, string>): Uint8Array =>
  columnMapOnnx(
    { variables: 1, context: 0 },
    { features: ['log10'] },
    metadata,
    tableMapBuilder({ x: Float64Array.of(0, 1), y: Float64Array.of(0, 1) }),
  );

describe('a product', () => {
  test('says of itself what was written into it', () => {
    const model = product({ [MANIFEST_KEY]: JSON.stringify(manifest), provenance: 'x' });
    expect(readManifest(model, 'correction.onnx')).toEqual(manifest);
  });

  test.each([
    ['an ONNX file of something else', {}],
    ['a later format', { [MANIFEST_KEY]: JSON.stringify({ ...manifest, format: 'datamc correction 2' }) }],
    ['metadata that is no JSON', { [MANIFEST_KEY]: 'yes' }],
  ])('%s is refused', (_, metadata: Record<string, string>) => {
    expect(() => readManifest(product(metadata), 'some.onnx')).toThrowError(
      expect.objectContaining({
        status: 2,
        data: expect.objectContaining({ code: 'correction.not-a-product', path: 'some.onnx' }) as unknown,
      }) as Error,
    );
  });
});

describe('the range of the training events', () => {
  test.each(COLUMN_TRANSFORMS)('%s: holds every one of them, and hardly more', (transform) => {
    const { forward } = columnTransform(transform);
    const inDomain = { logit: (z: number) => 0.5 + 0.1 * z, log: (z: number) => z ** 2, log10: (z: number) => z ** 2 };
    const bend = transform in inDomain ? inDomain[transform as keyof typeof inDomain] : (z: number) => 3 * z;
    for (let i = 0; i < 40; i++) {
      const values = normals(seedKey(i).split(transform), 50).map(bend);
      const column = manifestColumn({ column: 'x', transform, unit: 'mm' }, values.map(forward));
      expect(column).toMatchObject({ column: 'x', transform, unit: 'mm' });
      const flags = classify({ ...manifest, variables: [column] }, { x0: values });
      expect(flags.every((flag) => flag === FLAG.corrected)).toBe(true);
      expect(column.low / Math.min(...values)).toBeCloseTo(1, 10);
      expect(column.high / Math.max(...values)).toBeCloseTo(1, 10);
    }
  });
});
