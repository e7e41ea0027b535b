import { describe, expect, it } from 'vitest';
import { sharedBinCovariance } from '../../src/hist/shared-bins.js';
import type { Estimate } from '../../src/hist/estimate.js';
import { normals, seedKey } from '../../src/stats/key.js';

const cells: Estimate[] = [0.9, 1.1, 1.0].map((value, i) => ({
  value,
  sources: {
    stat: { up: 0.02 * (i + 1), down: -0.02 * (i + 1) },
    'syst:model': { up: i === 1 ? -0.03 : 0.01, down: i === 1 ? 0.03 : -0.01 },
  },
}));
const occupancy = [Float64Array.of(10, 5, 0), Float64Array.of(0, 7, 2), Float64Array.of(3, 3, 3)];

describe('the covariance of sums weighted by one table', () => {
  it('is that of toys of the table', () => {
    const toys = 20_000;
    const z = normals(seedKey(6), 4 * toys);
    const found = new Float64Array(9);
    for (let t = 0; t < toys; t++) {
      const shift = cells.map(({ sources: s }, c) => s['stat'].up * z[4 * t + c] + s['syst:model'].up * z[4 * t + 3]);
      const sums = occupancy.map((n) => n.reduce((sum, k, c) => sum + k * shift[c], 0));
      for (let g = 0; g < 3; g++) for (let h = 0; h < 3; h++) found[3 * g + h] += (sums[g] * sums[h]) / toys;
    }
    const exact = sharedBinCovariance(occupancy, cells);
    exact.forEach((v, i) => {
      const scale = Math.sqrt(exact[4 * Math.floor(i / 3)] * exact[4 * (i % 3)]);
      // A covariance of 20 000 toys is known to √2/√20 000 = 1 % of √(V_g V_h) at most; 4.5σ.
      expect(Math.abs(found[i] - v)).toBeLessThan(0.045 * scale);
    });
  });

  it('adds up: the variance of a total is the sum of all covariances', () => {
    const total = sharedBinCovariance([Float64Array.of(13, 15, 5)], cells)[0];
    expect(sharedBinCovariance(occupancy, cells).reduce((a, b) => a + b, 0)).toBeCloseTo(total, 12);
  });

  it('does not care about cells that nobody uses', () => {
    const hole: Estimate = { value: NaN, sources: { stat: { up: NaN, down: NaN } } };
    const own = sharedBinCovariance([Float64Array.of(1, 0)], [cells[0], hole]);
    expect(own[0]).toBeCloseTo(0.02 ** 2 + 0.01 ** 2, 15);
    expect(() => sharedBinCovariance([Float64Array.of(1)], cells)).toThrow('one number a cell');
  });

  it('takes half the distance of the two sides of an error', () => {
    const sources = { stat: { up: 0.3, down: -0.1 }, 'syst:model': { up: 0.1, down: -0.5 } };
    const [variance] = sharedBinCovariance([Float64Array.of(2)], [{ value: 1, sources }]);
    expect(variance).toBeCloseTo((2 * 0.2) ** 2 + (2 * 0.3) ** 2, 14);
  });
});
