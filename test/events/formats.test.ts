import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { convertFiles } from '../../src/events/convert.js';
import { ParquetWriter } from '../../src/events/parquet/writer.js';
import { writeTable } from '../../src/events/write-table.js';
import { scratch, userErrorOf } from './helpers/scratch.js';

const { dir, store, file } = await scratch();
const at = (name: string): string => path.join(dir, name);

/** Equality of many numbers, NaN equal to NaN; much faster than `toEqual`. */
const same = (a: Float64Array, b: ArrayLike<number>): void => {
  expect(a.length).toBe(b.length);
  expect(a.findIndex((v, i) => !Object.is(v, b[i]))).toBe(-1);
};

const n = 150_001; // more than one block, not a multiple of anything
const columns = [
  {
    name: 'x',
    values: Float64Array.from({ length: n }, (_, i) =>
      i % 7 === 3 ? NaN : i % 11 === 0 ? -Infinity : Math.sin(i) * 1e3,
    ),
  },
  { name: 'f', values: Float32Array.from({ length: n }, (_, i) => i / 3) },
  { name: 'k', values: Int32Array.from({ length: n }, (_, i) => i - 75_000) },
  { name: 'big', values: BigInt64Array.from({ length: n }, (_, i) => 9_007_199_254_740_993n + BigInt(i)) },
  { name: 'u', values: Uint16Array.from({ length: n }, (_, i) => i % 65_536) },
  { name: 'small', values: Int8Array.from({ length: n }, (_, i) => (i % 256) - 128) },
];

describe('a table survives', () => {
  test.each(['t.parquet', 't.csv', 't.root', 't.npy', 't.npz', 't.h5'])('%s: every value, in order', async (name) => {
    await writeTable(at(name), columns);
    const table = await store.open({ files: [at(name)] });
    const written = columns.map((c) => c.name);
    // HDF5 lists its datasets by name.
    expect(table.columns.map((c) => c.name)).toEqual(name.endsWith('.h5') ? written.sort() : written);
    expect(await table.count()).toBe(n);
    const got = await table.read(Object.fromEntries(columns.map((c) => [c.name, c.name])));
    for (const { name: column, values } of columns) same(got[column], Float64Array.from(values, Number));
    // 2^53 + 1 + 1000 is no double: only an exact comparison finds exactly one row.
    expect(await table.count('big == 9007199254741993')).toBe(1);
    expect(await table.count('big == 9007199254741992')).toBe(1);
  });

  test('the same values give the same bytes', async () => {
    for (const name of ['t.parquet', 't.npy', 't.npz', 't.csv', 't.root']) {
      const before = readFileSync(at(name));
      await writeTable(at(name), columns);
      expect(readFileSync(at(name)).equals(before), name).toBe(true);
    }
  });

  test('text goes to Parquet and CSV', async () => {
    const words = Array.from({ length: 5000 }, (_, i) => (i % 3 ? `π${i}` : 'say "hi", twice'));
    for (const name of ['w.parquet', 'w.csv']) {
      await writeTable(at(name), [
        { name: 'word', values: words },
        { name: 'i', values: Int32Array.from(words, (_, i) => i) },
      ]);
      const table = await store.open({ files: [at(name)] });
      expect(await table.count(`word == 'say "hi", twice'`)).toBe(1667);
      expect(await table.count(`word == 'π4'`)).toBe(1);
    }
  });

  test('conversion from every format to every other', async () => {
    const names = ['t.parquet', 't.csv', 't.root', 't.npy', 't.npz', 't.h5'];
    for (const from of names) {
      const to = names[(names.indexOf(from) + 1) % names.length].replace('t.', `from-${from}.`);
      const done = await convertFiles([at(from)], at(to), { select: 'k % 2 == 0', define: { twice: '2 * k' } });
      expect(done.rows).toBe(75_001);
      const got = await (await store.open({ files: [at(to)] })).read({ twice: 'twice', big: 'big', x: 'x' });
      expect(got.twice[1]).toBe(2 * (columns[2].values[2] as number));
      same(
        got.x,
        (columns[0].values as Float64Array).filter((_, i) => i % 2 === 0),
      );
    }
    expect(readdirSync(dir).filter((f) => f.includes('partial') || f.startsWith('.'))).toEqual([]);
  });
});

