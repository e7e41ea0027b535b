import { describe, expect, test } from 'vitest';
import { made } from '../../src/models/made.js';

/** Which inputs an output can see: the product of the masks, non-zero where a path exists. */
function paths(order: number[], hidden: number[], context: boolean): boolean[][] {
  const masks = made(order, hidden, context);
  const n = order.length;
  const layers = [masks.input, ...masks.hidden, masks.output];
  const widths = [n, ...hidden, n];
  let reach: number[][] = Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => (i === j ? 1 : 0)));
  layers.forEach((mask, l) => {
    const [from, to] = [widths[l], widths[l + 1]];
    reach = Array.from({ length: to }, (_, t) =>
      Array.from({ length: n }, (_, j) =>
        reach.slice(0, from).reduce((sum, row, f) => sum + mask[t * from + f] * row[j], 0),
      ),
    );
  });
  return reach.map((row) => row.map((v) => v > 0));
}

describe.each([
  { order: [0, 1, 2, 3], hidden: [16, 16], context: false },
  { order: [2, 0, 3, 1], hidden: [16], context: true },
  { order: [5, 4, 3, 2, 1, 0], hidden: [12, 20, 12], context: false },
  { order: [0], hidden: [4], context: true },
])('masks for the order $order', ({ order, hidden, context }) => {
  test('a feature sees exactly the features before it', () => {
    const seen = paths(order, hidden, context);
    order.forEach((feature, position) =>
      order.forEach((other, before) => expect(seen[feature][other]).toBe(before < position)),
    );
  });
});

test('with a context some units see it alone, so that the first feature is conditioned too', () => {
  const { output } = made([0, 1], [4], true);
  expect([...output.subarray(0, 4)]).toContain(1);
  expect([...made([0, 1], [4], false).output.subarray(0, 4)]).toEqual([0, 0, 0, 0]);
});
