import { describe, expect, it } from 'vitest';
import { approximationValues, hatMasses } from '../../src/density/approximation.js';
import { fillCounts, emptyCounts, placesOn } from '../../src/density/fill-grid.js';
import { slotCount, type GridAxis } from '../../src/density/grid-axis.js';
import { integrateLast } from '../../src/density/grid.js';
import { relativeDensity, type KernelOptions } from '../../src/density/relative-density.js';
import { convolveAxis, epanechnikov, parabolaAxis } from '../../src/density/smooth.js';
import { normals, seedKey, uniforms } from '../../src/stats/key.js';
import { plainAxis } from './toys.js';

const atoms = [{ value: 0, mass: 0.2 }];
const grids: Record<string, GridAxis[]> = {
  'one axis': [plainAxis('x', 41)],
  'two axes': [plainAxis('x', 17), plainAxis('y', 23)],
  'three axes, one with an atom': [plainAxis('x', 9), plainAxis('y', 8), plainAxis('z', 11, 0, 1, { atoms })],
};
const ways: Record<string, Omit<KernelOptions, 'widths'>> = {
  product: {},
  radial: { kernel: 'radial' },
  'adaptive product': { adaptive: true },
  'adaptive radial': { kernel: 'radial', adaptive: true },
};

describe('relative kernel density: where the truth is the approximation, nothing is biased', () => {
  for (const [shape, axes] of Object.entries(grids))
    for (const [way, options] of Object.entries(ways))
      it(`${way}, ${shape}: exact at every node, boundaries included, whatever the widths`, () => {
        const size = axes.reduce((n, a) => n * slotCount(a), 1);
        const truth = Float64Array.from({ length: size }, (_, i) => 1 + (i % 7) + Math.sin(i));
        const expected = hatMasses(truth, axes).map((m) => 50 * m);
        for (const width of [0.13, 0.6]) {
          const widths = axes.map(() => width);
          const found = relativeDensity(expected, axes, { ...options, widths, approximation: { values: truth } });
          found.forEach((v, i) => expect(v / truth[i]).toBeCloseTo(50, 9));
        }
      });

  it('keeps a uniform density up to the boundary, where a plain kernel would lose half of it', () => {
    const axis = plainAxis('x', 51);
    const counts = hatMasses(new Float64Array(51).fill(1), [axis]);
    const found = relativeDensity(counts, [axis], { widths: [0.2], approximation: 'uniform' });
    found.forEach((v) => expect(v).toBeCloseTo(1, 12));
  });

  it('bends a linear density at the boundary by 3/8 of slope × width with a uniform approximation, by nothing with a histogram', () => {
    const axis = plainAxis('x', 401);
    const linear = Float64Array.from(axis.nodes, (x) => 0.4 + 1.2 * x);
    const counts = hatMasses(linear, [axis]).map((m) => 1e5 * m);
    const h = 0.1;
    const uniform = relativeDensity(counts, [axis], { widths: [h], approximation: 'uniform' }).map((v) => v / 1e5);
    // ∫₀¹ (1 − u²) u du / ∫₀¹ (1 − u²) du = 3/8
    expect(uniform[0] - linear[0]).toBeCloseTo((3 / 8) * 1.2 * h, 3);
    expect(uniform[200]).toBeCloseTo(linear[200], 10);
    const twice = relativeDensity(counts, [axis], { widths: [h], approximation: 'uniform', refinements: 1 });
    expect(Math.abs(twice[0] / 1e5 - linear[0])).toBeLessThan(0.6 * Math.abs(uniform[0] - linear[0]));
    const better = relativeDensity(counts, [axis], { widths: [h], approximation: 'histogram' }).map((v) => v / 1e5);
    expect(Math.abs(better[0] - linear[0])).toBeLessThan(2e-3 * linear[0]);
    expect(Math.abs(better[400] - linear[400])).toBeLessThan(2e-3 * linear[400]);
  });

  it('agrees with the formula event by event: f₀ Σ w K / (f₀ ∗ K), weights of either sign', () => {
    const n = 400;
    const x = uniforms(seedKey(5), n).map((u) => u * u);
    const w = uniforms(seedKey(6), n).map((u) => (u < 0.2 ? -0.5 : 1));
    const axis = plainAxis('x', 801);
    const counts = emptyCounts([axis]);
    fillCounts(counts, [axis], [placesOn(axis, x)], w);
    const h = 0.15;
    const found = relativeDensity(counts.sumw, [axis], { widths: [h], approximation: 'uniform' });
    for (const at of [0, 40, 200, 400, 700, 800]) {
      const x0 = axis.nodes[at];
      const above = x.reduce((s, v, i) => s + w[i] * Math.max(0, 1 - ((v - x0) / h) ** 2), 0);
      const primitive = (u: number): number => u - u ** 3 / 3;
      const below = h * (primitive(Math.min(1, (1 - x0) / h)) - primitive(Math.max(-1, -x0 / h)));
      // Sharing events among nodes moves them by less than a step: 1/800 against a width of 120 steps.
      expect(found[at]).toBeCloseTo(above / below, 0);
      expect(Math.abs(found[at] - above / below)).toBeLessThan(2e-3 * n);
    }
  });

  it('spreads node by node as it does axis by axis', () => {
    const axes = [plainAxis('x', 12), plainAxis('y', 9, 0, 1, { atoms })];
    const counts = uniforms(seedKey(1), 12 * 10).map((u) => Math.floor(u * 5));
    const values = approximationValues('factorised', counts, axes);
    const options = { widths: [0.3, 0.4], approximation: { values } };
    const fast = relativeDensity(counts, axes, options);
    // A scale of 1 everywhere: the pilot of an adaptive density that is flat.
    const flat = hatMasses(values, axes);
    const adaptive = relativeDensity(flat, axes, { ...options, approximation: { values }, adaptive: false });
    adaptive.forEach((v, i) => expect(v / values[i]).toBeCloseTo(1, 9));
    expect(integrateLast(fast, axes, 2)[0]).toBeGreaterThan(0);
  });
});