describe('lists', () => {
  const lists = at('lists.parquet');
  test('the Parquet writer: jagged, fixed, empty', async () => {
    const writer = await ParquetWriter.create(lists, [
      { name: 'Muon_pt', type: 'float32', list: true },
      { name: 'Muon_charge', type: 'int32', list: true },
      { name: 'run', type: 'int64' },
      { name: 'good', type: 'bool' },
    ]);
    const offsets = Int32Array.of(0, 2, 2, 3, 6);
    const pt = Float32Array.of(10, 20, 30, 1, 2, 3);
    await writer.write(4, [
      { values: pt, offsets },
      { values: Int32Array.of(1, -1, 1, 1, 1, -1), offsets },
      { values: BigInt64Array.of(1n, 2n, 3n, 4n) },
      { values: Uint8Array.of(1, 0, 1, 1) },
    ]);
    const more = Int32Array.of(3, 3, 4); // offsets may start anywhere
    await writer.write(2, [
      { values: pt, offsets: more },
      { values: Int32Array.of(1, -1, 1, 1, 1, -1), offsets: more },
      { values: BigInt64Array.of(5n, 6n) },
      { values: Uint8Array.of(0, 1) },
    ]);
    await writer.finish();
    const table = await store.open({ files: [lists] });
    expect(table.columns.map((c) => [c.type, c.element])).toEqual([
      ['list', 'real'],
      ['list', 'integer'],
      ['integer', undefined],
      ['boolean', undefined],
    ]);
    const got = await table.read({
      n: 'Length$(Muon_pt)',
      first: 'Muon_pt[0]',
      third: 'Muon_pt[2]',
      good: 'good',
      sum: 'Sum$(Muon_pt)',
    });
    expect(Array.from(got.n)).toEqual([2, 0, 1, 3, 0, 1]);
    expect(Array.from(got.first)).toEqual([10, NaN, 30, 1, NaN, 1]);
    expect(Array.from(got.third)).toEqual([NaN, NaN, NaN, 3, NaN, NaN]);
    expect(Array.from(got.good)).toEqual([1, 0, 1, 1, 0, 1]);
    expect(Array.from(got.sum)).toEqual([30, 0, 30, 6, 0, 1]);
  });

  test('explode: one row an object, in order', async () => {
    const muons = await store.open({ files: [lists, lists], explode: 'Muon', select: 'run != 3' });
    const got = await muons.read({ run: 'run', pt: 'Muon_pt', q: 'Muon_charge' });
    expect(Array.from(got.run)).toEqual([1, 1, 4, 4, 4, 6, 1, 1, 4, 4, 4, 6]);
    expect(Array.from(got.pt).slice(0, 6)).toEqual([10, 20, 1, 2, 3, 1]);
    expect(Array.from(got.q).slice(0, 6)).toEqual([1, -1, 1, 1, -1, 1]);
    expect(await (await store.open({ files: [lists], explode: 'Muon', entries: 3 })).count()).toBe(3);
  });

  test('CSV cannot hold them: an error for a corrected tuple and for columns asked for, a note otherwise', async () => {
    expect(await userErrorOf(() => convertFiles([lists], at('l.csv'), { columns: ['Muon_pt'] }))).toMatchObject({
      code: 'events.lists-in-csv',
    });
    const done = await convertFiles([lists], at('l.csv'));
    expect(done.left.map((l) => l.name)).toEqual(['Muon_pt', 'Muon_charge']);
    const exploded = await convertFiles([lists], at('l.csv'), { explode: 'Muon' });
    expect(exploded).toMatchObject({ rows: 7, left: [] });
    const table = await store.open({ files: [lists] });
    const error = await userErrorOf(() => table.writeWith(at('m.csv'), { x: 'run' }, ({ x }) => ({ y: x })));
    expect(error.code).toBe('events.lists-in-csv');
  });
});

describe('writeWith keeps every column and row, in order', () => {
  test.each(['t.parquet', 't.csv', 't.npy'])('from %s to Parquet and CSV', async (name) => {
    const table = await store.open({ files: [at(name)], select: 'k > 0' });
    for (const out of ['with.parquet', 'with.csv']) {
      let seen = 0;
      const { rows } = await table.writeWith(
        at(out),
        { x: 'x', k: 'k' },
        ({ x, k }, from) => {
          expect(from).toBe(seen);
          seen += x.length;
          return { x_corrected: x.map((v, i) => v + k[i]), word: Array.from(k, (v) => `k=${v}`) };
        },
        { metadata: { producer: 'test' } },
      );
      expect(rows).toBe(n);
      const back = await store.open({ files: [at(out)] });
      expect(back.columns.map((c) => c.name)).toEqual([...columns.map((c) => c.name), 'x_corrected', 'word']);
      const got = await back.read({ x: 'x', k: 'k', c: 'x_corrected', big: 'big' });
      same(got.x, columns[0].values as Float64Array);
      same(
        got.c,
        got.x.map((v, i) => v + got.k[i]),
      );
      same(got.big, Float64Array.from(columns[3].values, Number));
      expect(await back.count(`word == 'k=17' and k == 17`)).toBe(1);
    }
  });

  test('a name that is taken', async () => {
    const table = await store.open({ files: [at('t.parquet')] });
    const error = await userErrorOf(() => table.writeWith(at('x.parquet'), { x: 'x' }, ({ x }) => ({ k: x })));
    expect(error).toMatchObject({ code: 'events.column-taken' });
    expect(existsSync(at('x.parquet'))).toBe(false);
  });
});

