import zlib from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { checkBlocks, createUnpacker } from '../../../../src/events/root/codecs/unpack.js';
import { plainInflate, zlibCodec } from '../../../../src/events/root/codecs/zlib.js';
import { BasketDamage } from '../../../../src/events/root/damage.js';

/** ROOT's header in front of a block. */
function block(tag: string, packed: Buffer, size: number): Buffer {
  const head = Buffer.alloc(9);
  head.write(tag, 'latin1');
  head[2] = 8;
  head.writeUIntLE(packed.length, 3, 3);
  head.writeUIntLE(size, 6, 3);
  return Buffer.concat([head, packed]);
}
const numbers = Buffer.from(Float64Array.from({ length: 500 }, (_, i) => Math.sqrt(i)).buffer).swap64();
const unpacker = createUnpacker();
const unpack = (src: Buffer, size: number, width = 1): Buffer => {
  const out = Buffer.alloc(size);
  unpacker.unpack(src, 0, src.length, out, 0, size, width);
  return out;
};

describe('zlib and the old CS format', () => {
  const packed = zlib.deflateSync(numbers);

  test('the reused stream and the public function agree', () => {
    for (const codec of [zlibCodec(), plainInflate]) {
      const out = Buffer.alloc(numbers.length + 8, 7);
      codec(packed, 0, packed.length, out, 4, numbers.length);
      expect(out.subarray(4, -4)).toEqual(numbers);
      expect([...out.subarray(0, 4), ...out.subarray(-4)]).toEqual(Array(8).fill(7));
    }
  });

  test('too much, too little or a wrong checksum is damage, and the next block is still read', () => {
    const broken = Buffer.from(packed);
    broken[packed.length - 1]! ^= 1;
    for (const codec of [zlibCodec(), plainInflate]) {
      const out = Buffer.alloc(numbers.length + 1);
      const run = (src: Buffer, size: number) => () => codec(src, 0, src.length, out, 0, size);
      expect(run(packed, numbers.length - 1)).toThrow(BasketDamage);
      expect(run(packed, numbers.length + 1)).toThrow(BasketDamage);
      expect(run(broken, numbers.length)).toThrow(BasketDamage);
      expect(run(packed.subarray(0, 100), numbers.length)).toThrow(BasketDamage);
      run(packed, numbers.length)();
      expect(out.subarray(0, numbers.length)).toEqual(numbers);
    }
  });

  test('a Node whose inside has changed falls back to the public function', () => {
    const wrong = zlibCodec(() => (_src, _from, _length, dst) => void dst.fill(0));
    const failing = zlibCodec(() => {
      throw new TypeError('no _handle');
    });
    for (const codec of [wrong, failing]) expect(codec).toBe(plainInflate);
  });

  test('CS blocks are raw deflate', () => {
    expect(unpack(block('CS', zlib.deflateRawSync(numbers), numbers.length), numbers.length)).toEqual(numbers);
  });
});

test('blocks may cut a word in two: words are turned round when all are there', () => {
  const little = Buffer.from(numbers).swap64();
  const parts = [numbers.subarray(0, 1003), numbers.subarray(1003)];
  const src = Buffer.concat(parts.map((part) => block('ZL', zlib.deflateSync(part), part.length)));
  expect(unpack(src, numbers.length, 8)).toEqual(little);
});

test.each([
  ['plain bytes', numbers],
  [
    'blocks',
    Buffer.concat(
      [0, 1600, 2000, 4000].slice(0, 3).map((from, i, all) => {
        const part = numbers.subarray(from, all[i + 1] ?? 4000);
        return block('ZL', zlib.deflateSync(part), part.length);
      }),
    ),
  ],
])('of %s, any range is unpacked alone, and nothing beside it is written', (_, src) => {
  const little = Buffer.from(numbers).swap64();
  for (const [low, high] of [
    [0, 4000],
    [0, 8],
    [8, 1600],
    [1592, 1608],
    [1600, 2000],
    [1608, 4000],
    [2400, 2400],
  ] as const) {
    const out = Buffer.alloc(high - low + 16, 7);
    unpacker.unpack(src, 0, src.length, out, 8, numbers.length, 8, low, high);
    expect(out.subarray(8, -8), `${low} to ${high}`).toEqual(little.subarray(low, high));
    expect([...out.subarray(0, 8), ...out.subarray(-8)]).toEqual(Array(16).fill(7));
  }
});

test('a damaged block outside the range is not looked at, one inside is', () => {
  const halves = [numbers.subarray(0, 2000), numbers.subarray(2000)];
  const packed = halves.map((half) => block('ZL', zlib.deflateSync(half), half.length));
  packed[0]![packed[0]!.length - 1]! ^= 1;
  const src = Buffer.concat(packed);
  const run = (low: number, high: number) => () =>
    unpacker.unpack(src, 0, src.length, Buffer.alloc(4000), 0, 4000, 1, low, high);
  expect(run(2000, 4000)).not.toThrow();
  expect(run(1999, 4000)).toThrow(BasketDamage);
});

test('bytes that were not packed are copied, and turned round', () => {
  expect(unpack(numbers, numbers.length)).toEqual(numbers);
  expect(unpack(numbers, numbers.length, 8)).toEqual(Buffer.from(numbers).swap64());
});

describe('what the headers promise is checked before anything is unpacked', () => {
  const whole = block('ZL', zlib.deflateSync(numbers), numbers.length);
  test.each([
    ['too small a sum', whole, numbers.length + 1, 'its blocks hold 4000 bytes where 4001 are expected'],
    ['a block that overruns', whole.subarray(0, 500), numbers.length, 'its blocks hold 4000'],
    ['a cut header', whole.subarray(0, 5), numbers.length, 'a block header is cut'],
  ])('%s', (_, src, size, message) => {
    expect(() => checkBlocks(src, 0, src.length, size)).toThrow(message);
  });
  test('an unknown compression', () => {
    expect(() => unpack(block('QQ', Buffer.alloc(10), 100), 100)).toThrow('its compression "QQ" is unknown');
  });
});
