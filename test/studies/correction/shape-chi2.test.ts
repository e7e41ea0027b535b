import { describe, expect, test } from 'vitest';
import { normals, seedKey, uniforms } from '../../../src/stats/key.js';
import { chi2Survival } from '../../../src/stats/special/gamma.js';
import { fillShape, shapeChi2, type BinnedShape } from '../../../src/studies/correction/shape-chi2.js';

const key = seedKey(51).split('shape chi2');
const ones = (n: number): Float64Array => new Float64Array(n).fill(1);
const counts = (...n: number[]): BinnedShape => ({ sums: Float64Array.from(n), squares: Float64Array.from(n) });
const pValue = ({ chi2, ndf }: { chi2: number; ndf: number }): number => chi2Survival(chi2, ndf);

/** Kolmogorov's distance of p-values from the uniform distribution. */
function distanceFromUniform(p: readonly number[]): number {
  const sorted = [...p].sort((a, b) => a - b);
  return Math.max(...sorted.map((v, i) => Math.max(Math.abs(v - i / p.length), Math.abs(v - (i + 1) / p.length))));
}
const TOYS = 400;
/** √(ln(2/α)/2n): exceeded by uniform p-values once in 10 000 seeds (α = 10⁻⁴). */
const BOUND = Math.sqrt(Math.log(2e4) / (2 * TOYS));

const edges = Float64Array.from({ length: 13 }, (_, i) => -3 + i / 2);
const toys = (p: (i: number) => number): number[] => Array.from({ length: TOYS }, (_, i) => p(i));

describe('filling', () => {
  test('sums of weights and of their squares; a bin holds its lower edge; what is outside goes to the ends', () => {
    const values = Float64Array.of(-9, 0, 0.5, 1, 1.9, 2, 9);
    const weights = Float64Array.of(1, 2, -1, 3, 0.5, 4, 5);
    const { sums, squares } = fillShape(values, weights, Float64Array.of(0, 1, 2));
    expect([...sums]).toEqual([2, 12.5]);
    expect([...squares]).toEqual([6, 50.25]);
  });

  test('the same contents as numpy', () => {
    // numpy 2.4.6: numpy.histogram([.1, .4, .4, 1.2, 2.9, 2.2, 1.5], [0, .4, 1, 2.2, 3], weights=[1, 2, 3, 4, 5, 6, 7])[0]
    const values = Float64Array.of(0.1, 0.4, 0.4, 1.2, 2.9, 2.2, 1.5);
    const { sums } = fillShape(values, Float64Array.of(1, 2, 3, 4, 5, 6, 7), Float64Array.of(0, 0.4, 1, 2.2, 3));
    expect([...sums]).toEqual([1, 5, 11, 11]);
  });
});

describe('the χ² of two shapes', () => {
  const a = counts(31, 52, 78, 63, 41, 22);
  const b = counts(25, 61, 70, 75, 38, 18);

  test('is 0 for equal shapes, whatever their size', () => {
    const larger = { sums: a.sums.map((v) => 7 * v), squares: a.squares.map((v) => 7 * v) };
    const { chi2, ndf } = shapeChi2(a, larger);
    expect(chi2).toBeCloseTo(0, 12);
    expect(ndf).toBe(5);
  });

  test('does not depend on which is which, nor on the scale of the weights', () => {
    const scaled = { sums: b.sums.map((v) => 3 * v), squares: b.squares.map((v) => 9 * v) };
    expect(shapeChi2(b, a).chi2).toBeCloseTo(shapeChi2(a, b).chi2, 10);
    expect(shapeChi2(a, scaled).chi2).toBeCloseTo(shapeChi2(a, b).chi2, 10);
  });

  test('is Pearson’s for two samples of equal size', () => {
    // scipy 1.17.1: scipy.stats.chi2_contingency([[31, 52, 78, 63, 41, 22], [25, 61, 70, 75, 38, 18]])[:3]
    const result = shapeChi2(a, b);
    expect(result.chi2).toBeCloseTo(3.3495060460840875, 10);
    expect(result.ndf).toBe(5);
    expect(pValue(result)).toBeCloseTo(0.6462712745169382, 10);
  });

  test('is near Pearson’s for samples of different size', () => {
    // scipy 1.17.1: scipy.stats.chi2_contingency([[310, 520, 780, 630, 410, 220], [125, 205, 350, 275, 190, 90]])[0]
    const result = shapeChi2(counts(310, 520, 780, 630, 410, 220), counts(125, 205, 350, 275, 190, 90));
    expect(Math.abs(result.chi2 / 2.8448553582849083 - 1)).toBeLessThan(0.01);
  });

  test('joins bins until each holds ten effective events of both', () => {
    expect(shapeChi2(counts(3, 4, 5, 30, 2), counts(20, 20, 20, 20, 20)).ndf).toBe(1);
    const joined = shapeChi2(counts(12, 30, 2), counts(20, 20, 20));
    const whole = shapeChi2(counts(12, 32), counts(20, 40));
    expect(joined).toEqual(whole);
  });

  test('one bin, or too few events for two: nothing to compare', () => {
    expect(shapeChi2(counts(500), counts(300))).toEqual({ chi2: 0, ndf: 1 });
    expect(shapeChi2(counts(4, 3), counts(1, 2))).toEqual({ chi2: 0, ndf: 1 });
  });
});

