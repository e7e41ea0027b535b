import { describe, expect, it } from 'vitest';
import type { PointsLayer } from '../../../src/figures/figure.js';
import type { Bins } from '../../../src/figures/makers/bins.js';
import { dataErrors } from '../../../src/figures/makers/data-errors.js';
import { dataSimulation } from '../../../src/figures/makers/data-simulation.js';
import { ratioRange, splitRatio } from '../../../src/figures/makers/ratio.js';
import { axisTicks } from '../../../src/figures/ticks.js';
import { histOf } from '../toy.js';

const bins = (values: number[], variances = values): Bins => ({
  edges: values.map((_, i) => i).concat(values.length),
  values,
  variances,
});

describe('dataErrors', () => {
  // scipy 1.17.1: chi2.ppf(norm.sf(1), 2*n)/2, chi2.isf(norm.sf(1), 2*n+2)/2
  it.each([
    [1, 0.172753779, 3.299526557],
    [3, 1.367295306, 5.918185833],
    [12, 8.584734006, 16.559819057],
    [150, 137.766211352, 163.274689395],
  ])('of %i counts is the Garwood interval', (n, low, high) => {
    const errors = dataErrors(bins([n]));
    expect(n - (errors.low[0] ?? 0)).toBeCloseTo(low, 6);
    expect(n + (errors.high[0] ?? 0)).toBeCloseTo(high, 6);
  });

  it('of weighted bins is that of the effective count, scaled', () => {
    // 12 events of weight 2.5
    const weighted = dataErrors(bins([30], [75]));
    const counts = dataErrors(bins([12]));
    expect(weighted.high[0]).toBeCloseTo(2.5 * (counts.high[0] ?? 0), 9);
    expect(weighted.low[0]).toBeCloseTo(2.5 * (counts.low[0] ?? 0), 9);
  });

  it('of bins that are not positive is the root of the variance', () => {
    expect(dataErrors(bins([-2, 0], [4, 0]))).toEqual({ low: [2, 0], high: [2, 0] });
  });
});

describe('splitRatio', () => {
  const data = bins([10, 40, 0, 5]);
  const errors = { low: [3, 6, 0, 2], high: [4, 7, 0, 3] };
  const split = splitRatio(data, errors, { bins: bins([20, 32, 8, 0], [16, 64, 4, 0]), color: '' });

  it('gives the points the error of the data alone', () => {
    expect(split.ratio).toEqual([0.5, 1.25, Number.NaN, Number.NaN]);
    expect(split.low.slice(0, 2)).toEqual([0.15, 6 / 32]);
    expect(split.high.slice(0, 2)).toEqual([0.2, 7 / 32]);
  });

  it('gives the band round 1 the error of the simulation alone', () => {
    expect(split.bandLow).toEqual([0.8, 0.75, 0.75, Number.NaN]);
    expect(split.bandHigh).toEqual([1.2, 1.25, 1.25, Number.NaN]);
  });

  it('flags data over nothing, and draws no ratio there', () => expect(split.flagged).toEqual([3.5]));

  it('adds variations in quadrature, each side for itself', () => {
    const { bandLow, bandHigh } = splitRatio(bins([10]), dataErrors(bins([10])), {
      bins: bins([10], [9]),
      color: '',
      low: [6],
      high: [10],
    });
    expect(bandLow[0]).toBeCloseTo(0.5, 12);
    expect(bandHigh[0]).toBeCloseTo(1.3, 12);
  });
});

describe('ratioRange', () => {
  const range = (ratio: number[], error: number) => ratioRange([{ ratio, high: ratio.map(() => error) }]);
  it('is narrow for good agreement and wide for bad', () => {
    expect(range([1.01, 0.99, 1.02], 0.01)).toEqual([0.88, 1.12]);
    expect(range([1.2, 0.85, 1.1], 0.05)).toEqual([0.64, 1.36]);
    expect(range([1.9, 0.2, 1.7], 0.05)).toEqual([0, 2.2]);
    expect(ratioRange([])).toEqual([0.4, 1.6]);
  });
});

it('ratio panels have labels on both sides of 1, whatever their range', () => {
  for (const half of [0.1, 0.2, 0.3, 0.5, 1])
    for (const length of [110, 130, 150]) {
      const domain = ratioRange([{ ratio: [1 + 0.9 * half, 1 - 0.9 * half], high: [0, 0] }]);
      const { major, labels } = axisTicks({}, domain, length, 20, 'y');
      const named = major.filter((_, i) => labels[i]);
      expect(named.some((v) => v < 1) && named.some((v) => v > 1), `±${half} on ${length}`).toBe(true);
    }
});

describe('dataSimulation', () => {
  const edges = [0, 1, 2, 4];
  const data = histOf(edges, [0.5, 0.5, 1.5, 3, 3, 3], { label: 'x', unit: 'GeV' });
  const simulation = histOf(edges, [0.5, 1.5, 3], { weights: [1, 1, 1] });
  const ratioOf = (options: Parameters<typeof dataSimulation>[0]): PointsLayer =>
    dataSimulation(options).panels[1]?.layers.find((l) => l.kind === 'points') as PointsLayer;
  const basic = { name: 'x', data, simulations: [{ hist: simulation, label: 'S' }] };

  it('scales the simulation to the data unless told not to', () => {
    expect(Array.from(ratioOf(basic).y)).toEqual([1, 0.5, 1.5]);
    expect(Array.from(ratioOf({ ...basic, normalise: 'none' }).y)).toEqual([2, 1, 3]);
  });

  it('divides by the width of unequal bins, which leaves the ratio alone', () => {
    const [main] = dataSimulation(basic).panels;
    const points = main?.layers.find((l) => l.kind === 'points') as PointsLayer;
    expect(Array.from(points.y)).toEqual([2, 1, 1.5]);
    expect(main?.y.label).toBe('Candidates / GeV');
    expect(Array.from(ratioOf({ ...basic, density: false }).y)).toEqual(Array.from(ratioOf(basic).y));
  });

  it('compares a stack as a sum', () => {
    const stack = ratioOf({
      ...basic,
      stack: true,
      normalise: 'none',
      simulations: [...basic.simulations, ...basic.simulations],
    });
    expect(Array.from(stack.y)).toEqual([1, 0.5, 1.5]);
  });

  it('draws a bin that reaches to infinity as wide as its neighbour', () => {
    const open = histOf([-Infinity, 0, 2, 4, Infinity], [-1, 1, 1, 9]);
    const points = dataSimulation({ name: 'x', data: open, simulations: [] }).panels[0]?.layers.at(-1) as PointsLayer;
    expect(Array.from(points.x)).toEqual([-1, 1, 3, 5]);
  });

  it('names the bins that do not fit', () => {
    const other = histOf([0, 1, 2, 5], [0.5]);
    expect(() => dataSimulation({ ...basic, simulations: [{ hist: other, label: 'Other' }] })).toThrow(
      '"Other" has other bins than the data',
    );
  });
});
