import { describe, expect, it } from 'vitest';
import { normals, seedKey } from '../../../src/stats/key.js';
import {
  cellCount,
  cellEdges,
  effectiveEvents,
  judgementAxis,
  quantileOf,
} from '../../../src/studies/correction/bins.js';

const key = seedKey(41);
const variable = { column: 'x', transform: 'none' as const };
const ones = (n: number): Float64Array => new Float64Array(n).fill(1);
const sample = (n: number, name = 'a') => ({ values: normals(key.split(name), n), weights: ones(n) });
const axis = (n: number, parts = 1): number[] => [...judgementAxis(variable, sample(n), sample(n, 'b'), parts)];

describe('quantileOf', () => {
  const values = Float64Array.of(0.3, -1.2, 0.8, 2.1, -0.4, 7);

  it('gives values of the sample, whatever its order', () => {
    const shuffled = { values: Float64Array.of(5, 1, 4, 2, 3), weights: ones(5) };
    expect(quantileOf(shuffled, [0, 0.2, 0.21, 0.5, 0.8, 1])).toEqual([1, 1, 2, 3, 4, 5]);
  });

  it('gives the same numbers as numpy', () => {
    // numpy 2.4.6: numpy.quantile([.3, -1.2, .8, 2.1, -.4, 7], [.1, .25, .5, .6, .9], method='inverted_cdf')
    expect(quantileOf({ values, weights: ones(6) }, [0.1, 0.25, 0.5, 0.6, 0.9])).toEqual([-1.2, -0.4, 0.3, 0.8, 7]);
    // … [.1, .25, .5, .7, .9], method='inverted_cdf', weights=[1, 2, .5, 1, 3, .5])
    const weights = Float64Array.of(1, 2, 0.5, 1, 3, 0.5);
    expect(quantileOf({ values, weights }, [0.1, 0.25, 0.5, 0.7, 0.9])).toEqual([-1.2, -1.2, -0.4, 0.3, 2.1]);
  });

  it('counts a negative weight by its size', () => {
    const signed = { values: Float64Array.of(1, 2, 3), weights: Float64Array.of(1, -3, 1) };
    expect(quantileOf(signed, [0.2, 0.5, 0.8, 0.81])).toEqual([1, 2, 2, 3]);
  });
});

