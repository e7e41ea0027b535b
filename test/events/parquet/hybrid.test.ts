import { describe, expect, it, test } from 'vitest';
import { allOnes, readHybrid, unpackBits } from '../../../src/events/parquet/hybrid.js';
import { seedKey, uniforms } from '../../../src/stats/key.js';

/** Bytes of numbers in runs as Apache Parquet's Encodings.md describes them: `packed` groups of eight, or one number repeated. */
function encode(
  runs: readonly { packed?: readonly number[]; value?: number; count?: number }[],
  width: number,
): Uint8Array {
  const out: number[] = [];
  const varint = (v: number): void => {
    for (; v >= 128; v = Math.floor(v / 128)) out.push((v % 128) + 128);
    out.push(v);
  };
  for (const { packed, value = 0, count = 0 } of runs) {
    if (packed) {
      varint((packed.length / 8) * 2 + 1);
      let bits = 0n;
      packed.forEach((v, i) => (bits |= BigInt(v) << BigInt(i * width)));
      for (let k = 0; k < (packed.length * width) / 8; k++) out.push(Number((bits >> BigInt(8 * k)) & 255n));
    } else {
      varint(count * 2);
      for (let k = 0; k < width; k += 8) out.push((value >> k) & 255);
    }
  }
  return Uint8Array.from(out);
}

describe.each([1, 2, 3, 7, 8, 9, 13, 16, 20, 24, 25])('numbers of %i bits', (width) => {
  const packed = Array.from(uniforms(seedKey(width), 48), (u) => Math.floor(u * 2 ** width));
  const repeated = packed[5];

  it('come back from any mixture of runs', () => {
    const runs = [{ packed: packed.slice(0, 16) }, { value: repeated, count: 300 }, { packed: packed.slice(16) }];
    const out = new Int32Array(16 + 300 + 32);
    readHybrid(encode(runs, width), width, out);
    expect([...out]).toEqual([...packed.slice(0, 16), ...new Array<number>(300).fill(repeated), ...packed.slice(16)]);
  });

  it('may end within a group of eight', () => {
    const out = new Int32Array(13);
    readHybrid(encode([{ packed: packed.slice(0, 16) }], width), width, out);
    expect([...out]).toEqual(packed.slice(0, 13));
  });

  it('are refused where bytes are missing', () => {
    const bytes = encode([{ packed }], width);
    expect(() => readHybrid(bytes.subarray(0, bytes.length - 1), width, new Int32Array(48))).toThrow('cut');
    expect(() => readHybrid(bytes, width, new Int32Array(49))).toThrow('no length');
    expect(() => readHybrid(encode([{ value: 0, count: 0 }], width), width, new Int32Array(1))).toThrow('empty');
  });
});

test('numbers of no bits are zeros', () => {
  const out = Int32Array.of(7, 7);
  readHybrid(encode([{ value: 0, count: 2 }], 0), 0, out);
  expect([...out]).toEqual([0, 0]);
});

test('all ones are seen where one run says so', () => {
  expect(allOnes(encode([{ value: 1, count: 20 }], 1), 20)).toBe(true);
  expect(allOnes(encode([{ value: 1, count: 19 }], 1), 20)).toBe(false);
  expect(allOnes(encode([{ value: 0, count: 20 }], 1), 20)).toBe(false);
  expect(allOnes(encode([{ packed: new Array<number>(8).fill(1) }], 1), 8)).toBe(false);
});

test('more than 25 bits are not unpacked', () => {
  expect(() => unpackBits(new Uint8Array(100), 0, 26, new Int32Array(8), 0, 8)).toThrow('26 bits');
});
