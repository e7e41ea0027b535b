import path from 'node:path';
import { expect, test } from 'vitest';
import { openStore } from '../../../../src/events/store.js';
import { inPlaceOf, readOwnVariables } from '../../../../src/studies/own-variables.js';
import { readCellRows } from '../../../../src/studies/pid/tables/cell-rows.js';
import { folder, write } from '../apply/events.js';

test('the fit variable is that of the candidate also where the probe has a column of the same name', async () => {
  const dir = folder('cell-rows');
  const columns = {
    M: [91, 60, 88, 90],
    mu_M: [0.1, 0.1, 0.1, 0.1],
    weight: [1, 2, 3, 4],
    mu_weight: [0, 0, 0, 0],
    mu_p: [1, 3, 5, 1],
    mu_muonID: [0.9, 0.1, 0.9, 0.95],
  };
  const files = [await write(path.join(dir, 'events.parquet'), columns)];
  const store = await openStore({ cache: path.join(dir, 'cache'), threads: 1 });
  try {
    const own = await readOwnVariables(undefined, dir);
    const table = await store.open({ files }, inPlaceOf(own, 'mu'));
    const whole = await store.open({ files }, inPlaceOf(own));
    const rows = await readCellRows({ table, whole, select: 'p < 4' }, [{ column: 'p', edges: [0, 2, 4] }], {
      variable: 'M',
      own: 'weight',
      precut: 'muonID > 0',
      cuts: ['muonID > 0.5'],
    });
    expect([...rows.x]).toEqual([91, 60, 90]);
    expect([...rows.own]).toEqual([1, 2, 4]);
    expect([...rows.cells]).toEqual([0, 1, 0]);
    expect([...rows.passes[0]]).toEqual([1, 0, 1]);
  } finally {
    await store.close();
  }
});
