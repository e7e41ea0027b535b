import { expect, test } from 'vitest';
import type { Column } from '../../../src/events/column.js';
import { warnLeftOut } from '../../../src/studies/correction/left-out.js';

const column = (i: number, unreadable?: string): Column => ({ name: `c${i}`, type: 'real', stored: 'x', unreadable });
const told = (columns: readonly Column[]): [string, number?][] => {
  const said: [string, number?][] = [];
  warnLeftOut(columns, (...words) => said.push(words as [string, number?]));
  return said;
};

test('columns that cannot be read are named, many of them counted', () => {
  expect(told([column(0), column(1)])).toEqual([]);
  expect(told([column(0), column(1, 'class TRef has no reader')])).toEqual([
    ['column "c1" is left out: class TRef has no reader'],
  ]);
  expect(told(Array.from({ length: 8 }, (_, i) => column(i, 'no'))).slice(4)).toEqual([
    ['column "c4" is left out: no'],
    ['further columns are left out', 3],
  ]);
});
