import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { sha256, sha256File, stableJson } from '../../src/base/hash.js';
import type { Json } from '../../src/base/json.js';
import { temporaryFolder } from '../helpers/toy-run.js';

const home = temporaryFolder();

describe('sha256', () => {
  // printf abc | sha256sum (coreutils 9.1); FIPS 180-4, example 1
  const abc = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';

  test('of text, bytes and files agree', async () => {
    const file = path.join(home, 'abc');
    await writeFile(file, 'abc');
    expect([sha256('abc'), sha256(new TextEncoder().encode('abc')), await sha256File(file)]).toEqual([abc, abc, abc]);
  });

  test('of a file larger than a block, counting its bytes', async () => {
    const bytes = Buffer.alloc(3_000_001, 7);
    const file = path.join(home, 'large');
    await writeFile(file, bytes);
    let read = 0;
    expect(await sha256File(file, (n) => (read += n))).toBe(sha256(bytes));
    expect(read).toBe(bytes.length);
  });
});

describe('stableJson', () => {
  test('does not depend on the order of keys, at any depth', () => {
    const a = { b: [{ y: 1, x: { n: null, m: 'é' } }], a: -0.1, '10': 1, '9': 2 };
    const b = { '9': 2, '10': 1, a: -0.1, b: [{ x: { m: 'é', n: null }, y: 1 }] };
    expect(stableJson(a)).toBe(stableJson(b));
    expect(JSON.parse(stableJson(a))).toEqual(a);
  });

  test('leaves undefined out of objects', () => {
    expect(stableJson({ a: undefined, b: 1 })).toBe('{"b":1}');
  });

  test.each<[string, unknown, string]>([
    ['NaN', { a: [1, { b: NaN }] }, 'a[1].b is NaN'],
    ['infinity', [-Infinity], '[0] is -Infinity'],
    ['a bigint', { n: 1n }, 'n is a bigint'],
    ['a typed array', { n: new Float64Array(2) }, 'n is Float64Array'],
    ['a function', () => 0, 'value is a function'],
  ])('refuses %s, naming the place', (_, value, message) => {
    expect(() => stableJson(value as Json)).toThrow(message);
  });
});
