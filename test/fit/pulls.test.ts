import { afterAll, expect, test } from 'vitest';
import { singlePdf } from '../../src/fit/compose/single.js';
import { exponential } from '../../src/fit/densities/exponential.js';
import { gaussian } from '../../src/fit/densities/gaussian.js';
import { fitModel } from '../../src/fit/fit-model.js';
import { openKernels } from '../../src/fit/kernels.js';
import { singleModel } from '../../src/fit/model.js';
import { poissonNumbers } from '../../src/fit/poisson.js';
import { normals, seedKey, uniforms } from '../../src/stats/key.js';

const kernels = openKernels();
afterAll(() => kernels.close());

// Means have an error 1/√n and widths 1/√(2n): with 4.5 of these, eight comparisons together fail by chance once in 18 000.
// Beyond, a bias of a fifth of 1/√(events) is allowed: the estimates are unbiased only for many events.
const TOYS = Number(process.env['DATAMC_TOYS'] ?? 250);

test(`pulls over ${TOYS} toys: mean 0 and width 1`, async () => {
  const range = [0, 10] as const;
  const model = singleModel([
    { name: 's', pdf: singlePdf(gaussian(range), 'x') },
    { name: 'b', pdf: singlePdf(exponential(range), 'x') },
  ]);
  const truth = { ns: 600, nb: 400, mean: 4, sigma: 0.6, slope: -0.2 };
  const pulls: Record<string, number[]> = { ns: [], nb: [], mean: [], sigma: [] };
  const key = seedKey(2024);
  for (let t = 0; t < TOYS; t++) {
    const [ns, nb] = poissonNumbers(key.split('size', t), [truth.ns, truth.nb]);
    const signal = normals(key.split('signal', t), ns).map((z) => truth.mean + truth.sigma * z);
    // The inverse of an exponential's cumulative on [0, 10].
    const background = uniforms(key.split('background', t), nb).map(
      (u) => Math.log(1 - u * (1 - Math.exp(10 * truth.slope))) / truth.slope,
    );
    const x = Float64Array.from([...signal, ...background]);
    const fit = await fitModel(model, { columns: { x } }, { kernels, goodness: false });
    expect(fit.status).toBe('converged');
    const add = (name: string, { value, error }: { value: number; error: number }, of: number): void =>
      void pulls[name].push((value - of) / error);
    add('ns', fit.yields['s'], truth.ns);
    add('nb', fit.yields['b'], truth.nb);
    add('mean', fit.parameters['s.mean'], truth.mean);
    add('sigma', fit.parameters['s.sigma'], truth.sigma);
  }
  for (const [name, values] of Object.entries(pulls)) {
    const mean = values.reduce((a, b) => a + b, 0) / TOYS;
    const width = Math.sqrt(values.reduce((a, b) => a + (b - mean) ** 2, 0) / (TOYS - 1));
    const bias = 0.2 / Math.sqrt(600) + 0.05;
    expect(Math.abs(mean), `mean of ${name}`).toBeLessThan(4.5 / Math.sqrt(TOYS) + bias);
    expect(Math.abs(width - 1), `width of ${name}`).toBeLessThan(4.5 / Math.sqrt(2 * TOYS) + 0.02);
  }
}, 120_000);
