import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import wabt from 'wabt';
import { lz4Codec } from '../../../../src/events/root/codecs/lz4.js';
import { lz4Wasm } from '../../../../src/events/root/codecs/lz4-wasm.js';

const text = readFileSync(new URL('../../../../src/events/root/codecs/lz4.wat', import.meta.url), 'utf8');

test('the committed module is the compiled text', async () => {
  const module = (await wabt()).parseWat('lz4.wat', text, { simd: true, bulk_memory: true });
  expect(Buffer.from(module.toBinary({}).buffer).toString('base64')).toBe(lz4Wasm);
});

/** A block with its checksum in front. xxh64 of the payloads below: python -c "import xxhash; print(xxhash.xxh64(...).hexdigest())" (xxhash 4.0; blocks by cramjam 2.14.0). */
const checked = (hash: string, payload: Buffer): Buffer => Buffer.concat([Buffer.from(hash, 'hex'), payload]);

interface Case {
  readonly name: string;
  readonly payload: Buffer;
  readonly hash: string;
  readonly plain: Buffer;
}
const cases: Case[] = JSON.parse(readFileSync(new URL('./lz4-cases.json', import.meta.url), 'utf8')).map(
  (each: { name: string; payload: string; hash: string; plain: string }) => ({
    name: each.name,
    hash: each.hash,
    payload: Buffer.from(each.payload, 'base64'),
    plain: Buffer.from(each.plain, 'base64'),
  }),
);

test.each(cases)('$name', ({ payload, hash, plain }) => {
  const lz4 = lz4Codec();
  const src = checked(hash, payload);
  const out = Buffer.alloc(plain.length + 2, 9);
  lz4(src, 0, src.length, out, 1, plain.length, 1);
  expect(out.subarray(1, -1)).toEqual(plain);
  expect([out[0], out.at(-1)]).toEqual([9, 9]);
});

test.each([2, 4, 8])('words of %i bytes are turned round on the way', (width) => {
  const { payload, hash, plain } = cases.find((each) => each.plain.length % 8 === 0 && each.plain.length > 1000)!;
  const out = Buffer.alloc(plain.length);
  const src = checked(hash, payload);
  lz4Codec()(src, 0, src.length, out, 0, plain.length, width);
  const turned = Buffer.from(plain);
  if (width === 8) turned.swap64();
  else if (width === 4) turned.swap32();
  else turned.swap16();
  expect(out).toEqual(turned);
});

test('any flipped bit of block or checksum is refused', () => {
  const lz4 = lz4Codec();
  for (const { payload, hash, plain } of cases) {
    const src = checked(hash, payload);
    for (let bit = 0; bit < src.length * 8; bit += 11) {
      const damaged = Buffer.from(src);
      damaged[bit >> 3]! ^= 1 << (bit & 7);
      expect(() => lz4(damaged, 0, damaged.length, Buffer.alloc(plain.length), 0, plain.length, 1)).toThrow('LZ4');
    }
  }
});

test('a size that is wrong is refused', () => {
  const lz4 = lz4Codec();
  for (const { payload, hash, plain } of cases) {
    const src = checked(hash, payload);
    for (const size of [plain.length - 1, plain.length + 1]) {
      expect(() => lz4(src, 0, src.length, Buffer.alloc(size), 0, size, 1)).toThrow('its LZ4 block is damaged');
    }
  }
});
