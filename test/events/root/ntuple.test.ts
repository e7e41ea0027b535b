import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { openRoot } from '../../../src/events/root/reader.js';
import { asLists, expected, failure, fixture, scratchFolder } from './helpers.js';

const write = scratchFolder();
const columns = ['f8', 'f4', 'i2', 'i8', 'flag', 'track', 'name'];

test('every field reads as uproot reads it', async () => {
  const file = await openRoot(fixture('ntuple.root'));
  expect(file.trees).toEqual([{ name: 'events', kind: 'RNTuple', entries: 40 }]);
  const tree = await file.tree('events');
  expect(tree.branches.map((branch) => branch.name).sort()).toEqual([...columns].sort());
  const all = await tree.read(columns);
  for (const name of columns) expect(asLists(all.get(name)!), name).toEqual(expected[name]!.slice(0, 40));
  for (const [from, to] of [
    [0, 0],
    [5, 17],
    [39, 40],
  ] as const) {
    const part = await tree.read(columns, { from, to });
    for (const name of columns) expect(asLists(part.get(name)!), name).toEqual(expected[name]!.slice(from, to));
  }
  file.close();
});

test('fields say what they are', async () => {
  const file = await openRoot(fixture('ntuple.root'));
  const { branches } = await file.tree('events');
  const of = (name: string) => branches.find((branch) => branch.name === name);
  expect(of('i8')).toMatchObject({ type: 'int64', shape: 'flat', readable: true });
  expect(of('flag')).toMatchObject({ type: 'bool', shape: 'flat' });
  expect(of('track')).toMatchObject({ type: 'float32', shape: 'jagged' });
  expect(of('name')).toMatchObject({ type: 'string', shape: 'flat' });
  file.close();
});

test('a damaged page names field, cluster and entries', async () => {
  const bytes = readFileSync(fixture('ntuple.root'));
  const codes = new Set<string>();
  // The first ZLIB block after the header: that of a page.
  for (let at = bytes.indexOf('ZL'); at >= 0; at = bytes.indexOf('ZL', at + 1)) {
    const damaged = Buffer.from(bytes);
    damaged[at + 14]! ^= 8;
    const path = write('page.root', damaged);
    const error = await failure(async () => {
      const file = await openRoot(path);
      try {
        await (await file.tree('events')).read(columns);
      } finally {
        file.close();
      }
    });
    codes.add(error.data.code);
    if (error.data.code === 'events.damaged-basket') {
      expect(error.data.message).toMatch(
        /^branch "\w+" is damaged in cluster 0, entries 0 to 39: its ZLIB block is damaged$/,
      );
    }
  }
  expect(codes).toContain('events.damaged-basket');
});
