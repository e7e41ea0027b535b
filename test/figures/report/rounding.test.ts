import { describe, expect, it } from 'vitest';
import { formatEstimate, formatNumber, pdgDecimals } from '../../../src/figures/report/rounding.js';

describe('pdgDecimals', () => {
  // The three examples of the Review of Particle Physics, Introduction, 5.3: 0.827 ± 0.119 → 0.83 ± 0.12,
  // 0.827 ± 0.367 → 0.8 ± 0.4; and 950–999 rounds up to 1000, keeping two digits.
  it.each([
    [0.119, 2],
    [0.367, 1],
    [0.0967, 2],
    [0.354, 2],
    [0.355, 1],
    [0.949, 1],
    [0.95, 1],
    [35.4, 0],
    [367, -2],
    [1190, -2],
  ])('%f is written with %i decimals', (error, decimals) => expect(pdgDecimals(error)).toBe(decimals));
});

describe('formatEstimate', () => {
  it.each([
    [{ value: 0.827, error: 0.119 }, '0.83 ± 0.12'],
    [{ value: 0.827, error: 0.367 }, '0.8 ± 0.4'],
    [{ value: 14.674, error: 0.964 }, '14.7 ± 1.0'],
    [{ value: -0.0004, error: 0.02 }, '0.000 ± 0.020'],
    [{ value: 20209.1, error: 228.3 }, '20\u202f210 ± 230'],
    [{ value: 0.02473, up: 0.00312, down: 0.00214 }, '0.0247^{+0.0031}_{−0.0021}'],
    [{ value: 0.5, up: 0.0101, down: 0.0099 }, '0.500 ± 0.010'],
    [{ value: 1.2342e-7, error: 3.1e-9 }, '(1.234 ± 0.031)×10^{−7}'],
    [{ value: 3.2e7, error: 4e5 }, '(3.20 ± 0.04)×10^{7}'],
    [{ value: 1.5, error: 0 }, '1.5 ± 0'],
    [{ value: 1.5, error: Number.NaN }, '1.5'],
    [100_000, '100\u202f000'],
  ])('%j is %s', (estimate, text) => expect(formatEstimate(estimate)).toBe(text));
});

describe('formatNumber', () => {
  it.each([
    [0.0123456, '0.01235'],
    [-3, '−3'],
    [1234.5678, '1235'],
    [1e-9, '1×10^{−9}'],
    [Number.POSITIVE_INFINITY, '∞'],
    [Number.NaN, 'not a number'],
  ])('%f is %s', (value, text) => expect(formatNumber(value)).toBe(text));
});
