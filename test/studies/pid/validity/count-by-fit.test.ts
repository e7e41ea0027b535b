import { expect, test } from 'vitest';
import { poissonNumbers } from '../../../../src/fit/poisson.js';
import { templateOf } from '../../../../src/fit/template-components.js';
import { seedKey, uniforms, type Key } from '../../../../src/stats/key.js';
import { countByFit } from '../../../../src/studies/pid/validity/count-by-fit.js';

const edges = [0, 0.25, 0.5, 0.75, 1];
const SHARES = { signal: [0.1, 0.2, 0.3, 0.4], qqbar: [0.4, 0.3, 0.2, 0.1] };
const [EVENTS, SIMULATED, TOYS] = [500, 200, 600];

/** Values in the bins, n of them. */
function drawn(key: Key, shares: readonly number[], n: number): Float64Array {
  return uniforms(key, n).map((u) => {
    let [bin, sum] = [0, shares[0]];
    while (u > sum && bin < 3) sum += shares[++bin];
    return edges[bin] + 0.125;
  });
}

test('the error of a yield holds the statistics of data and of the templates: 600 toys, 4 σ', () => {
  const names = ['signal', 'qqbar'] as const;
  const counts = Array.from({ length: TOYS }, (_, toy) => {
    const key = seedKey(77).split('toy', toy);
    const n = poissonNumbers(key.split('n'), [EVENTS, EVENTS]);
    const x = Float64Array.from(names.flatMap((name, k) => [...drawn(key.split(name), SHARES[name], n[k])]));
    const components = names.map((name) =>
      templateOf({ name, x: drawn(key.split(`simulated ${name}`), SHARES[name], SIMULATED) }, edges),
    );
    const templates = { edges, events: [SIMULATED, SIMULATED] };
    const found = countByFit(
      { components, signal: ['signal'], range: [0, 1], templates },
      x,
      x.map(() => 1),
    );
    if (!found) throw new Error('no fit');
    return found;
  });
  const mean = counts.reduce((s, c) => s + c.sumw, 0) / TOYS;
  const spread = Math.sqrt(counts.reduce((s, c) => s + (c.sumw - mean) ** 2, 0) / TOYS);
  const error = Math.sqrt(counts.reduce((s, c) => s + c.sumw2, 0) / TOYS);
  // σ of 600 toys is known to 2.9 %; without the templates' part the error is a third too small.
  expect(Math.abs(error / spread - 1)).toBeLessThan(0.115);
  expect(Math.abs(mean / EVENTS - 1)).toBeLessThan(0.03);
});

test('rows without any in the range count nothing, too few for a fit are not counted', () => {
  const components = [templateOf({ name: 'signal', x: Float64Array.of(0.1, 0.9) }, edges)];
  const twice = [...components, { ...components[0], name: 'again' }];
  const fit = { components, signal: ['signal'], range: [0, 1] as const };
  expect(countByFit(fit, Float64Array.of(2), Float64Array.of(1))).toMatchObject({ sumw: 0, sumw2: 0 });
  expect(countByFit({ ...fit, components: twice }, Float64Array.of(0.1), Float64Array.of(1))).toBeUndefined();
});
