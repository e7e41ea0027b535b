import { describe, expect, it } from 'vitest';
import { cellCounts, mergeGroups, type CellGroups } from '../../../src/events/cells/cell-groups.js';
import { GroupSums } from '../../../src/events/cells/group-sums.js';
import { normals, seedKey, uniforms } from '../../../src/stats/key.js';

const N = 4000;
const key = seedKey(5);
const w = Float64Array.from(normals(key.split('w'), N), (z, i) => z * 10 ** ((i % 30) - 20));
const small = Float64Array.from(w, (v) => v / 1e9);
const cell = Int32Array.from(uniforms(key.split('cell'), N), (u) => Math.floor(5 * u));
const mask = Int32Array.from(uniforms(key.split('mask'), N), (u) => Math.floor(4 * u));
const scales = [
  { name: 'w', scale: 2 ** 24, scale2: 2 ** -16 },
  { name: 'small', scale: 2 ** 58, scale2: 2 ** 54 },
];

function sumsOf(rows: readonly number[], block: number, keep?: (i: number) => boolean): CellGroups {
  const sums = new GroupSums(5, 2, scales);
  for (let from = 0; from < rows.length; from += block) {
    const part = rows.slice(from, from + block);
    const pick = (values: ArrayLike<number>): Float64Array => Float64Array.from(part, (i) => values[i]);
    const kept = keep && Uint8Array.from(part, (i) => Number(keep(i)));
    sums.add(Int32Array.from(pick(cell)), Int32Array.from(pick(mask)), kept, [pick(w), pick(small)], part.length);
  }
  expect(sums.overflow).toBe(false);
  return sums.found();
}
const all = Array.from({ length: N }, (_, i) => i);
const head = { axes: [{ column: 'x', edges: [0, 1, 2] }], closed: 'right', conditions: ['a', 'b'] } as const;

/** Halves to even, as IEEE 754 rounds; exact: numbers are below 2^53 or whole. */
function rounded(x: number): bigint {
  if (Math.abs(x) >= 2 ** 52) return BigInt(x);
  const floor = Math.floor(x);
  const up = x - floor > 0.5 || (x - floor === 0.5 && floor % 2 !== 0);
  return BigInt(floor + (up ? 1 : 0));
}

describe('sums by group', () => {
  it('are those of whole numbers of any size', () => {
    const counts = cellCounts(sumsOf(all, 333), head, scales);
    expect(counts.cell.length).toBe(20);
    for (const { name, scale, scale2 } of scales)
      counts.cell.forEach((c, g) => {
        const rows = all.filter((i) => cell[i] === c && mask[i] === counts.mask[g]);
        const values = rows.map((i) => (name === 'w' ? w[i] : small[i]));
        const sum = (of: (v: number) => number): bigint => values.reduce((s, v) => s + rounded(of(v)), 0n);
        expect(counts.entries[g]).toBe(rows.length);
        expect(counts.weights[name].sumw[g]).toBe(Number(sum((v) => v * scale)) / scale);
        expect(counts.weights[name].sumw2[g]).toBe(Number(sum((v) => v * v * scale2)) / scale2);
        expect(counts.weights[name].negative[g]).toBe(values.filter((v) => rounded(v * scale) < 0n).length);
      });
  });

  it('are the same in any order, in blocks of any size and merged from parts', () => {
    const whole = sumsOf(all, 4000);
    expect(sumsOf([...all].reverse(), 7)).toEqual(whole);
    const parts = [0, 1, 2].map((k) => sumsOf(all.slice(1000 * k * k, 1000 * (k + 1) ** 2), 501));
    expect(cellCounts(mergeGroups(parts, 2), head, scales)).toEqual(cellCounts(whole, head, scales));
  });

  it('leave out rows that are not kept, whatever their weights', () => {
    const kept = all.filter((i) => i % 3 > 0);
    expect(sumsOf(all, 100, (i) => i % 3 > 0)).toEqual(sumsOf(kept, 100));
    const sums = new GroupSums(1, 0, [scales[0]]);
    sums.add(new Int32Array(2), new Int32Array(2), Uint8Array.of(0, 1), [Float64Array.of(NaN, 1)], 2);
    expect(sums.overflow).toBe(false);
    expect(sums.found().sums[0]).toBe(1);
  });

  it.each([NaN, Infinity, -Infinity, 2 ** 39, -(2 ** 39.1)])('say that a weight of %f does not fit', (bad) => {
    const sums = new GroupSums(1, 0, [scales[0]]);
    sums.add(new Int32Array(2), new Int32Array(2), undefined, [Float64Array.of(1, bad)], 2);
    expect(sums.overflow).toBe(true);
  });

  it('stay exact over more rows than parts have bits for', () => {
    const sums = new GroupSums(1, 0, [{ scale: 1, scale2: 2 ** -63 }]);
    const value = 2 ** 62 + 2 ** 30 + 1024;
    const block = new Float64Array(2 ** 16).fill(value);
    for (let k = 0; k < 64; k++)
      sums.add(new Int32Array(block.length), new Int32Array(block.length), undefined, [block], block.length);
    const [rows, low, high, top] = sums.found().sums;
    expect(BigInt(low) + BigInt(high) + BigInt(top)).toBe(BigInt(rows) * BigInt(value));
  });

  it('are refused where they would not fit into memory', () => {
    expect(() => new GroupSums(10, 17, [])).toThrow('too many conditions');
    const sums = new GroupSums(1e8, 0, []);
    expect(() => sums.add(new Int32Array(1), new Int32Array(1), undefined, [], 1)).toThrow('too many cells');
  });
});
