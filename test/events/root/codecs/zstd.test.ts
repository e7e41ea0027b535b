import zlib from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { Codec } from '../../../../src/events/root/codecs/codec.js';
import { wasmZstd, zstdCodec } from '../../../../src/events/root/codecs/zstd.js';
import { BasketDamage } from '../../../../src/events/root/damage.js';

// node -e "const z = require('zlib'); const p = Buffer.from(Array.from({ length: 400 }, (_, i) => i ** 2 % 251));
//   console.log(z.zstdCompressSync(p, { params: { [z.constants.ZSTD_c_checksumFlag]: 1 } }).toString('hex'))" (Node 24)
const plain = Buffer.from(Array.from({ length: 400 }, (_, i) => i ** 2 % 251));
const packed = Buffer.from(
  '28b52ffd649000250800b40f00010409101924314051647990a9c4e10526496e95bee91b4a7baee31f5893d0145598dd2972bd0f5eaf075cb3116cc92d8ef15bc2309b0d7ced65da56cf4fcc50d159de6af38315a43acd67039c3cd97d23c6701cc57527d68c44f9b57333f0b47a420cd3a1714317e8c09a76543416f5dbc3ad998777695d534b45413f3f41454b535d69778799adc3dbf5163454769ac0e8174371a1d30c427ab4f03373b5f9448cd62775c51c70c6237dd93c9c0367cd3aa41583f36ade59d150cc4fcf56da65ed7c0d9b30c25bf18e2dc96c11b35c07af5e0fbd7229dd985514d093581fe3ae7b4a1be9be956e492605e1c4a990796451403124191009040101007b899f3252b8be0237',
  'hex',
);

const codecs: [string, () => Codec][] = [
  ['WebAssembly', wasmZstd],
  ['the fastest here', zstdCodec],
];

describe.each(codecs)('%s', (_, make) => {
  const codec = make();
  const run = (src: Buffer, size: number) => {
    const out = Buffer.alloc(size + 10, 7);
    codec(src, 0, src.length, out, 5, size);
    expect([...out.subarray(0, 5), ...out.subarray(-5)]).toEqual(Array(10).fill(7));
    return out.subarray(5, -5);
  };

  test('unpacks into the place given and writes nothing beside it', () => {
    expect(run(packed, plain.length)).toEqual(plain);
  });

  test('too much, too little, a cut block or a wrong checksum is damage, and the next block is still read', () => {
    const broken = Buffer.from(packed);
    broken[packed.length - 1]! ^= 1;
    for (const [src, size] of [
      [packed, plain.length - 1],
      [packed, plain.length + 1],
      [packed.subarray(0, -6), plain.length],
      [Buffer.concat([packed, Buffer.alloc(1)]), plain.length],
      [broken, plain.length],
    ] as const) {
      expect(() => run(src, size)).toThrow(BasketDamage);
      expect(run(packed, plain.length)).toEqual(plain);
    }
  });
});

test('a Node that has ZSTD uses it', () => {
  const own = 'zstdDecompressSync' in zlib;
  expect(/HEAPU8/.test(zstdCodec().toString())).toBe(!own);
});
