import { describe, expect, it } from 'vitest';
import { smoothed } from '../../../src/studies/correction/density-curves.js';

describe('smoothed', () => {
  const counts = [0, 3, 9, 40, 12, 1, 0, 5];
  const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

  it('keeps the number of events', () => expect(sum(smoothed(counts, 12))).toBeCloseTo(sum(counts), 9));
  it('leaves a constant alone', () => expect(smoothed([2, 2, 2, 2], 9)).toEqual([2, 2, 2, 2]));

  // Variance of (1, 2, 1)/4 is ½ bin² a pass.
  it('is a bell of √(passes / 2) bins', () => {
    const spike = Array.from({ length: 101 }, (_, i) => (i === 50 ? 1 : 0));
    const bell = smoothed(spike, 12);
    expect(sum(bell.map((v, i) => v * (i - 50) ** 2))).toBeCloseTo(6, 9);
  });
});
