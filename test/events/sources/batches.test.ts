import { expect, test } from 'vitest';
import { ranges } from '../../../src/events/sources/batches.js';

test.each([
  ['no starts known: steps', 25, 10, [], [0, 10, 20, 25]],
  ['the last start within a step', 25, 10, [0, 3, 8, 16, 18, 25], [0, 8, 18, 25]],
  ['a start a little further than a step', 40, 10, [0, 15, 40], [0, 15, 25, 40]],
  ['no start within two steps', 100, 10, [0, 100], [0, 10, 20, 30, 40, 50, 60, 70, 80, 100]],
  ['no rows', 0, 10, [0], [0]],
])('%s', (_, rows, step, starts, cuts) => {
  const found = [...ranges(rows, step, starts)];
  expect([0, ...found.map(([, to]) => to)]).toEqual(cuts);
  expect(found.map(([from]) => from)).toEqual(cuts.slice(0, -1));
});