describe('p-values of equal distributions are uniform', () => {
  const shape = (name: string, i: number, n: number, weight: (x: number, u: number) => number): BinnedShape => {
    const values = normals(key.split(name, i), n);
    const u = uniforms(key.split(`${name} weights`, i), n);
    return fillShape(
      values,
      values.map((x, row) => weight(x, u[row])),
      edges,
    );
  };

  test('without weights', () => {
    const p = toys((i) =>
      pValue(
        shapeChi2(
          shape('a', i, 600, () => 1),
          shape('b', i, 900, () => 1),
        ),
      ),
    );
    expect(distanceFromUniform(p)).toBeLessThan(BOUND);
  });

  test('with weights of either sign', () => {
    const sign = (_: number, u: number): number => (u < 0.15 ? -1 : 1);
    const p = toys((i) =>
      pValue(
        shapeChi2(
          shape('c', i, 900, () => 1),
          shape('d', i, 1500, sign),
        ),
      ),
    );
    expect(distanceFromUniform(p)).toBeLessThan(BOUND);
  });

  test('with weights that depend on the variable, whose sum is known worse than a bin', () => {
    // Simulation is made with thirty times more events in the middle, where weights are 1 instead of 30.
    const tries = 200;
    let below = 0;
    for (let i = 0; i < tries; i++) {
      const values = normals(key.split('e', i), 5000);
      const u = uniforms(key.split('e kept', i), 5000);
      const simulation = fillShape(
        values,
        values.map((x, row) => (Math.abs(x) < 0.5 ? 1 : u[row] < 1 / 30 ? 30 : 0)),
        edges,
      );
      if (
        pValue(
          shapeChi2(
            shape('f', i, 5000, () => 1),
            simulation,
          ),
        ) < 0.05
      )
        below++;
    }
    // 5 % of them, and 4 σ more at most: one false alarm in 30 000 seeds. With normalisations held fixed it would be 20 %.
    expect(below / tries).toBeLessThan(0.05 + 4 * 0.0154);
  });
});

describe('the uncertainty of the map', () => {
  const shifted = (values: Float64Array, by: number): BinnedShape =>
    fillShape(
      values.map((v) => v + by),
      ones(values.length),
      edges,
    );

  test('replicas that are all alike add nothing', () => {
    const [a, b] = [shifted(normals(key.split('a'), 500), 0), shifted(normals(key.split('b'), 700), 0)];
    expect(shapeChi2(a, b, [b, b, b]).chi2).toBeCloseTo(shapeChi2(a, b).chi2, 10);
    expect(shapeChi2(a, b, [b])).toEqual(shapeChi2(a, b));
  });

  test('is that of the dense covariance: D + UUᵀ, its inverse by numpy', () => {
    // numpy 2.4.6, a, b and R the counts below, f = R / R.sum(1, keepdims=True):
    // C = numpy.diag(a / a.sum()**2 + b / b.sum()**2) + numpy.cov(f.T); d = a / a.sum() - b / b.sum()
    // d @ numpy.linalg.inv(C) @ d
    const [a, b] = [counts(31, 52, 78, 63, 41, 22), counts(25, 61, 70, 75, 38, 18)];
    const replicas = [
      counts(28, 58, 72, 70, 40, 19),
      counts(22, 64, 69, 79, 36, 17),
      counts(26, 60, 71, 74, 37, 19),
      counts(24, 63, 66, 77, 40, 17),
    ];
    expect(shapeChi2(a, b, replicas).chi2).toBeCloseTo(2.4829915406082224, 9);
  });

  test('a simulation that is off by the map’s own error is no discrepancy', () => {
    // The nominal shift and its 20 replicas have an error of 0.15, several times the statistical one.
    const tries = 150;
    const p = Array.from({ length: tries }, (_, i) => {
      const errors = normals(key.split('shift', i), 21).map((z) => 0.15 * z);
      const simulation = normals(key.split('simulation', i), 1000);
      const data = shifted(normals(key.split('data', i), 1000), 0);
      const replicas = [...errors.subarray(1)].map((e) => shifted(simulation, errors[0] + e));
      return pValue(shapeChi2(data, shifted(simulation, errors[0]), replicas));
    });
    // A covariance out of 20 replicas is itself known to a sixth, so not exactly 1 % lie below 0.01: at most 1 + 5 % (5 σ).
    expect(p.filter((v) => v < 0.01).length / tries).toBeLessThan(0.06);
    // Half of them lie below a half: ± 4 σ = 16 %, one false alarm in 16 000 seeds.
    expect(Math.abs(p.filter((v) => v < 0.5).length / tries - 0.5)).toBeLessThan(0.16);
  });
});
