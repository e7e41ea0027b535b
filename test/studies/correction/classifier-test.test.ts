import { describe, expect, test } from 'vitest';
import { normals, seedKey, uniforms } from '../../../src/stats/key.js';
import { normalCdf } from '../../../src/stats/special/erf.js';
import { classifierAuc, type ClassifiedSample } from '../../../src/studies/correction/classifier-test.js';

const key = seedKey(131).split('classifier test');
const N = 2500;
const options = (name: string) => ({ key: key.split(name), threads: 1, quick: true });

/** A normal variable at `mean`, and a given column that says nothing. */
function sample(name: string, mean: number, weight: (u: number) => number = () => 1): ClassifiedSample {
  return {
    variables: [normals(key.split(`${name} x`), N).map((z) => mean + z)],
    given: [normals(key.split(`${name} given`), N)],
    weights: uniforms(key.split(`${name} weights`), N).map(weight),
  };
}

describe('the area under the curve', () => {
  test('is ½ for equal samples', async () => {
    const { value, error } = await classifierAuc(sample('a', 0), sample('b', 0), options('equal'));
    // σ = √((2N + 1)/(12N²)) = 0.0082 (Mann–Whitney); 4 σ: one false alarm in 16 000 seeds.
    expect(Math.abs(value - 0.5)).toBeLessThan(4 * 0.0082);
    expect(error).toBeGreaterThan(0.006);
    expect(error).toBeLessThan(0.011);
  });

  test.each([0.5, 1.5])('of two normals %d apart is Φ(d/√2)', async (d) => {
    const { value, error } = await classifierAuc(sample('c', d), sample('d', 0), options(`apart ${d}`));
    // scipy 1.17.1: scipy.stats.norm.cdf(0.5 / 2**.5) = 0.6381631950841185, scipy.stats.norm.cdf(1.5 / 2**.5) = 0.8555778168267576
    const exact = normalCdf(d / Math.SQRT2);
    expect(exact).toBeCloseTo(d === 0.5 ? 0.6381631950841185 : 0.8555778168267576, 10);
    // A network of a few epochs loses little: 0.01, and 4 σ.
    expect(value).toBeLessThan(exact + 4 * error);
    expect(value).toBeGreaterThan(exact - 4 * error - 0.01);
  });

  test('sees what only variable and given column together tell', async () => {
    const turned = (name: string, sign: number): ClassifiedSample => {
      const { variables, given, weights } = sample(name, 0);
      return { variables: [variables[0].map((x, i) => 0.6 * x + sign * 0.8 * given[0][i])], given, weights };
    };
    const { value } = await classifierAuc(turned('e', 1), turned('f', -1), options('turned'));
    expect(value).toBeGreaterThan(0.75);
  });

  test('does not depend on the scale of either sample’s weights', async () => {
    const [a, b] = [sample('g', 0.7), sample('h', 0)];
    const plain = await classifierAuc(a, b, options('scale'));
    const heavy = await classifierAuc(a, { ...b, weights: b.weights.map((w) => 1000 * w) }, options('scale'));
    expect(Math.abs(heavy.value - plain.value)).toBeLessThan(0.01);
  });

  test('weights of either sign: simulation that weights make equal to data is not told apart', async () => {
    // A quarter of the simulated events are a lump at 4 that events of weight −1 take away again.
    const lump = sample('lump', 4);
    const half = N >> 1;
    const b = sample('k', 0);
    const x = Float64Array.of(...b.variables[0], ...lump.variables[0]);
    const contaminated = {
      variables: [x],
      given: [Float64Array.of(...b.given[0], ...lump.given[0])],
      weights: Float64Array.from(x, (_, i) => (i < N ? 1 : i < N + half ? 1 : -1)),
    };
    const { value } = await classifierAuc(sample('l', 0), contaminated, options('signs'));
    // N more events that cancel widen σ from 0.0082 to 0.0116.
    expect(Math.abs(value - 0.5)).toBeLessThan(4 * 0.0116);
  });

  test('same key, same number', async () => {
    const run = () => classifierAuc(sample('m', 1), sample('n', 0), options('same'));
    expect(await run()).toEqual(await run());
  });
});
