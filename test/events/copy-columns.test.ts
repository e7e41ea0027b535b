import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { convertFiles } from '../../src/events/convert.js';
import { writeTable } from '../../src/events/write-table.js';
import { scratch, userErrorOf } from './helpers/scratch.js';

const { dir, store } = await scratch();
const at = (name: string): string => path.join(dir, name);
const columns = [
  { name: 'p', values: Float64Array.of(1, 2, NaN) },
  { name: 'P', values: Int32Array.of(10, 20, 30) },
  { name: 'track_p', values: Float32Array.of(0.5, 0.25, 0.125) },
  { name: 'Track_P', values: Float64Array.of(5, 6, 7) },
];
await writeTable(at('in.parquet'), columns);
await writeTable(at('in.root'), columns);
const names = columns.map((c) => c.name);

// DuckDB takes such names for one and would call the second "P_1".
describe('columns whose names differ in capitals alone', () => {
  test.each(['parquet', 'csv', 'root', 'npy', 'h5'])('keep them in %s', async (ending) => {
    for (const from of ['in.parquet', 'in.root']) {
      const out = at(`${from}-out.${ending}`);
      await convertFiles([at(from)], out, { define: { s: 'p + P' } });
      const table = await store.open({ files: [out] });
      expect(table.columns.map((c) => c.name).sort()).toEqual([...names, 's'].sort());
      const { p, P, t, T } = await table.read({ p: 'p', P: 'P', t: 'track_p', T: 'Track_P' });
      expect([[...p], [...P], [...t], [...T]]).toEqual(columns.map((c) => [...c.values]));
    }
  });

  test.each(['parquet', 'csv', 'root'])('also in a file with new columns, %s', async (ending) => {
    const table = await store.open({ files: [at('in.parquet')] });
    const out = at(`with.${ending}`);
    await table.writeWith(out, { P: 'P' }, ({ P }) => ({ q: P.map((v) => 2 * v), Q: P.slice() }));
    const back = await store.open({ files: [out] });
    expect(back.columns.map((c) => c.name)).toEqual([...names, 'q', 'Q']);
    const { q, Q } = await back.read({ q: 'q', Q: 'Q' });
    expect([[...q], [...Q]]).toEqual([
      [20, 40, 60],
      [10, 20, 30],
    ]);
  });

  test('a comma in a name, missing values', async () => {
    await convertFiles([at('in.parquet')], at('comma.csv'), { define: { 'a, b': 'P > 15 ? 1 : 0' } });
    const table = await store.open({ files: [at('comma.csv')] });
    expect(table.columns.map((c) => c.name)).toEqual([...names, 'a, b']);
    expect(await table.count()).toBe(3);
  });

  test('with text beside them Parquet is refused, CSV is not', async () => {
    await writeTable(at('text.parquet'), [...columns, { name: 'word', values: ['a', 'b', 'c'] }]);
    const refused = await userErrorOf(() => convertFiles([at('text.parquet')], at('no.parquet'), {}));
    expect(refused).toMatchObject({ code: 'events.same-but-case' });
    await convertFiles([at('text.parquet')], at('text.csv'), {});
    expect((await store.open({ files: [at('text.csv')] })).columns.map((c) => c.name)).toEqual([...names, 'word']);
  });
});