describe('wide kernels', () => {
  it('summed by moments are the kernels summed one by one, and leave nothing where there is nothing', () => {
    const axes = [plainAxis('x', 3), plainAxis('y', 300, 0, 1, { atoms })];
    const values = uniforms(seedKey(4), 3 * 301).map((u, i) => (i % 301 > 40 && i % 301 < 90 ? u - 0.3 : 0));
    const moments = parabolaAxis(values, axes, 1, 55.3);
    const plain = convolveAxis(values, axes, 1, epanechnikov(55.3, 1), 'cut');
    moments.forEach((v, i) => expect(Math.abs(v - plain[i])).toBeLessThan(1e-11));
    expect(moments.filter((v) => v === 0)).toHaveLength(plain.filter((v) => v === 0).length);
  });
});

describe('adaptive widths', () => {
  it('describe a narrow peak on a wide one better than fixed widths do', () => {
    const n = 4000;
    const z = normals(seedKey(2), n);
    const narrow = (i: number): boolean => i % 2 === 0;
    const x = z.map((v, i) => (narrow(i) ? 0.3 + 0.01 * v : 0.6 + 0.12 * v)).map((v) => Math.min(1, Math.max(0, v)));
    const axis = plainAxis('x', 401);
    const counts = emptyCounts([axis]);
    fillCounts(counts, [axis], [placesOn(axis, x)]);
    const normal = (v: number, m: number, s: number): number =>
      Math.exp(-0.5 * ((v - m) / s) ** 2) / (s * Math.sqrt(2 * Math.PI));
    const error = (adaptive: boolean): number => {
      const found = relativeDensity(counts.sumw, [axis], { widths: [0.04], approximation: 'uniform', adaptive });
      return found.reduce((s, v, i) => {
        const truth = 0.5 * (normal(axis.nodes[i], 0.3, 0.01) + normal(axis.nodes[i], 0.6, 0.12));
        return s + (v / n - truth) ** 2 / 400;
      }, 0);
    };
    expect(error(true)).toBeLessThan(0.7 * error(false));
  });
});
