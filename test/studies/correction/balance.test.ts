import { describe, expect, test } from 'vitest';
import { integers, normals, seedKey, uniforms } from '../../../src/stats/key.js';
import { balanced, balancingWeights, type WeightedColumns } from '../../../src/studies/correction/balance.js';

const key = seedKey(41).split('balance');
const ones = (n: number): Float64Array => new Float64Array(n).fill(1);
const sample = (...columns: Float64Array[]): WeightedColumns => ({ columns, weights: ones(columns[0].length) });
const sum = (values: Float64Array): number => values.reduce((a, b) => a + b, 0);

/** The share of weight of each of `bins` equal bins of [low, high). */
function spectrum(values: Float64Array, weights: Float64Array, low: number, high: number, bins: number): number[] {
  const out = new Array<number>(bins).fill(0);
  values.forEach((v, i) => {
    const bin = Math.floor(((v - low) / (high - low)) * bins);
    if (bin >= 0 && bin < bins) out[bin] += weights[i];
  });
  return out.map((w) => w / sum(weights));
}

describe('laws of the balancing weights', () => {
  const a = sample(
    normals(key.split('a0'), 8000),
    normals(key.split('a1'), 8000).map((z) => 3 * z),
  );
  const b = sample(
    normals(key.split('b0'), 6000).map((z) => 0.5 + 0.9 * z),
    normals(key.split('b1'), 6000).map((z) => 1 + 3 * z),
  );

  test('nothing given: factors of one', () => {
    const none = { columns: [], weights: ones(5) };
    expect(balancingWeights(none, none)).toEqual(ones(5));
  });

  test('the sum of weights stays, and no factor is negative', () => {
    const weights = uniforms(key.split('weights'), 8000);
    const factors = balancingWeights({ columns: a.columns, weights }, b);
    const after = balanced({ values: a.columns[0], weights }, factors);
    expect(sum(after.weights)).toBeCloseTo(sum(weights), 8);
    expect(after.values).toBe(a.columns[0]);
    expect(Math.min(...factors)).toBeGreaterThanOrEqual(0);
  });

  test('a sample balanced to itself stays as it is', () => {
    balancingWeights(a, a).forEach((f) => expect(f).toBeCloseTo(1, 12));
  });

  test('the scale of either sample’s weights says nothing', () => {
    const scaled = { columns: b.columns, weights: ones(6000).fill(250) };
    const factors = balancingWeights(a, scaled);
    balancingWeights(a, b).forEach((f, i) => expect(factors[i]).toBeCloseTo(f, 10));
  });

  test('weighted spectra agree afterwards, in both columns', () => {
    const factors = balancingWeights(a, b);
    for (const [k, low, high] of [
      [0, -2, 3],
      [1, -6, 8],
    ]) {
      const before = spectrum(a.columns[k], a.weights, low, high, 12);
      const after = spectrum(a.columns[k], factors, low, high, 12);
      const aim = spectrum(b.columns[k], b.weights, low, high, 12);
      const far = (s: number[]): number => Math.max(...s.map((v, i) => Math.abs(v - aim[i])));
      // A bin of 6000 events that holds a share of 0.15 is known to 0.005; cells are narrower than bins but at the ends.
      expect(far(after)).toBeLessThan(0.018);
      expect(far(before)).toBeGreaterThan(2 * far(after));
    }
  });

  test('factors are constant in cells of at least 200 events', () => {
    const one = balancingWeights(sample(a.columns[0]), sample(b.columns[0]));
    const cells = new Map<number, number>();
    for (const f of one) cells.set(f, (cells.get(f) ?? 0) + 1);
    expect(cells.size).toBeGreaterThan(8);
    expect(Math.min(...cells.values())).toBeGreaterThanOrEqual(200);
  });
});

test('the known ratio of two densities comes back', () => {
  // Uniform on (0, 1) against 2u: the ratio is 2u. Cells are at least 1/32 wide, each known to 1/√200: 7 %.
  const u = uniforms(key.split('uniform'), 20_000);
  const b = uniforms(key.split('triangle'), 20_000).map(Math.sqrt);
  const factors = balancingWeights(sample(u), sample(b));
  let squares = 0;
  u.forEach((v, i) => (squares += (factors[i] - 2 * v) ** 2));
  expect(Math.sqrt(squares / u.length)).toBeLessThan(0.1);
});

test('a count with a value that most events have is balanced too', () => {
  const most = (name: string, share: number): Float64Array =>
    uniforms(key.split(name), 4000).map((u) => (u < share ? 0 : Math.ceil(((u - share) / (1 - share)) * 3)));
  const [a, b] = [most('count a', 0.8), most('count b', 0.6)];
  const factors = balancingWeights(sample(a), sample(b));
  const [after, aim] = [spectrum(a, factors, 0, 4, 4), spectrum(b, ones(4000), 0, 4, 4)];
  after.forEach((share, i) => expect(share).toBeCloseTo(aim[i], 6));
});

test('beyond the other sample’s range factors are those of the last cell: bounded', () => {
  // A tail of simulation that data do not have, and one of data that simulation does not have.
  const a = Float64Array.of(
    ...normals(key.split('tail a'), 5000),
    ...uniforms(key.split('far'), 50).map((v) => 50 + v),
  );
  const b = Float64Array.of(
    ...normals(key.split('tail b'), 5000),
    ...uniforms(key.split('near'), 50).map((v) => -50 - v),
  );
  const factors = balancingWeights(sample(a), sample(b));
  expect(Math.max(...factors)).toBeLessThan(1.5);
  expect(Math.min(...factors)).toBeGreaterThan(0.6);
});

test('weights of either sign: bounded factors, spectra that agree', () => {
  // Four in ten weights are −1: a fifth of the events remains, and a cell of 200 rows holds 40 ± 14 of them.
  const weights = uniforms(key.split('sign'), 20_000).map((u) => (u < 0.4 ? -1 : 1));
  const a = { columns: [normals(key.split('signed'), 20_000)], weights };
  const b = sample(normals(key.split('target'), 20_000).map((z) => 0.3 + z));
  const factors = balancingWeights(a, b);
  expect(Math.max(...factors)).toBeLessThan(6);
  const after = balanced({ values: a.columns[0], weights }, factors);
  const aim = spectrum(b.columns[0], b.weights, -2, 2.5, 6);
  spectrum(after.values, after.weights, -2, 2.5, 6).forEach((s, i) => expect(Math.abs(s - aim[i])).toBeLessThan(0.05));
});

test('too few events for a single cut: nothing changes', () => {
  const few = sample(normals(key.split('few'), 150));
  expect(balancingWeights(few, sample(normals(key.split('many'), 5000)))).toEqual(ones(150));
});

test('a column of whole numbers with equal shares', () => {
  const a = Float64Array.from(integers(key.split('integers a'), 3000, 4));
  const b = a.map((v, i) => (v === 3 && i % 2 ? 0 : v));
  const factors = balancingWeights(sample(a), sample(b));
  const aim = spectrum(b, ones(3000), 0, 4, 4);
  spectrum(a, factors, 0, 4, 4).forEach((share, i) => expect(share).toBeCloseTo(aim[i], 6));
});
