import { describe, expect, test } from 'vitest';
import { dualAlgebra, gradientOf, hessianOf, variableDual, type Dual } from '../../src/fit/dual-algebra.js';
import { integrate } from '../../src/fit/normalise.js';
import { numberAlgebra } from '../../src/fit/number-algebra.js';
import type { Pdf } from '../../src/fit/pdf.js';
import { seedKey } from '../../src/stats/key.js';
import { DENSITIES, PDFS } from './densities.js';

const n = numberAlgebra;
const duals = (values: readonly number[]): Dual[] => values.map((v, i) => variableDual(v, i));
const moved = (p: readonly number[], i: number, by: number): number[] => p.map((v, k) => (k === i ? v + by : v));
const places = ([low, high]: readonly [number, number], count: number): number[] =>
  Array.from({ length: count }, (_, i) => low + ((i + 0.5) * (high - low)) / count);

/** The scale on which a density changes with a parameter: what differences are taken over. */
const step = (pdf: Pdf, i: number, value: number): number => {
  const { low, high } = pdf.parameters[i];
  const scale = Number.isFinite(high - low) ? high - low : 1;
  return 1e-6 * Math.max(1e-3 * scale, Math.min(Math.abs(value), scale));
};

describe.each(Object.entries(DENSITIES))('%s', (_, { density, points }) => {
  const [low, high] = density.range;

  test.skipIf(!density.integral).each(points.map((p) => [p]))(
    'closed integral = quadrature of the shape at %j',
    (p) => {
      const shape = (x: number): number => density.shape(n, x, p);
      for (const [from, to] of [
        [low, high],
        [low + 0.3 * (high - low), low + 0.37 * (high - low)],
        [low + 0.95 * (high - low), high],
      ]) {
        const sum = integrate(n, shape, shape, from, to, density.breaks?.(p));
        const whole = integrate(n, shape, shape, low, high, density.breaks?.(p));
        expect(Math.abs((density.integral?.(n, from, to, p) ?? NaN) - sum)).toBeLessThan(1e-11 * whole);
      }
    },
  );

  test.each(points.map((p) => [p]))('never negative, finite at %j', (p) => {
    for (const x of places(density.range, 200)) {
      const f = density.shape(n, x, p);
      expect(f >= 0 && f < Infinity).toBe(true);
    }
  });
});

/** Value, gradient and Hessian of f(x) by the chain rule through constants, as a likelihood has it. */
function derivatives(pdf: Pdf, x: readonly number[], p: readonly number[]): Dual {
  const a = dualAlgebra;
  return pdf.density(a, x.map(a.constant), duals(p), pdf.constants(a, duals(p)));
}

function value(pdf: Pdf, x: readonly number[], p: readonly number[]): number {
  return pdf.density(n, x, p, pdf.constants(n, p));
}

/** One event's variables and the columns looked up for it. */
function event(pdf: Pdf, x: readonly number[]): number[] {
  const columns = x.map((v) => Float64Array.of(v));
  return [...x, ...pdf.columns.map((column) => column(columns)[0])];
}

describe.each(Object.entries(PDFS))('%s, normalised', (_, { pdf, points }) => {
  const cases = points.map((p) => [p] as const);
  const { range } = pdf.variables[0];
  const along = pdf.variables.slice(1).map(({ range: [low, high] }) => 0.4 * low + 0.6 * high);
  const events = places(range, 7).map((x) => event(pdf, [x, ...along]));

  test('says how many constants it has', () => {
    expect(pdf.constants(n, points[0])).toHaveLength(pdf.constantCount);
  });

  test.skipIf(pdf.variables.length > 1).each(cases)('integrates to 1 at %j', (p) => {
    const c = pdf.constants(n, p);
    expect(pdf.integral(n, range[0], range[1], p, c)).toBeCloseTo(1, 12);
    const f = (x: number): number => pdf.density(n, event(pdf, [x]), p, c);
    expect(integrate(n, f, f, range[0], range[1], pdf.breaks(p))).toBeCloseTo(1, 10);
  });

  test.each(cases)('a scale multiplies density and integral at %j', (p) => {
    const [c, scaled] = [pdf.constants(n, p), pdf.constants(n, p, 250)];
    const middle = 0.5 * (range[0] + range[1]);
    for (const x of events) {
      const one = pdf.density(n, x, p, c);
      expect(Math.abs(pdf.density(n, x, p, scaled) - 250 * one)).toBeLessThanOrEqual(1e-10 * one);
    }
    const half = pdf.integral(n, range[0], middle, p, c);
    expect(Math.abs(pdf.integral(n, range[0], middle, p, scaled) - 250 * half)).toBeLessThanOrEqual(1e-10);
  });

  test.each(cases)('derivatives are those of central differences at %j', (p) => {
    const k = p.length;
    for (const x of events) {
      const f = derivatives(pdf, x, p);
      expect(f.value).toBeCloseTo(value(pdf, x, p), 12);
      const [gradient, hessian] = [gradientOf(f, k), hessianOf(f, k)];
      for (let i = 0; i < k; i++) {
        const h = step(pdf, i, p[i]);
        const [up, down] = [moved(p, i, h), moved(p, i, -h)];
        const difference = (value(pdf, x, up) - value(pdf, x, down)) / (2 * h);
        expect(Math.abs(gradient[i] - difference) * h).toBeLessThan(
          2e-9 * Math.max(f.value, 1 / (range[1] - range[0])),
        );
        const [high, low] = [gradientOf(derivatives(pdf, x, up), k), gradientOf(derivatives(pdf, x, down), k)];
        for (let j = 0; j < k; j++) {
          const bend = (high[j] - low[j]) / (2 * h);
          const scale = Math.max(...high.map(Math.abs), Math.abs(hessian[k * i + j]) * h, 1e-3);
          expect(Math.abs(hessian[k * i + j] - bend) * h).toBeLessThan(2e-8 * scale);
        }
      }
    }
  });

  test('draws events of this density (5 000; Kolmogorov distance below 1 false alarm in 10⁵)', () => {
    const p = points[0];
    const drawn = pdf.draw(seedKey(17).split('draw'), 5000, p);
    expect(drawn.map((column) => column.length)).toEqual(pdf.variables.map(() => 5000));
    const c = pdf.constants(n, p);
    const sorted = [...drawn[0]].sort((a, b) => a - b);
    let distance = 0;
    // Every 50th: the cumulative moves by 0.01 between them, which is added to the bound.
    for (let i = 25; i < 5000; i += 50)
      distance = Math.max(distance, Math.abs(pdf.integral(n, range[0], sorted[i], p, c) - (i + 0.5) / 5000));
    expect(distance).toBeLessThan(Math.sqrt(-0.5 * Math.log(0.5e-5)) / Math.sqrt(5000));
  });
});
