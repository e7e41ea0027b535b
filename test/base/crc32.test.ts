import { expect, test } from 'vitest';
import { crc32 } from '../../src/base/crc32.js';

test('the check value of ISO 3309, whole and in parts', () => {
  // CRC-32 of "123456789" in the catalogue of parametrised CRC algorithms: cbf43926.
  const bytes = Buffer.from('123456789');
  expect(crc32(bytes)).toBe(0xcbf43926);
  for (let cut = 0; cut <= bytes.length; cut++)
    expect(crc32(bytes.subarray(cut), crc32(bytes.subarray(0, cut)))).toBe(0xcbf43926);
  expect(crc32(new Uint8Array())).toBe(0);
});
