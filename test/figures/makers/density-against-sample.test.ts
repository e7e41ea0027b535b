import { describe, expect, it } from 'vitest';
import type { BarsLayer } from '../../../src/figures/figure.js';
import { binProbabilities, densityAgainstSample } from '../../../src/figures/makers/density-against-sample.js';
import { normals, seedKey } from '../../../src/stats/key.js';
import { edgesOf, histOf } from '../toy.js';

const x = Array.from({ length: 801 }, (_, i) => -4 + i / 100);
const y = x.map((v) => Math.exp(-0.5 * v * v) / Math.sqrt(2 * Math.PI));

describe('binProbabilities', () => {
  it('integrates the density, also between its own points', () => {
    // scipy 1.17.1: norm.cdf([-1, 0, 0.255, 1]) differences
    const found = binProbabilities({ x, y }, [-1, 0, 0.255, 1]);
    [0.341344746, 0.100638323, 0.240706424].forEach((p, i) => expect(found[i]).toBeCloseTo(p, 5));
  });

  it('is zero outside the curve', () => expect(binProbabilities({ x, y }, [5, 6])).toEqual([0]));
});

describe('densityAgainstSample', () => {
  const edges = edgesOf(-4, 4, 40);
  const sample = normals(seedKey(11), 20_000);
  const pulls = (weights?: Float64Array): number[] => {
    const figure = densityAgainstSample({
      name: 'x',
      sample: histOf(edges, sample, weights ? { weights } : {}),
      curve: { x, y },
    });
    const bars = figure.panels[2]?.layers.find((l) => l.kind === 'bars') as BarsLayer;
    return Array.from(bars.values).filter(Number.isFinite);
  };

  // χ² of about 37 bins: outside [15, 70] with probability 1e-3; the seed is fixed.
  it('has pulls of unit width for a true density', () => {
    const chi2 = pulls().reduce((sum, p) => sum + p * p, 0);
    expect(pulls().length).toBeGreaterThan(30);
    expect(chi2).toBeGreaterThan(15);
    expect(chi2).toBeLessThan(70);
  });

  it('has the same pulls when every event weighs 3', () => {
    const weighted = pulls(new Float64Array(sample.length).fill(3));
    pulls().forEach((p, i) => expect(weighted[i]).toBeCloseTo(p, 9));
  });
});
