import { readFileSync } from 'node:fs';
import path from 'node:path';
import { openFile } from 'jsroot/io';
import { describe, expect, test } from 'vitest';
import { convertFiles } from '../../../../src/events/convert.js';
import type { JsrootFile, JsrootStreamerInfo } from '../../../../src/events/root/jsroot-objects.js';
import { openRoot } from '../../../../src/events/root/reader.js';
import { RootFile } from '../../../../src/events/root/write/file.js';
import { writeTable } from '../../../../src/events/write-table.js';
import { fixture, scratchFolder } from '../helpers.js';

const folder = scratchFolder();
const at = (name: string): string => path.join(path.dirname(folder('x', Buffer.alloc(0))), name);

/** Every type, with its extremes. */
const columnsOf = (n: number) => [
  { name: 'd', values: Float64Array.from({ length: n }, (_, i) => (i === 0 ? NaN : i === 1 ? -Infinity : i / 7)) },
  { name: 'f', values: Float32Array.from({ length: n }, (_, i) => i / 7) },
  { name: 'i', values: Int32Array.from({ length: n }, (_, i) => -2_147_483_648 + i) },
  { name: 'ui', values: Uint32Array.from({ length: n }, (_, i) => 4_294_967_295 - i) },
  { name: 'l', values: BigInt64Array.from({ length: n }, (_, i) => -9_223_372_036_854_775_808n + BigInt(i)) },
  { name: 'ul', values: BigUint64Array.from({ length: n }, (_, i) => 18_446_744_073_709_551_615n - BigInt(i)) },
  { name: 's', values: Int16Array.from({ length: n }, (_, i) => -32_768 + (i % 65_536)) },
  { name: 'us', values: Uint16Array.from({ length: n }, (_, i) => i % 65_536) },
  { name: 'b', values: Int8Array.from({ length: n }, (_, i) => -128 + (i % 256)) },
  { name: 'ub', values: Uint8Array.from({ length: n }, (_, i) => i % 256) },
];

describe('a tree that is written', () => {
  // None, one entry, a basket to the brim, one entry more, several baskets.
  test.each([0, 1, 32_768, 32_769, 70_001])('of %d entries reads back to the bit', async (n) => {
    const columns = columnsOf(n);
    await writeTable(at('types.root'), columns);
    const file = await openRoot(at('types.root'));
    expect(file.trees).toEqual([{ name: 'events', kind: 'TTree', entries: n }]);
    const tree = await file.tree('events');
    const read = await tree.read(columns.map((c) => c.name));
    for (const { name, values } of columns) {
      const got = read.get(name)?.values as typeof values;
      expect(got.constructor, name).toBe(values.constructor);
      expect(Buffer.from(got.buffer, got.byteOffset, got.byteLength).equals(Buffer.from(values.buffer)), name).toBe(
        true,
      );
    }
    file.close();
  });

  test('several trees, names of any length, truth values', async () => {
    const long = 'x'.repeat(300);
    const file = await RootFile.create(at('two.root'));
    const one = file.tree('one', [long, 'yes'], ['float64', 'bool']);
    const two = file.tree('two', ['k'], ['int32']);
    await one.write(2, [Float64Array.of(1, 2), Uint8Array.of(0, 1)]);
    await two.write(1, [Int32Array.of(7)]);
    await one.write(1, [Float64Array.of(3), Uint8Array.of(1)]);
    await file.finish();
    const back = await openRoot(at('two.root'));
    expect(back.trees.map((t) => [t.name, t.entries])).toEqual([
      ['one', 3],
      ['two', 1],
    ]);
    const tree = await back.tree('one');
    expect(tree.branches.map((b) => b.type)).toEqual(['float64', 'bool']);
    expect([...((await tree.read([long])).get(long)?.values as Float64Array)]).toEqual([1, 2, 3]);
    back.close();
  });

  test('is called as the one that was read', async () => {
    await writeTable(at('tuple.root'), columnsOf(3), { tree: 'DecayTree' });
    await convertFiles([at('tuple.root')], at('again.root'), { select: 'ub > 0' });
    const file = await openRoot(at('again.root'));
    expect(file.trees).toEqual([{ name: 'DecayTree', kind: 'TTree', entries: 2 }]);
    file.close();
  });

  test('says nothing about when it was made', async () => {
    await writeTable(at('same.root'), columnsOf(40_000));
    const before = readFileSync(at('same.root'));
    await writeTable(at('same.root'), columnsOf(40_000));
    expect(readFileSync(at('same.root')).equals(before)).toBe(true);
  });
});

// zlib.root has the descriptions of uproot, which are ROOT's own.
test('the classes are described as ROOT describes them', async () => {
  await writeTable(at('described.root'), columnsOf(2));
  const [ours, theirs] = await Promise.all(
    [at('described.root'), fixture('zlib.root')].map(async (file) => {
      const bytes = readFileSync(file);
      return (await openFile(
        bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as never,
      )) as JsrootFile;
    }),
  );
  const elements = (info: JsrootStreamerInfo | undefined) =>
    info?.fElements?.arr.map(({ fName, fType, fTypeName }) => [
      fName,
      fType,
      fTypeName.replace('Long64_t', 'long long'),
    ]);
  const classes = [
    'TTree',
    'TBranch',
    'TLeaf',
    'TLeafD',
    'TLeafL',
    'TLeafO',
    'TObjArray',
    'TList',
    'TNamed',
    'TAttMarker',
  ];
  for (const name of classes) {
    const known = theirs.findStreamerInfo(name) as JsrootStreamerInfo & { fCheckSum: number; fClassVersion: number };
    expect(known, name).toBeDefined();
    expect(ours.findStreamerInfo(name), name).toMatchObject({
      fCheckSum: known.fCheckSum,
      fClassVersion: known.fClassVersion,
    });
    expect(elements(ours.findStreamerInfo(name)), name).toEqual(elements(known));
  }
});
