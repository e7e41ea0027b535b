import { expect, test } from 'vitest';
import { integrate } from '../../src/stats/quadrature.js';
import { erf } from '../../src/stats/special/erf.js';

test('smooth functions, several at once, against closed forms', () => {
  const [e, sine, narrow] = integrate(
    (x) => [x.map(Math.exp), x.map((v) => Math.sin(30 * v)), x.map((v) => Math.exp(-0.5 * ((v - 0.3) / 1e-3) ** 2))],
    0,
    1,
    { breaks: [0.3] },
  );
  expect(e).toBeCloseTo(Math.E - 1, 12);
  expect(sine).toBeCloseTo((1 - Math.cos(30)) / 30, 12);
  expect(narrow).toBeCloseTo(1e-3 * Math.sqrt(2 * Math.PI), 12);
});

test('a peak that no node of the first interval sees is not missed where its place is named', () => {
  const peak = (x: Float64Array) => [x.map((v) => Math.exp(-0.5 * ((v - 0.123) / 1e-4) ** 2))];
  const [found] = integrate(peak, 0, 1, { breaks: [0.122, 0.123, 0.124] });
  expect(found / (1e-4 * Math.sqrt(2 * Math.PI))).toBeCloseTo(1, 10);
});

test('jumps at named places are exact; endpoints with infinite slope converge', () => {
  const step = (x: Float64Array) => [x.map((v) => (v < 0.4 ? 1 : 5))];
  expect(integrate(step, 0, 1, { breaks: [0.4] })[0]).toBeCloseTo(0.4 + 3, 14);
  expect(integrate((x) => [x.map(Math.sqrt)], 0, 1)[0]).toBeCloseTo(2 / 3, 10);
  const half = integrate((x) => [x.map((v) => Math.exp(-v * v))], 0, 3)[0];
  expect(half).toBeCloseTo((Math.sqrt(Math.PI) / 2) * erf(3), 13);
});

test('what does not settle ends, and says so', () => {
  const wild = (x: Float64Array) => [x.map((v) => (Math.sin(1 / v) > 0 ? 1 : -1))];
  expect(() => integrate(wild, 0, 1, { budget: 100 })).toThrow('does not settle');
  expect(() => integrate((x) => [x.map((v) => 1 / (v - 0.5))], 0, 1)).toThrow('not finite');
});
