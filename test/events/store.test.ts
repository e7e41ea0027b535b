import { describe, expect, test } from 'vitest';
import { scratch, userErrorOf } from './helpers/scratch.js';

const { store, file } = await scratch();
const csv = file('a.csv', 'pt,eta,type,w\n1,0.5,EB,1\n2,nan,EE,-0.5\n3,-1,EB,2\n,4,EB,1\n');
const open = (extra: object = {}, options: object = {}) => store.open({ files: [csv], ...extra }, options);

describe('read', () => {
  test('expressions over the selected rows, in file order; missing is NaN', async () => {
    const table = await open(
      { select: "type == 'EB'" },
      { define: { twice: '2 * pt', four: '2 * twice' }, select: 'eta > -2' },
    );
    expect(table.columns.map((c) => `${c.name}: ${c.type}`)).toEqual([
      'pt: integer',
      'eta: real',
      'type: string',
      'w: real',
      'twice: real',
      'four: real',
    ]);
    expect(await table.count()).toBe(3);
    expect(await table.count('pt > 1')).toBe(1);
    const got = await table.read({ a: 'four + 1', b: 'eta < 1', c: "type == 'EB' ? 1 : 0" });
    expect(got).toEqual({
      a: new Float64Array([5, 13, NaN]),
      b: new Float64Array([1, 1, 0]),
      c: new Float64Array([1, 1, 1]),
    });
    expect(Array.from((await table.read({ pt: 'pt' }, { where: 'pt == 3' })).pt)).toEqual([3]);
  });

  test('several files are one sample, in the order given; `entries` counts before the selection', async () => {
    const b = file('b.csv', 'pt,eta,type,w\n10.5,0,EB,1\n11,0,EB,1\n');
    const table = await store.open({ files: [csv, b, csv], entries: 6, select: 'pt > 2' });
    expect(Array.from((await table.read({ pt: 'pt' })).pt)).toEqual([3, 10.5, 11]);
    expect(table.columns[0].type).toBe('real'); // an integer in one file, a real number in the other
  });

  test('weights of either sign', async () => {
    expect(await (await open({ weight: 'w' })).weights()).toEqual(new Float64Array([1, -0.5, 2, 1]));
    expect(await (await open()).weights()).toBeUndefined();
    const error = await userErrorOf(async () => (await open({ weight: 'w', select: 'pt == 2' })).weights());
    expect(error).toMatchObject({ code: 'events.weights', message: 'the weights of 1 rows add up to -0.5' });
    const nan = await userErrorOf(async () => (await open({ weight: 'eta' })).weights());
    expect(nan.message).toBe('1 of 4 weights are not finite');
  });

  test('custom variables', async () => {
    const table = await open(
      {},
      { variables: { ratio: (a: string, b: string) => `${a} / (${a} + ${b})`, p: () => 'pt' } },
    );
    expect(Array.from((await table.read({ r: 'ratio(p, w)' }, { where: 'p == 3' })).r)).toEqual([0.6]);
  });

  test('checksums are those of the bytes', async () => {
    // printf 'x\n1\n' | sha256sum
    const tiny = file('tiny.csv', 'x\n1\n');
    const sums = await (await store.open({ files: [tiny] })).checksums();
    expect(sums[tiny]).toBe('daff832f802000e645771a60983c76c963f6ee602a6230e45237bd360e91cc1a');
  });
});

describe('errors that a user can mend', () => {
  test.each<[string, () => Promise<unknown>, object]>([
    [
      'unknown column',
      () => open({ select: 'ptt > 1' }, { path: 'samples.data' }),
      { code: 'expression.unknown-column', path: 'samples.data.select', hint: 'did you mean "pt" or "eta"?' },
    ],
    ['text for a number', async () => (await open()).read({ t: 'type' }), { code: 'expression.type', path: 't' }],
    [
      'nothing selected',
      async () => (await open({ select: 'pt > 100' })).read({ pt: 'pt' }),
      { code: 'events.empty-selection', path: 'sample.select', got: 'pt > 100' },
    ],
    [
      'all NaN',
      async () => (await open()).read({ x: '0 / (pt - pt)' }),
      { code: 'events.all-nan', message: expect.stringContaining('NaN in all 4 selected rows') as string },
    ],
    [
      'circular define',
      () => open({}, { define: { a: 'b + 1', b: 'c', c: 'a' } }),
      { code: 'events.circular-define', message: 'derived columns define each other: a → b → c → a', path: 'define.a' },
    ],
    [
      'define hides a column',
      () => open({}, { define: { pt: '1' } }),
      { code: 'events.define-hides', path: 'define.pt' },
    ],
    ['broken define', () => open({}, { define: { a: 'pt +' } }), { code: 'expression.syntax', path: 'define.a' }],
    [
      'no file',
      () => store.open({ files: ['/nowhere/x.csv'] }),
      { code: 'events.no-file', message: 'no file /nowhere/x.csv' },
    ],
    ['a directory', () => store.open({ files: ['/tmp'] }), { code: 'events.directory' }],
    ['empty', () => store.open({ files: [file('empty.csv', '')] }), { code: 'events.empty-file' }],
    ['unknown format', () => store.open({ files: [file('x.xyz', 'hello')] }), { code: 'events.unknown-format' }],
    [
      'files that differ',
      () => store.open({ files: [csv, file('d.csv', 'pt,eta,kind,w\n1,2,EB,1\n')] }),
      { code: 'events.files-differ', path: expect.stringContaining('d.csv') as string },
    ],
    [
      'types that differ',
      () => store.open({ files: [csv, file('e.csv', 'pt,eta,type,w\n1,2,3,1\n')] }),
      { code: 'events.files-differ', message: expect.stringContaining('column "type" is string') as string },
    ],
    ['explode without lists', () => open({ explode: 'Muon' }), { code: 'events.explode' }],
    [
      'Parquet that is none',
      () => store.open({ files: [file('x.parquet', 'PAR1 nothing')] }),
      { code: 'events.damaged-file' },
    ],
    [
      'HDF5 that is none',
      () => store.open({ files: [file('x.h5', 'nothing at all')] }),
      { code: 'events.damaged-file' },
    ],
    [
      'NPY that is none',
      () => store.open({ files: [file('x.npy', 'nothing at all, really')] }),
      { code: 'events.damaged-file' },
    ],
    [
      'ROOT that is none',
      () => store.open({ files: [file('x.root', 'nothing at all')] }),
      { path: expect.stringContaining('x.root') as string },
    ],
  ])('%s', async (_, work, expected) => {
    expect(await userErrorOf(work)).toMatchObject(expected);
  });
});
