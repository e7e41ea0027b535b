import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { openRoot } from '../../../src/events/root/reader.js';
import { asLists, expected, failure, fixture, scratchFolder } from './helpers.js';

const write = scratchFolder();
const codecs = ['none', 'zlib', 'lz4', 'zstd', 'lzma'];

describe.each(codecs)('%s', (codec) => {
  test('every branch reads as uproot reads it', async () => {
    const file = await openRoot(fixture(`${codec}.root`));
    expect(file.trees).toEqual([{ name: 'events', kind: 'TTree', entries: 180 }]);
    const tree = await file.tree('events');
    const names = tree.branches.map((branch) => branch.name);
    const kept = codec === 'zlib' ? Object.keys(expected) : ['f8', 'i2', 'matrix', 'track', 'name'];
    expect(names.filter((name) => !/^n(track|name)$/.test(name)).sort()).toEqual(
      kept.filter((name) => name !== 'ntrack').sort(),
    );
    expect(tree.branches.every((branch) => branch.readable)).toBe(true);
    for (const [name, column] of await tree.read(names)) {
      const lists = asLists(column);
      const whole =
        column.kind === 'fixed' ? expected[name]!.map((entry) => (entry as unknown[][]).flat()) : expected[name];
      expect(lists, name).toEqual(whole);
    }
    file.close();
  });

  test('a range of entries is that slice of the whole', async () => {
    const file = await openRoot(fixture(`${codec}.root`));
    const tree = await file.tree('events');
    const names = tree.branches.map((branch) => branch.name);
    const all = await tree.read(names);
    // Within a basket, across baskets, a basket alone, at both ends, nothing.
    for (const [from, to] of [
      [3, 9],
      [70, 130],
      [80, 81],
      [0, 80],
      [81, 180],
      [179, 180],
      [0, 0],
      [180, 180],
    ] as const) {
      const part = await tree.read(names, { from, to });
      for (const name of names) {
        expect(asLists(part.get(name)!), `${name} ${from} ${to}`).toEqual(asLists(all.get(name)!).slice(from, to));
      }
    }
    file.close();
  });
});

test('columns say what they are', async () => {
  const file = await openRoot(fixture('zlib.root'));
  const { branches } = await file.tree('events');
  const of = (name: string) => branches.find((branch) => branch.name === name);
  expect(of('f8')).toMatchObject({ type: 'float64', shape: 'flat', length: 1, dimensions: [] });
  expect(of('flag')).toMatchObject({ type: 'bool', shape: 'flat' });
  expect(of('u8')).toMatchObject({ type: 'uint64', shape: 'flat' });
  expect(of('matrix')).toMatchObject({ type: 'int32', shape: 'fixed', length: 6, dimensions: [2, 3] });
  expect(of('track')).toMatchObject({ type: 'float32', shape: 'jagged', length: 1, counter: 'ntrack' });
  expect(of('name')).toMatchObject({ type: 'string', shape: 'flat' });
  file.close();
});

test('the highest cycle of each tree counts, whatever cycle is named', async () => {
  const file = await openRoot(fixture('several.root'));
  expect(file.trees.map(({ name, entries }) => [name, entries])).toEqual([
    ['a', 5],
    ['inner/b', 4],
    ['empty', 0],
  ]);
  for (const name of ['a', 'a;1', 'a;2', '/a']) expect((await file.tree(name)).entries).toBe(5);
  const inner = await file.tree('inner/b');
  expect(asLists((await inner.read(['y'])).get('y')!)).toEqual([0, 1, 2, 3]);
  const empty = await file.tree('empty');
  expect((await empty.read(['x'])).get('x')).toMatchObject({ kind: 'flat', values: new Float64Array(0) });
  file.close();
});

test('unknown names are answered with near ones', async () => {
  const file = await openRoot(fixture('zlib.root'));
  const noTree = await failure(file.tree('event'));
  expect(noTree.data).toMatchObject({ code: 'events.unknown-tree', hint: 'did you mean "events"?' });
  expect(noTree.data.expected).toContain('events (180 entries)');
  const tree = await file.tree('events');
  const noBranch = await failure(tree.read(['tracks']));
  expect(noBranch.data).toMatchObject({ code: 'events.unknown-column', hint: expect.stringContaining('"track"') });
  expect(noBranch.status).toBe(2);
  const noRange = await failure(tree.read(['f8'], { from: 100, to: 181 }));
  expect(noRange.data.message).toBe('no entries 100 to 181 in tree events: it has 180');
  file.close();
});

test('what is no ROOT file is refused with its reason', async () => {
  const code = async (path: string): Promise<string> => (await failure(openRoot(path))).data.code;
  const missing = await failure(openRoot(fixture('missing.root')));
  expect(missing.data.message).toContain('no such file');
  expect((await failure(openRoot(fixture('.')))).data.message).toContain('a directory, not a ROOT file');
  expect(await code(write('empty.root', new Uint8Array()))).toBe('events.empty-file');
  expect(await code(write('text.root', Buffer.from('pt,eta\n1,2\n')))).toBe('events.not-root');
  expect(await code(write('head.root', Buffer.from('root')))).toBe('events.cut-file');
});

test('a cut file is refused wherever it was cut', async () => {
  const bytes = readFileSync(fixture('zlib.root'));
  for (const share of [0.001, 0.01, 0.1, 0.5, 0.9, 0.999]) {
    const length = Math.floor(bytes.length * share);
    const error = await failure(openRoot(write('cut.root', bytes.subarray(0, length))));
    expect(error.data.code).toBe('events.cut-file');
    expect(error.data.message).toContain(`${length} `);
  }
  const last = await failure(openRoot(write('cut.root', bytes.subarray(0, bytes.length - 1))));
  expect(last.data.code).toBe('events.cut-file');
});

test('a file without a tree opens and offers none', async () => {
  const file = await openRoot(fixture('none-at-all.root'));
  expect(file.trees).toEqual([]);
  file.close();
});

test('reading after close is an error, not a crash', async () => {
  const file = await openRoot(fixture('zlib.root'));
  const tree = await file.tree('events');
  file.close();
  expect((await failure(tree.read(['f8']))).message).toContain('closed');
});
