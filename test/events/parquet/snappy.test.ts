import { readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import wabt from 'wabt';
import { snappyDecoder } from '../../../src/events/parquet/snappy.js';
import { snappyWasm } from '../../../src/events/parquet/snappy-wasm.js';

const text = readFileSync(new URL('../../../src/events/parquet/snappy.wat', import.meta.url), 'utf8');

test('the committed module is the compiled text', async () => {
  const module = (await wabt()).parseWat('snappy.wat', text, { simd: true, bulk_memory: true });
  expect(Buffer.from(module.toBinary({}).buffer).toString('base64')).toBe(snappyWasm);
});

/** Elements of a block as Google's format_description.txt has them. */
const literal = (bytes: Uint8Array, lengthBytes = 0): number[] => {
  const l = bytes.length - 1;
  const length = Array.from({ length: lengthBytes }, (_, k) => (l >>> (8 * k)) & 255);
  return [(lengthBytes ? 59 + lengthBytes : l) << 2, ...length, ...bytes];
};
const copy1 = (length: number, offset: number): number[] => [
  1 | ((length - 4) << 2) | ((offset >> 8) << 5),
  offset & 255,
];
const copy2 = (length: number, offset: number): number[] => [2 | ((length - 1) << 2), offset & 255, offset >> 8];
const copy4 = (length: number, offset: number): number[] => [3 | ((length - 1) << 2), offset & 255, offset >> 8, 0, 0];

/** A block, and what a plain reading of its elements gives. */
function block(...elements: number[][]): { stored: Buffer; plain: number[] } {
  const plain: number[] = [];
  for (const e of elements) {
    const [tag] = e;
    if ((tag & 3) === 0) plain.push(...e.slice(1 + Math.max(0, (tag >> 2) - 59)));
    else {
      const length = (tag & 3) === 1 ? 4 + ((tag >> 2) & 7) : 1 + (tag >> 2);
      const offset = (tag & 3) === 1 ? ((tag >> 5) << 8) | e[1] : e[1] | (e[2] << 8);
      for (let k = 0; k < length; k++) plain.push(plain[plain.length - offset]);
    }
  }
  const front: number[] = [];
  let n = plain.length;
  for (; n >= 128; n >>= 7) front.push((n & 127) | 128);
  return { stored: Buffer.from([...front, n, ...elements.flat()]), plain };
}
const bytes = (n: number): Uint8Array => Uint8Array.from({ length: n }, (_, i) => (i * 37 + (i >> 8)) & 255);

const cases: Record<string, number[][]> = {
  'a short literal': [literal(bytes(5))],
  'literals with lengths of 0 to 4 bytes': [literal(bytes(60)), ...[1, 2, 3, 4].map((k) => literal(bytes(200), k))],
  'a long literal': [literal(bytes(70_000), 3)],
  'copies with offsets of one to four bytes': [
    literal(bytes(3000), 2),
    copy1(11, 2047),
    copy2(64, 2999),
    copy4(17, 1500),
  ],
  'copies of what they write': [1, 2, 3, 7, 8, 9, 15, 16, 17].flatMap((k) => [literal(bytes(20)), copy2(64, k)]),
  'the shortest copies': [literal(bytes(9)), copy1(4, 9), copy2(1, 1)],
};

describe.each(Object.entries(cases))('%s', (_, elements) => {
  const { stored, plain } = block(...elements);
  const decode = snappyDecoder();
  it('comes back', () => {
    // Whatever lies behind is another's.
    for (let k = 0; k < 2; k++) expect([...decode(stored, plain.length)]).toEqual(plain);
  });
  it('is refused cut, longer, or with too much behind it', () => {
    expect(() => decode(stored.subarray(0, stored.length - 1), plain.length)).toThrow('damaged');
    expect(() => decode(stored, plain.length - 1)).toThrow('damaged');
    expect(() => decode(stored, plain.length + 1)).toThrow('damaged');
    expect(() => decode(Buffer.concat([stored, Buffer.of(0, 1)]), plain.length)).toThrow('damaged');
  });
});

test.each([
  ['before the beginning', [literal(bytes(5)), copy2(4, 6)], 9],
  ['from nowhere', [literal(bytes(5)), copy2(4, 0)], 9],
  ['of a literal that is longer than the block', [[63 << 2, 255, 255, 255, 255, 1]], 9],
])('a copy %s is refused', (_, elements, size) => {
  expect(() => snappyDecoder()(Buffer.from([size, ...elements.flat()]), size)).toThrow('damaged');
});
