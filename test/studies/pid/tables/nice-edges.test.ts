import { expect, test } from 'vitest';
import { roundEdges } from '../../../../src/studies/pid/tables/nice-edges.js';

const line = (low: number, high: number, n = 5001): number[] =>
  Array.from({ length: n }, (_, i) => low + ((high - low) * i) / (n - 1));

test('bins have round widths and hold nearly all values', () => {
  const edges = roundEdges(line(0.303, 3.77), { share: [0.001, 0.999], bins: 50 });
  expect(edges.slice(0, 3)).toEqual([0.3, 0.35, 0.4]);
  expect(edges.at(-1)).toBe(3.8);
  const steps = new Set(edges.slice(1).map((e, i) => (e - edges[i]).toFixed(9)));
  expect([...steps]).toEqual(['0.050000000']);
});

test('a few whole numbers have a bin each, one value a bin of its own', () => {
  const share = [0, 1] as const;
  expect(roundEdges([-1, 1, 1, -1, 1], { share, bins: 50 })).toEqual([-1.5, -0.5, 0.5, 1.5]);
  expect(roundEdges([0.25, 0.25], { share, bins: 50 })).toEqual([-0.25, 0.75]);
});

test('numbers that stand for no value are left out, where nothing real lies out there', () => {
  const share = [0, 1] as const;
  const id = line(0, 1, 101);
  expect(roundEdges([...id, -1000, -1000, -999], { share, bins: 10 })).toEqual(roundEdges(id, { share, bins: 10 }));
  // A momentum of 1000 among others is a momentum.
  expect(roundEdges([...line(100, 1500, 29), 1000], { share, bins: 10 }).at(-1)).toBe(1500);
  expect(roundEdges([-999, -999], { share, bins: 10 })).toEqual([-999.5, -998.5]);
});
