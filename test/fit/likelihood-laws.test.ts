import { afterAll, expect, test } from 'vitest';
import { singlePdf } from '../../src/fit/compose/single.js';
import { densityValues } from '../../src/fit/density-values.js';
import type { Density } from '../../src/fit/density.js';
import { argus } from '../../src/fit/densities/argus.js';
import { bernstein } from '../../src/fit/densities/bernstein.js';
import { breitWigner } from '../../src/fit/densities/breit-wigner.js';
import { chebyshev } from '../../src/fit/densities/chebyshev.js';
import { convolution } from '../../src/fit/densities/convolution.js';
import { crystalBall, doubleCrystalBall } from '../../src/fit/densities/crystal-ball.js';
import { doubleGaussian } from '../../src/fit/densities/double-gaussian.js';
import { exponential } from '../../src/fit/densities/exponential.js';
import { gaussian } from '../../src/fit/densities/gaussian.js';
import { johnson } from '../../src/fit/densities/johnson.js';
import { voigt } from '../../src/fit/densities/voigt.js';
import { openKernels } from '../../src/fit/kernels.js';
import { singleModel } from '../../src/fit/model.js';
import type { Pdf } from '../../src/fit/pdf.js';
import { buildPdf } from '../../src/fit/pdf-spec.js';
import { parsePdf } from '../../src/studies/pid/schema/pdf-schema.js';
import { prepare } from '../../src/fit/prepare.js';
import { numberAlgebra } from '../../src/fit/number-algebra.js';
import { seedKey, uniforms } from '../../src/stats/key.js';

const range = [0, 10] as const;
const single = (density: Density): Pdf => singlePdf(density, 'm');

/** Densities at parameters where nothing is special. */
const cases: readonly (readonly [Pdf, readonly number[]])[] = [
  [single(gaussian(range)), [4.2, 1.3]],
  [doubleGaussian(range, 'm'), [4.2, 0.7, 2.1, 0.6]],
  [single(exponential(range)), [-0.3]],
  [single(crystalBall(range)), [4.2, 0.9, 1.1, 2.6]],
  [single(crystalBall(range, 'right')), [4.2, 0.9, 1.1, 2.6]],
  [single(doubleCrystalBall(range)), [4.2, 0.9, 1.1, 2.6, 1.4, 3.1]],
  [single(johnson(range)), [4.2, 1.1, 0.4, 1.2]],
  [single(voigt(range)), [4.2, 0.6, 0.8]],
  [single(breitWigner(range)), [4.2, 0.8]],
  [single(argus(range)), [9.7, 2.2, 0.6]],
  [single(chebyshev(range, 3)), [-0.4, 0.2, 0.1]],
  [single(bernstein(range, 3)), [0.5, 0.7, 1.4]],
  [single(convolution(breitWigner(range))), [4.2, 0.8, 0.6]],
  [single(convolution(johnson(range))), [4.2, 1.1, 0.4, 1.2, 0.5]],
  // Two sums over places in one graph.
  [
    buildPdf(parsePdf('{ sum: [{ pdf: breitWigner, resolution: 0.4 }, { pdf: breitWigner, resolution: 0.7 }] }'), {
      ranges: { m: range },
    }).pdf,
    [4.2, 0.6, 0.4, 5.1, 0.9, 0.7, 0.6],
  ],
];

const kernels = openKernels();
afterAll(() => kernels.close());

test.each(cases.map(([pdf, at]) => ({ name: `${pdf.name} of ${at.length}`, pdf, at })))(
  '−ln L, gradient and Hessian with $name against the formula',
  async ({ pdf, at }) => {
    const start = pdf.parameters.map(({ name }, i) => [name, { start: at[i] }] as const);
    const background = single(exponential(range));
    const model = singleModel([
      { name: 'signal', pdf, parameters: Object.fromEntries(start), yield: { start: 180 } },
      { name: 'background', pdf: background, parameters: { slope: { start: -0.11 } }, yield: { start: 120 } },
    ]);
    const x = uniforms(seedKey(5), 300).map((u) => 0.01 + 9.4 * u);
    const w = uniforms(seedKey(6), 300).map((u) => 0.5 + u);
    const fit = prepare(model, { columns: { m: x }, weights: w }, kernels, 8);
    const names = fit.table.free.map((i) => fit.table.entries[i].name);
    const values = (free: Float64Array): number[] => fit.table.values(numberAlgebra, Array.from(free));
    // The definition, with plain numbers: no graph, no derivatives.
    const plain = (free: Float64Array): number => {
      const all = values(free);
      const parts = [pdf, background].map((p, k) => {
        const place = fit.table.places[0][k];
        return densityValues(
          p,
          [x],
          place.parameters.map((i) => all[i]),
          all[place.yield],
        );
      });
      const yields = fit.table.places[0].reduce((sum, place) => sum + all[place.yield], 0);
      return yields - x.reduce((sum, _, i) => sum + w[i] * Math.log(parts[0][i] + parts[1][i]), 0);
    };
    const here = await fit.full.evaluate(fit.start);
    expect(here.value).toBeCloseTo(plain(fit.start), 8);
    const slope = await fit.full.slope(fit.start);
    expect(slope.value).toBe(here.value);
    const n = names.length;
    for (let i = 0; i < n; i++) {
      const h = 1e-5 * Math.max(1, Math.abs(fit.start[i]));
      const moved = (by: number): Float64Array => fit.start.map((v, k) => (k === i ? v + by : v));
      const difference = (plain(moved(h)) - plain(moved(-h))) / (2 * h);
      expect(here.gradient[i] / (1 + Math.abs(difference))).toBeCloseTo(difference / (1 + Math.abs(difference)), 6);
      expect(slope.gradient[i]).toBeCloseTo(here.gradient[i], 9);
      const [up, down] = [await fit.full.slope(moved(h)), await fit.full.slope(moved(-h))];
      for (let j = 0; j < n; j++) {
        const bend = (up.gradient[j] - down.gradient[j]) / (2 * h);
        const scale = 1 + Math.sqrt(Math.abs(here.hessian[i * n + i] * here.hessian[j * n + j]));
        expect(Math.abs(here.hessian[i * n + j] - bend) / scale, `${names[i]}, ${names[j]}`).toBeLessThan(2e-6);
      }
    }
  },
);
