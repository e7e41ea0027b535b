import { describe, expect, it } from 'vitest';
import { binFinder } from '../../../src/events/cells/bin-finder.js';
import { seedKey, uniforms } from '../../../src/stats/key.js';
import { nextDown, nextUp } from '../../../src/stats/ulp.js';

const linspace = (from: number, to: number, n: number): number[] =>
  Array.from({ length: n + 1 }, (_, i) => from + ((to - from) * i) / n);

const cases: readonly [string, readonly number[]][] = [
  ['one bin', [-2, 2]],
  ['three bins', [0.2, 1.3, 2.7, 4]],
  ['momenta in MeV', [3000, 9300, 15600, ...linspace(19000, 100000, 15)]],
  ['widely spread', [1e-9, 1e-3, 0.1, 10, 1e4, 1e9]],
  ['equal ratios, a hundred to a bucket', Array.from({ length: 301 }, (_, i) => 10 ** (-6 + i / 25))],
  ['as many buckets as there may be', linspace(0, 1, 700)],
  ['neighbouring doubles', [1, nextUp(1), nextUp(nextUp(1)), 2]],
  ['no limits', [-Number.MAX_VALUE, 0.1, 0.2, 0.3, Number.MAX_VALUE]],
  ['next to nothing', [0, 1e-310, 2e-310]],
];

describe.each(cases)('%s', (_, edges) => {
  const near = edges.flatMap((e) => [e, nextDown(e), nextUp(e), -e]);
  const [low, high] = [edges[0], edges[edges.length - 1]];
  const inside = Array.from(uniforms(seedKey(edges.length), 2000), (u) => low + u * (high - low));
  const odd = [0, -0, 5e-324, -5e-324, 1e300, -1e300, Infinity, -Infinity, NaN, -999];
  const values = Float64Array.from([...near, ...inside, ...odd]);
  const n = edges.length - 1;

  it.each(['right', 'left'] as const)('finds what counting edges finds, closed on the %s', (closed) => {
    const cells = new Int32Array(values.length).fill(3);
    binFinder(edges, closed)(values, cells, values.length);
    const expected = Array.from(values, (v) => {
      const passed = edges.filter((e) => (closed === 'right' ? v > e : v >= e)).length;
      return 3 * (n + 3) + (Number.isFinite(v) ? passed : n + 2);
    });
    expect([...cells]).toEqual(expected);
  });
});