describe('judgementAxis', () => {
  it.each([200, 600, 5000, 30_000, 200_000])('has equal bins of a round width for %i events', (n) => {
    const edges = axis(n);
    const width = edges[1] - edges[0];
    const mantissa = width / 10 ** Math.floor(Math.log10(width) + 1e-9);
    expect([1, 2, 2.5, 5].some((m) => Math.abs(mantissa / m - 1) < 1e-9)).toBe(true);
    edges.slice(1).forEach((edge, i) => expect(edge - edges[i]).toBeCloseTo(width, 9));
    edges.forEach((edge) => expect(edge / width).toBeCloseTo(Math.round(edge / width), 9));
  });

  it('has more bins for more events, and as many for cells as their share of events deserves', () => {
    const counts = [200, 2000, 30_000].map((n) => axis(n).length);
    expect(counts).toEqual([...counts].sort((a, b) => a - b));
    expect(counts[0]).toBeLessThan(20);
    expect(counts[2]).toBeGreaterThan(35);
    expect(axis(30_000, 6).length).toBeLessThan(counts[2]);
  });

  it('is not stretched by outliers', () => {
    const { values, weights } = sample(1000);
    values[3] = 1e6;
    values[4] = -1e6;
    const edges = judgementAxis(variable, { values, weights }, sample(1000, 'b'));
    expect(edges[0]).toBeGreaterThan(-6);
    expect(edges[edges.length - 1]).toBeLessThan(6);
  });

  it('counts effective events: a sample of large weights has the bins of a small one', () => {
    const { values } = sample(20_000);
    const weights = Float64Array.from(values, (_, i) => (i % 100 ? 1e-3 : 1));
    expect(effectiveEvents(weights)).toBeLessThan(300);
    expect(judgementAxis(variable, { values, weights }, { values, weights }).length).toBeLessThan(axis(2000).length);
  });

  it('puts whole numbers in the middle of bins', () => {
    const values = Float64Array.from({ length: 500 }, (_, i) => 2 + (i % 5));
    const hits = { values, weights: ones(500) };
    expect([...judgementAxis(variable, hits, hits)]).toEqual([1.5, 2.5, 3.5, 4.5, 5.5, 6.5]);
  });

  it('gives a constant column one bin', () => {
    const constant = { values: new Float64Array(50).fill(3), weights: ones(50) };
    expect([...judgementAxis({ ...variable, transform: 'asinh' }, constant, constant)]).toEqual([2.5, 3.5]);
  });

  it('gives a constant column one bin in bins by quantiles too', () => {
    const constant = { values: new Float64Array(50).fill(3), weights: ones(50) };
    expect([...judgementAxis({ ...variable, bins: { quantiles: 4 } }, constant, constant)]).toEqual([2.5, 3.5]);
  });

  it('does not depend on which sample is which', () => {
    const [a, b] = [sample(3000), { ...sample(2000, 'b'), values: sample(2000, 'b').values.map((v) => v + 1) }];
    expect(judgementAxis(variable, b, a)).toEqual(judgementAxis(variable, a, b));
  });

  it('takes the bins of the study file: edges, a regular axis, a logarithmic one', () => {
    const own = (bins: NonNullable<Parameters<typeof judgementAxis>[0]['bins']>): number[] => [
      ...judgementAxis({ ...variable, bins }, sample(100), sample(100)),
    ];
    expect(own({ edges: [0, 1, 5] })).toEqual([0, 1, 5]);
    expect(own({ from: 0, to: 4, bins: 2, log: false })).toEqual([0, 2, 4]);
    // numpy.geomspace(0.1, 100, 4)
    own({ from: 0.1, to: 100, bins: 3, log: true }).forEach((e, i) => expect(e / 10 ** (i - 1)).toBeCloseTo(1, 12));
  });

  it('cuts the data into equal numbers of events on request, and takes edges that repeat once', () => {
    const bins = { quantiles: 4 };
    const data = sample(5000);
    const edges = judgementAxis({ ...variable, bins }, data, sample(10));
    expect(edges).toHaveLength(5);
    edges.slice(1).forEach((high, i) => {
      const inside = data.values.filter((v) => v > edges[i] && v <= high).length;
      expect(Math.abs(inside - 1250)).toBeLessThanOrEqual(1);
    });
    const counts = { values: Float64Array.of(0, 0, 0, 0, 0, 0, 1, 1, 2, 3), weights: ones(10) };
    expect([...judgementAxis({ ...variable, bins: { quantiles: 5 } }, counts, sample(10))]).toEqual([0, 1, 3]);
  });
});

describe('cellEdges', () => {
  const pt = { column: 'pt', transform: 'log' as const, label: 'p_{T}', unit: 'GeV' };
  const data = { values: sample(6000).values.map((z) => 1.8 + 0.5 * z), weights: ones(6000) };

  it('is open at both ends, and has round edges in the unit of the column', () => {
    const edges = cellEdges(pt, data, 6);
    expect(edges).toHaveLength(7);
    expect([edges[0], edges[6]]).toEqual([-Infinity, Infinity]);
    edges.slice(1, -1).forEach((edge) => {
      const value = Number(Math.exp(edge).toPrecision(10));
      expect(Number(value.toPrecision(2))).toBe(value);
    });
  });

  // Rounding moves an edge by at most 5 %, a tenth of the width of the distribution: shares of a sixth stay within 0.05.
  it('cuts the events into nearly equal parts', () => {
    const edges = cellEdges(pt, data, 6);
    const shares = edges.slice(1).map((e, i) => data.values.filter((v) => v >= edges[i] && v < e).length / 6000);
    shares.forEach((share) => expect(Math.abs(share - 1 / 6)).toBeLessThan(0.05));
  });

  it('keeps close edges apart', () => {
    const close = { values: data.values.map((v) => Math.log(1000 + v)), weights: data.weights };
    const edges = cellEdges(pt, close, 4);
    expect(new Set(edges).size).toBe(5);
  });
});

it('cuts few events into few cells', () => {
  expect([600, 1500, 9000].map((n) => cellCount(ones(n), ones(2 * n)))).toEqual([3, 4, 6]);
  expect(cellCount(ones(10), ones(10_000))).toBe(2);
});
