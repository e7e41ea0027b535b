import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { DatamcError } from '../../../src/base/error.js';
import { openRoot } from '../../../src/events/root/reader.js';
import { asLists, expected, failure, fixture, plansOf, scratchFolder } from './helpers.js';

const write = scratchFolder();

/** Read one column of a file whose bit was flipped: 'caught', 'harmless' (same values) or 'silent'. */
async function outcome(bytes: Buffer, bit: number, column: string): Promise<string> {
  const damaged = Buffer.from(bytes);
  damaged[bit >> 3]! ^= 1 << (bit & 7);
  const file = await openRoot(write('flipped.root', damaged));
  try {
    const values = asLists((await (await file.tree('events')).read([column])).get(column)!);
    const whole = expected[column]!.map((entry) => (column === 'matrix' ? (entry as unknown[][]).flat() : entry));
    return JSON.stringify(values) === JSON.stringify(whole) ? 'harmless' : 'silent';
  } catch (error) {
    if (!(error instanceof DatamcError) || error.data.code !== 'events.damaged-basket') throw error;
    return 'caught';
  } finally {
    file.close();
  }
}

describe.each(['zlib', 'lz4', 'lzma'])('%s carries a checksum', (codec) => {
  test.each(['f8', 'track', 'name', 'matrix'])(
    'no flipped bit in a basket of %s changes a value unseen',
    async (column) => {
      const path = fixture(`${codec}.root`);
      const bytes = readFileSync(path);
      const { seek, bytes: sizes, first } = (await plansOf(path, 'events')).get(column)!.baskets;
      const counts: Record<string, number> = { caught: 0, harmless: 0, silent: 0 };
      for (let basket = 0; basket < seek.length; basket++) {
        // A basket of one entry is too small to be worth packing: uproot stores its bytes bare, without a checksum.
        if (first[basket + 1]! - first[basket]! === 1) continue;
        // Every 29th byte of what follows the key, another of its bits each time.
        const start = seek[basket]! * 8;
        const key = bytes.readUInt16BE(seek[basket]! + 14) * 8;
        for (let bit = start + key; bit < start + sizes[basket]! * 8; bit += 29 * 8 + 1) {
          counts[await outcome(bytes, bit, column)]! += 1;
        }
      }
      expect(counts['silent']).toBe(0);
      expect(counts['caught']).toBeGreaterThan(0);
    },
  );
});

test('a flipped bit in the ZSTD body is caught or yields other values, but never ends the process', async () => {
  // uproot writes ZSTD frames without checksum: no reader can know of all damage.
  const path = fixture('zstd.root');
  const bytes = readFileSync(path);
  const { seek, bytes: sizes } = (await plansOf(path, 'events')).get('f8')!.baskets;
  const counts: Record<string, number> = { caught: 0, harmless: 0, silent: 0 };
  for (let at = seek[0]! + bytes.readUInt16BE(seek[0]! + 14); at < seek[0]! + sizes[0]!; at += 7) {
    counts[await outcome(bytes, at * 8 + (at % 8), 'f8')]! += 1;
  }
  expect(counts['caught']).toBeGreaterThan(3);
});

test('the error names file, tree, branch, basket and entries', async () => {
  const path = fixture('zlib.root');
  const bytes = Buffer.from(readFileSync(path));
  const { seek, bytes: sizes } = (await plansOf(path, 'events')).get('track')!.baskets;
  bytes[seek[2]! + sizes[2]! - 20]! ^= 4;
  const damaged = write('damaged.root', bytes);
  const file = await openRoot(damaged);
  const error = await failure((await file.tree('events')).read(['f8', 'track']));
  expect(error.status).toBe(2);
  expect(error.data).toMatchObject({
    code: 'events.damaged-basket',
    message: 'branch "track" is damaged in basket 2, entries 81 to 179: its ZLIB block is damaged',
    path: `${damaged}, tree events`,
  });
  // What is whole is still read, with another branch or from other entries.
  const tree = await file.tree('events');
  expect(asLists((await tree.read(['f8'])).get('f8')!)).toEqual(expected['f8']);
  expect(asLists((await tree.read(['track'], { from: 0, to: 81 })).get('track')!)).toEqual(
    expected['track']!.slice(0, 81),
  );
  file.close();
});

test('recover leaves out exactly the entries of damaged baskets, in every column', async () => {
  const path = fixture('lz4.root');
  const bytes = Buffer.from(readFileSync(path));
  const plans = await plansOf(path, 'events');
  for (const [column, basket] of [
    ['track', 0],
    ['f8', 2],
  ] as const) {
    const { seek, bytes: sizes } = plans.get(column)!.baskets;
    bytes[seek[basket]! + sizes[basket]! - 9]! ^= 1;
  }
  const file = await openRoot(write('recover.root', bytes));
  const tree = await file.tree('events');
  const one = await tree.recover(['track', 'name']);
  expect(one.missing).toMatchObject([{ branch: 'track', basket: 0, from: 0, to: 80 }]);
  for (const name of ['track', 'name']) {
    expect(asLists(one.columns.get(name)!), name).toEqual(expected[name]!.slice(80));
  }
  const both = await tree.recover(['f8', 'track'], { from: 10, to: 170 });
  expect(both.missing.map(({ branch, from, to }) => [branch, from, to])).toEqual([
    ['f8', 81, 170],
    ['track', 10, 80],
  ]);
  expect(asLists(both.columns.get('f8')!)).toEqual(expected['f8']!.slice(80, 81));
  const none = await tree.recover(['name']);
  expect(none.missing).toEqual([]);
  file.close();
});

test('a key that contradicts the tree is caught', async () => {
  const path = fixture('none.root');
  const { seek } = (await plansOf(path, 'events')).get('f8')!.baskets;
  const reasons: string[] = [];
  const original = readFileSync(path);
  const key = original.readUInt16BE(seek[0]! + 14);
  // Stored size, unpacked size, key length, number of entries, end of the values.
  for (const at of [3, 9, 15, key - 6, key - 2]) {
    const bytes = Buffer.from(original);
    bytes[seek[0]! + at]! ^= 2;
    const file = await openRoot(write('key.root', bytes));
    reasons.push((await failure((await file.tree('events')).read(['f8']))).data.code);
    file.close();
  }
  expect(reasons).toEqual(Array(5).fill('events.damaged-basket'));
});

test('damage to the directory or a tree ends in a user error or changes no value', async () => {
  const bytes = readFileSync(fixture('several.root'));
  let refused = 0;
  for (let at = 100; at < bytes.length; at += 83) {
    const damaged = Buffer.from(bytes);
    damaged[at]! ^= 0x10;
    try {
      const file = await openRoot(write('metadata.root', damaged));
      for (const { name } of file.trees) {
        const tree = await file.tree(name);
        await tree.read(tree.branches.filter((branch) => branch.readable).map((branch) => branch.name));
      }
      file.close();
    } catch (error) {
      expect(error).toBeInstanceOf(DatamcError);
      refused++;
    }
  }
  expect(refused).toBeGreaterThan(10);
});
