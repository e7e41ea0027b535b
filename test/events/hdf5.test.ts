import path from 'node:path';
import { expect, test } from 'vitest';
import { openH5 } from '../../src/events/sources/hdf5.js';
import { scratch, userErrorOf } from './helpers/scratch.js';

const { dir, store } = await scratch();

test('groups of equally long datasets, a lone table of two dimensions, list columns; several tables ask for a name', async () => {
  const file = path.join(dir, 'g.h5');
  const h5 = await openH5(file, 'w');
  const events = h5.create_group('events');
  events.create_dataset({ name: 'pt', data: Float32Array.of(1.5, 2.5, NaN) });
  events.create_dataset({ name: 'run', data: BigInt64Array.of(9_007_199_254_740_993n, 2n, 3n) });
  events.create_dataset({ name: 'cov', data: Float64Array.of(1, 2, 3, 4, 5, 6), shape: [3, 2] });
  const matrix = h5.create_group('matrix');
  matrix.create_dataset({ name: 'x', data: Int32Array.of(1, 2, 3, 4), shape: [2, 2] });
  h5.close();
  const error = await userErrorOf(() => store.open({ files: [file] }));
  expect(error).toMatchObject({ code: 'events.which-tree', expected: 'one of events (3 rows), matrix (2 rows)' });
  const table = await store.open({ files: [file], tree: 'events' });
  const got = await table.read({ pt: 'pt', second: 'cov[1]', exact: 'run == 9007199254740993' });
  expect(got).toEqual({
    pt: new Float64Array([1.5, 2.5, NaN]),
    second: new Float64Array([2, 4, 6]),
    exact: new Float64Array([1, 0, 0]),
  });
  const columns = await (await store.open({ files: [file], tree: '/matrix/' })).read({ c0: 'c0', c1: 'c1' });
  expect(columns).toEqual({ c0: new Float64Array([1, 3]), c1: new Float64Array([2, 4]) });
  expect(await userErrorOf(() => store.open({ files: [file], tree: 'event' }))).toMatchObject({
    code: 'events.unknown-tree',
    hint: 'did you mean "events"?',
  });
});
