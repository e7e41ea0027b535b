import { expect, test } from 'vitest';
import { openRoot } from '../../../src/events/root/reader.js';
import { commonStarts } from '../../../src/events/root/starts.js';
import { fixture } from './helpers.js';

test('rows at which every list has one', () => {
  expect([...commonStarts([[0, 3, 6, 9], Float64Array.of(0, 2, 4, 6, 8, 9), [0, 6, 9]])]).toEqual([0, 6, 9]);
  expect([...commonStarts([[0, 0, 5]])]).toEqual([0, 5]);
  expect([...commonStarts([])]).toEqual([]);
});

test('of a tree: where its baskets start, and its end', async () => {
  const file = await openRoot(fixture('zlib.root'));
  const tree = await file.tree('events');
  expect([...tree.basketStarts(['f8', 'track'])]).toEqual([0, 80, 81, 180]);
  file.close();
});

test('of an ntuple: where its clusters start, and its end', async () => {
  const file = await openRoot(fixture('ntuple.root'));
  const tree = await file.tree(file.trees[0]!.name);
  const starts = tree.basketStarts([tree.branches[0]!.name]);
  expect(starts[0]).toBe(0);
  expect(starts.at(-1)).toBe(tree.entries);
  file.close();
});
