import { expect, test } from 'vitest';
import { chooseTree } from '../../../src/events/root/reader.js';
import { failure } from './helpers.js';

const tree = (name: string, entries = 10) => ({ name, kind: 'TTree' as const, entries });
const file = (...trees: ReturnType<typeof tree>[]) => ({ path: 'f.root', trees });

test('the only tree needs no name', () => {
  expect(chooseTree(file(tree('Tuple/DecayTree')))).toBe('Tuple/DecayTree');
});

test('a name chooses, with or without cycle and leading slash', () => {
  const two = file(tree('a'), tree('b'));
  for (const name of ['b', 'b;3', '/b']) expect(chooseTree(two, name)).toBe('b');
});

test('several trees and no name: the error lists them', async () => {
  const error = await failure(() => chooseTree(file(tree('Events', 100), tree('Runs', 1))));
  expect(error.data).toMatchObject({
    code: 'events.which-tree',
    message: '2 trees in f.root, and none was named',
    expected: 'one of Events (100 entries), Runs (1 entries)',
  });
});

test('an unknown name is answered with a near one', async () => {
  const error = await failure(() => chooseTree(file(tree('Events'), tree('Runs')), 'events'));
  expect(error.data).toMatchObject({ code: 'events.unknown-tree', hint: 'did you mean "Events"?' });
});

test('no tree at all', async () => {
  expect((await failure(() => chooseTree(file()))).data.code).toBe('events.no-tree');
});