describe('convert', () => {
  test('columns in the order asked for; derived ones count as columns', async () => {
    await convertFiles([at('t.parquet')], at('c.csv'), { columns: ['d', 'k'], define: { d: 'k * 0.5' }, entries: 3 });
    expect(readFileSync(at('c.csv'), 'utf8')).toBe('d,k\n-37500.0,-75000\n-37499.5,-74999\n-37499.0,-74998\n');
  });

  test.each([
    [{ columns: ['kk'] }, 'c.csv', { code: 'events.unknown-column' }],
    [{ select: 'k > 1e9' }, 'c.csv', { code: 'events.empty-selection' }],
    [{ select: 'kk > 0' }, 'c.csv', { code: 'expression.unknown-column' }],
    [{}, 'c.xls', { code: 'events.unknown-format' }],
    [{}, 't.parquet', { code: 'events.same-file' }],
  ])('%j to %s', async (options, out, expected) => {
    expect(await userErrorOf(() => convertFiles([at('t.parquet')], at(out), options))).toMatchObject(expected);
  });
});

describe('NumPy', () => {
  /** An NPY file of a type and shape with given bytes. */
  const npy = (descr: string, shape: string, bytes: Buffer, fortran = false): Buffer => {
    const dict =
      `{'descr': ${descr}, 'fortran_order': ${fortran ? 'True' : 'False'}, 'shape': ${shape}, }`.padEnd(117) + '\n';
    const head = Buffer.from(
      `\x93NUMPY\x01\x00${String.fromCharCode(dict.length & 255, dict.length >> 8)}${dict}`,
      'latin1',
    );
    return Buffer.concat([head, bytes]);
  };
  const read = async (bytes: Buffer, name = 'a.npy') => {
    const table = await store.open({
      files: [file(`${bytes.length}-${Math.abs(bytes.readInt32LE(bytes.length - 4))}-${name}`, bytes)],
    });
    return table.read(Object.fromEntries(table.columns.map((c) => [c.name, c.name])));
  };

  test('big endian, half precision, Fortran order, structured with padding', async () => {
    const big = Buffer.alloc(16);
    big.writeDoubleBE(1.5, 0);
    big.writeDoubleBE(-2, 8);
    expect(await read(npy(`'>f8'`, '(2,)', big))).toEqual({ c0: new Float64Array([1.5, -2]) });
    // np.array([1, -0.5, 65504, 6e-8, np.inf], '<f2').tobytes().hex()
    const half = Buffer.from('003c00b8ff7b0100007c', 'hex');
    expect(Array.from((await read(npy(`'<f2'`, '(5,)', half))).c0)).toEqual([1, -0.5, 65504, 2 ** -24, Infinity]);
    const columnwise = Buffer.from(Int32Array.of(1, 2, 3, 10, 20, 30).buffer);
    expect(await read(npy(`'<i4'`, '(3, 2)', columnwise, true))).toEqual({
      c0: new Float64Array([1, 2, 3]),
      c1: new Float64Array([10, 20, 30]),
    });
    const record = Buffer.alloc(24);
    [0, 1].forEach((i) => {
      record.writeInt8(i + 5, 12 * i);
      record.writeFloatLE(i + 0.5, 12 * i + 4);
      record.writeUInt32LE(i, 12 * i + 8);
    });
    const descr = `[('q', '|i1'), ('', '|V3'), ('pt', '<f4'), ('run', '<u4')]`;
    expect(await read(npy(descr, '(2,)', record))).toEqual({
      q: new Float64Array([5, 6]),
      pt: new Float64Array([0.5, 1.5]),
      run: new Float64Array([0, 1]),
    });
  });

  test.each([
    ['cut short', npy(`'<f8'`, '(3,)', Buffer.alloc(16)), 'events.damaged-file'],
    ['three dimensions', npy(`'<f8'`, '(1, 1, 2)', Buffer.alloc(16)), 'events.array-shape'],
    ['objects', npy(`'|O'`, '(2,)', Buffer.alloc(16)), 'events.array-type'],
    ['complex numbers', npy(`'<c16'`, '(1,)', Buffer.alloc(16)), 'events.array-type'],
  ])('%s', async (_, bytes, code) => {
    expect((await userErrorOf(() => read(bytes))).code).toBe(code);
  });
});
