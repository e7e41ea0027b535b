import { describe, expect, it } from 'vitest';
import { cropped, curveAt } from '../../../src/figures/makers/curves.js';

const line = { x: [0, 1, 3, 4], y: [0, 2, 6, 8] };

describe('curveAt', () => {
  it('goes through its points and straight between them', () =>
    [0, 0.25, 1, 2, 3.9, 4].forEach((t) => expect(curveAt(line, t)).toBeCloseTo(2 * t, 12)));

  it('keeps its end values beyond its ends', () => {
    expect(curveAt(line, -5)).toBe(0);
    expect(curveAt(line, 9)).toBe(8);
  });
});

describe('cropped', () => {
  it('leaves a curve inside the range as it is', () => expect(cropped(line, [-1, 5])).toMatchObject(line));

  it('ends on the curve at both ends of the range, bands included', () => {
    const { x, y, low, high } = cropped({ ...line, low: [-1, 1, 5, 7], high: [1, 3, 7, 9] }, [0.5, 3.5]);
    expect(x).toEqual([0.5, 1, 3, 3.5]);
    expect(y).toEqual([1, 2, 6, 7]);
    expect(low).toEqual([0, 1, 5, 6]);
    expect(high).toEqual([2, 3, 7, 8]);
  });

  it('adds no end where the curve does not reach it', () => expect(cropped(line, [-1, 2]).x).toEqual([0, 1, 2]));
});
