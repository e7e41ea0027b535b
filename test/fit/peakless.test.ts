import { expect, test } from 'vitest';
import { abcd } from '../../src/fit/abcd.js';
import { closure } from '../../src/fit/closure.js';
import { subtractedEfficiency, subtractTemplates } from '../../src/fit/template-subtraction.js';
import { sumOfWeights } from '../../src/fit/weight-function.js';
import { seedKey, uniforms } from '../../src/stats/key.js';

const key = seedKey(31);
const flags = (name: string, n: number, share: number): Uint8Array =>
  Uint8Array.from(uniforms(key.split(name), n), (u) => (u < share ? 1 : 0));

test('templates: columns add up to N_d − Σ s_c N_c with MC statistics, in closed form', () => {
  const data = { rows: 1000 };
  const own = uniforms(key.split('w'), 300);
  const backgrounds = [
    { name: 'qqbar', rows: 300, weights: own, scale: 0.5, error: 0.1 },
    { name: 'tautau', rows: 200, scale: 0.25 },
  ];
  const { columns, parts } = subtractTemplates(data, backgrounds);
  expect(Object.keys(columns)).toEqual(['sWeight_nominal', 'sWeight_qqbar_up', 'sWeight_qqbar_down']);
  expect(parts.map((p) => [p.name, p.first])).toEqual([
    ['data', 0],
    ['qqbar', 1000],
    ['tautau', 1300],
  ]);
  const pass = flags('pass', 1500, 0.4);
  const w = columns['sWeight_nominal'];
  const passing = w.map((v, e) => v * pass[e]);
  const part = (first: number, rows: number, weights?: Float64Array) => {
    const sums = { passed: 0, total: 0, passed2: 0, total2: 0 };
    for (let e = 0; e < rows; e++) {
      const v = weights ? weights[e] : 1;
      sums.total += v;
      sums.total2 += v * v;
      sums.passed += v * pass[first + e];
      sums.passed2 += v * v * pass[first + e];
    }
    return sums;
  };
  const closed = subtractedEfficiency(part(0, 1000), [
    { ...backgrounds[0], ...part(1000, 300, own) },
    { ...backgrounds[1], ...part(1300, 200) },
  ]);
  const [p, t] = [sumOfWeights(passing), sumOfWeights(w)];
  expect(p.value / t.value).toBeCloseTo(closed.value, 13);
  // The weighted binomial formula on the columns gives the same error.
  const e = p.value / t.value;
  const binomial = Math.sqrt(Math.abs((1 - 2 * e) * p.variance + e * e * t.variance)) / t.value;
  expect(binomial).toBeCloseTo(closed.stat, 13);
  const up = columns['sWeight_qqbar_up'];
  const moved = up.reduce((s, v, i) => s + v * pass[i], 0) / up.reduce((s, v) => s + v, 0);
  expect(moved - e).toBeCloseTo(closed.scales['qqbar'], 13);
  expect(() => subtractTemplates(data, [{ name: 'x', rows: 1, scale: 0 }])).toThrow('scale of "x"');
  expect(() => subtractTemplates(data, [{ name: 'q q', rows: 1, scale: 1, error: 0.1 }])).toThrow(
    'cannot name a column',
  );
});

/** Two selections that are independent in background. */
function regions(n: number, name: string) {
  const nb = n;
  const ns = n / 4;
  const signal = Uint8Array.from({ length: nb + ns }, (_, e) => (e < nb ? 0 : 1));
  const a = flags(`${name} a`, nb + ns, 0.3);
  const b = flags(`${name} b`, nb + ns, 0.4);
  const keep = flags(`${name} s`, nb + ns, 0.9);
  const keep2 = flags(`${name} t`, nb + ns, 0.95);
  signal.forEach((s, e) => {
    if (s) [a[e], b[e]] = [keep[e], keep2[e]];
  });
  return { signal, a, b };
}

test('ABCD: background of A from B, C and D; leakage of signal solved for; errors cover (200 toys, 4 σ)', () => {
  const leakage = { B: 0.1 / 0.9, C: 0.05 / 0.95, D: (0.1 * 0.05) / (0.9 * 0.95) };
  const pulls: number[] = [];
  for (let i = 0; i < 200; i++) {
    const { a, b } = regions(2000, `toy ${i}`);
    const found = abcd(a, b, { leakage });
    pulls.push((found.signal.value - 500 * 0.9 * 0.95) / found.signal.error);
    const { value } = sumOfWeights(found.columns['sWeight_nominal']);
    expect(value).toBeCloseTo(found.signal.value, 8);
  }
  const mean = pulls.reduce((s, v) => s + v, 0) / 200;
  const width = Math.sqrt(pulls.reduce((s, v) => s + (v - mean) ** 2, 0) / 199);
  expect(Math.abs(mean)).toBeLessThan(4 / Math.sqrt(200));
  // Numbers of toys are fixed, not Poisson: the spread is a little below the error.
  expect(width).toBeGreaterThan(0.6);
  expect(width).toBeLessThan(1.15);
});

test('ABCD without leakage is N_A − N_B N_C/N_D; the variants move T by one σ', () => {
  const { a, b } = regions(2000, 'plain');
  const { counts, signal, transfer, columns } = abcd(a, b, { error: 0.2 });
  expect(signal.value).toBeCloseTo(counts.A - (counts.B * counts.C) / counts.D, 10);
  expect(transfer.value).toBeCloseTo(counts.C / counts.D, 12);
  const sigma = Math.hypot(transfer.stat, transfer.syst);
  const up = sumOfWeights(columns['sWeight_transfer_up']).value;
  expect(up - signal.value).toBeCloseTo(-sigma * counts.B, 8);
  expect(() => abcd([1, 1, 0], [1, 1, 1])).toThrow('no background left');
});

test('closure: nothing where weights are truth, the bias where they are not, with the error of the difference', () => {
  const n = 4000;
  const truth = flags('truth', n, 0.6);
  const passes = flags('closure pass', n, 0.5).map((v, e) => (truth[e] ? v : 1));
  const bins = Int32Array.from({ length: n }, (_, e) => e % 2);
  const exact = closure({ bins, count: 2, passes, truth, sWeights: Float64Array.from(truth) });
  for (const bin of exact) expect(bin).toMatchObject({ difference: 0, error: 0, pull: 0, shift: { up: 0 } });
  // A fifth of the background is kept: it all passes.
  const sWeights = Float64Array.from(truth, (v) => (v ? 1 : 0.2));
  for (const bin of closure({ bins, count: 2, passes, truth, sWeights })) {
    expect(bin.weighted - bin.truth).toBeCloseTo(bin.difference, 13);
    expect(bin.pull).toBeGreaterThan(5);
    expect(bin.shift).toEqual({ up: bin.difference, down: -bin.difference });
  }
});
