import { describe, expect, it } from 'vitest';
import { rocBand, rocSources } from '../../src/hist/roc-systematics.js';
import type { Sums } from '../../src/hist/cell-counts.js';
import { rocOfSums } from '../../src/hist/roc.js';
import { normalCdf } from '../../src/stats/special/erf.js';

const edges = Array.from({ length: 601 }, (_, i) => -3 + i / 60);
const N = 1e5;

/** What N events of a normal distribution of width 1 are expected to put into the bins. */
function normalSums(mean: number): Sums {
  const below = [...edges.map((t) => normalCdf(t - mean)), 1];
  const sumw = Float64Array.from(below, (v, i) => N * (v - (i ? below[i - 1] : 0)));
  return { sumw, sumw2: sumw, entries: sumw, negative: new Float64Array(sumw.length) };
}
const curveOf = (signal: number, background: number) => rocOfSums(edges, normalSums(signal), normalSums(background));
const nominal = curveOf(2, 0);
const middle = edges.flatMap((t, i) => (t > -1 && t < 3 ? [i] : []));

describe('what moves a ROC curve', () => {
  it('is nothing where the other weights make the same curve', () => {
    const { sources } = rocSources(nominal, { same: { up: curveOf(2, 0) } });
    for (const of of ['efficiency', 'fakeRate', 'curve'] as const)
      for (const side of ['up', 'down'] as const)
        expect(Math.max(...sources['syst:same'][of][side].map(Math.abs))).toBe(0);
    const all = rocBand(rocSources(nominal, { same: { up: curveOf(2, 0) } }), 'curve');
    expect(all).toEqual(rocBand(rocSources(nominal), 'curve'));
  });

  it('is a better separation: Φ(d + Φ⁻¹(f)) at each fake rate f, area Φ(d/√2)', () => {
    const { curve, efficiency, auc } = rocSources(nominal, { better: { up: curveOf(2.1, 0), down: curveOf(1.8, 0) } })
      .sources['syst:better'];
    for (const i of middle) {
      expect(curve.up[i]).toBeCloseTo(normalCdf(2.1 - edges[i]) - normalCdf(2 - edges[i]), 4);
      expect(curve.down[i]).toBeCloseTo(normalCdf(1.8 - edges[i]) - normalCdf(2 - edges[i]), 4);
      expect(efficiency.up[i]).toBeCloseTo(curve.up[i], 4);
    }
    expect(auc.up).toBeCloseTo(normalCdf(2.1 / Math.SQRT2) - normalCdf(Math.SQRT2), 5);
    expect(auc.down).toBeCloseTo(normalCdf(1.8 / Math.SQRT2) - normalCdf(Math.SQRT2), 5);
  });

  it('is not what moves both rates along the curve', () => {
    const { curve, efficiency, fakeRate, auc } = rocSources(nominal, { scale: { up: curveOf(2.2, 0.2) } }).sources[
      'syst:scale'
    ];
    for (const i of middle) expect(Math.abs(curve.up[i])).toBeLessThan(1e-4);
    expect(Math.max(...efficiency.up)).toBeGreaterThan(0.07);
    expect(Math.max(...fakeRate.up)).toBeGreaterThan(0.07);
    expect(Math.abs(auc.up)).toBeLessThan(1e-5);
  });

  it('is mirrored without a down, and one source of many replicas by their root mean square', () => {
    const better = curveOf(2.1, 0);
    const one = rocSources(nominal, { w: { up: better } }).sources['syst:w'];
    const pair = rocSources(nominal, { 'w[0]': { up: better }, 'w[1]': { up: nominal } }).sources;
    expect(Object.keys(pair)).toEqual(['stat', 'syst:w']);
    for (const i of middle) {
      expect(one.curve.down[i]).toBe(-one.curve.up[i]);
      expect(pair['syst:w'].curve.up[i]).toBeCloseTo(one.curve.up[i] / Math.SQRT2, 12);
    }
    expect(pair['syst:w'].auc).toEqual({
      up: expect.closeTo(one.auc.up / Math.SQRT2, 12) as number,
      down: expect.closeTo(-one.auc.up / Math.SQRT2, 12) as number,
    });
  });

  it('has both errors of counts in the statistical band, that of the fake rate by the slope', () => {
    const { up } = rocBand(rocSources(nominal), 'curve');
    for (const i of middle) {
      const [e, f] = [nominal.efficiency[i], nominal.fakeRate[i]];
      const slope = Math.exp(-((edges[i] - 2) ** 2) / 2 + edges[i] ** 2 / 2);
      const expected = Math.sqrt((e * (1 - e)) / N + (slope ** 2 * f * (1 - f)) / N);
      expect(up[i] / expected).toBeGreaterThan(0.8);
      expect(up[i] / expected).toBeLessThan(1.25);
    }
  });

  it('is told by name where other weights make no curve', () => {
    const { sources, flags } = rocSources(nominal, { none: {}, w: { up: curveOf(2.1, 0) } });
    expect(flags).toEqual(['empty:none']);
    expect(Object.keys(sources)).toEqual(['stat', 'syst:w']);
  });
});
