import { afterAll, expect, test } from 'vitest';
import { singlePdf } from '../../src/fit/compose/single.js';
import { exponential } from '../../src/fit/densities/exponential.js';
import { gaussian } from '../../src/fit/densities/gaussian.js';
import { countBins } from '../../src/fit/fallback.js';
import { fitModel } from '../../src/fit/fit-model.js';
import { componentsOfFit, countsOfFits, shapesOfFit } from '../../src/fit/from-fit.js';
import { openKernels } from '../../src/fit/kernels.js';
import { singleModel } from '../../src/fit/model.js';
import { sPlot } from '../../src/fit/splot.js';
import { sPlotStage } from '../../src/fit/splot-stage.js';
import { weightsAt } from '../../src/fit/weight-function.js';
import { sumCovariance } from '../../src/fit/weighted-covariance.js';
import { basicMass } from './basic-toy.js';

const kernels = openKernels();
afterAll(() => kernels.close());

const range = [0, 1] as const;
const mass = basicMass();
const model = singleModel([
  { name: 'signal', pdf: singlePdf(gaussian(range), 'm') },
  { name: 'background', pdf: singlePdf(exponential(range), 'm') },
]);
const fit = (x: Float64Array) => fitModel(model, { columns: { m: x } }, { kernels });

test('from fit to weights: the yields of the joint fit are those of the yields alone, and errors with shapes are its errors', async () => {
  const result = await fit(mass);
  const made = sPlot(componentsOfFit(result), { x: mass }, range);
  for (const name of ['signal', 'background']) {
    const { value, error } = result.yields[name];
    expect(Math.abs(made.weights.yields[name] - value)).toBeLessThan(1e-3 * error);
  }
  // Published with the tutorial: 964.83 and 1018.20, by iminuit.
  expect(Math.abs(made.weights.yields['signal'] - 964.83)).toBeLessThan(0.3);
  const told = { signal: result.yields['signal'].value, background: result.yields['background'].value };
  expect(
    sPlot(componentsOfFit(result), { x: mass }, range, { yields: told }).weights.checks.every((c) => c.passed),
  ).toBe(true);
  const w = weightsAt(made.weights, mass);
  const stage = sPlotStage(made, { x: mass }, shapesOfFit(result));
  const [[variance]] = sumCovariance([mass.map(() => 1)], w, stage);
  // Sandwich and Hessian are two estimates of one error.
  expect(Math.abs(Math.sqrt(variance) / result.yields['signal'].error - 1)).toBeLessThan(0.03);
  expect(Math.sqrt(made.covariance[0][0])).toBeLessThan(0.9 * result.yields['signal'].error);
});

test('fit-and-count by whole fits: every bin with shapes of its own', async () => {
  const bins = Int32Array.from(mass, (_, e) => e % 2);
  const [first, second] = await countBins({
    bins,
    count: 2,
    validity: [0, 1].map((bin) => ({ bin, status: 'invalid', reasons: ['told'], tests: [] })),
    methods: { sweights: mass, 'fit-and-count': countsOfFits(({ x }) => fit(x), { x: mass }) },
  });
  for (const { method, passed, failed } of [first, second]) {
    expect(method).toBe('fit-and-count');
    expect(failed).toEqual({ value: 0, error: 0 });
    expect(Math.abs(passed.value - 482)).toBeLessThan(4 * passed.error);
  }
  const alone = await fit(mass.filter((_, e) => bins[e] === 0));
  expect(first.passed.value).toBeCloseTo(alone.yields['signal'].value, 6);
});
