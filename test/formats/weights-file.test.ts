import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { cow, histogramOf } from '../../src/fit/cow.js';
import { bernsteinTerms, polynomialTerms } from '../../src/fit/cow-terms.js';
import { fitModel } from '../../src/fit/fit-model.js';
import { componentsOfFit } from '../../src/fit/from-fit.js';
import { singleModel } from '../../src/fit/model.js';
import { buildPdf } from '../../src/fit/pdf-spec.js';
import { saveDensity } from '../../src/fit/saved-density.js';
import { sideband } from '../../src/fit/sideband.js';
import { sPlot } from '../../src/fit/splot.js';
import { weightColumns } from '../../src/fit/weight-columns.js';
import { allWeightsAt } from '../../src/fit/weight-function.js';
import { readWeights, writeWeights } from '../../src/formats/weights-file.js';
import { basicMass } from '../fit/basic-toy.js';
import { exponential, gaussian } from '../fit/shapes.js';
import { temporaryFolder } from '../helpers/toy-run.js';

const dir = temporaryFolder();
const range = [0, 1] as const;
const mass = basicMass();
const shapes = [gaussian('signal', 0.493984, 0.0967359, range), exponential('background', 1.142857, range)];
const variants = {
  nominal: sPlot(shapes, { x: mass }, range).weights,
  cow: cow([shapes[0], ...bernsteinTerms('background', 2, range)], range, {
    variance: histogramOf({ x: mass }, range, 10),
  }).weights,
  flat: cow(shapes, range, { variance: 'unity' }).weights,
  bands: sideband({
    range,
    window: [0.3, 0.7],
    sidebands: [
      [0, 0.2],
      [0.8, 1],
    ],
  }),
};
const saved = { mode: 'Dst', variable: 'D0_M', define: { D0_M: 'm + 0' }, select: 'm > 0', variants };

test('weights come back as they were, for every method and every I; the same weights are the same bytes', async () => {
  const file = path.join(dir, 'weights', 'Dst.json');
  await writeWeights(file, saved);
  const bytes = await readFile(file, 'utf8');
  const back = await readWeights(file);
  expect(back).toMatchObject({ mode: 'Dst', variable: 'D0_M', define: { D0_M: 'm + 0' }, select: 'm > 0' });
  for (const [name, w] of Object.entries(variants)) {
    const again = back.variants[name];
    expect(again).toMatchObject({ method: w.method, signal: w.signal, yields: w.yields, checks: w.checks });
    const [a, b] = [allWeightsAt(w, mass), allWeightsAt(again, mass)];
    for (const component of Object.keys(a))
      a[component].forEach((v, e) => expect(Math.abs(v - b[component][e])).toBeLessThan(1e-7));
  }
  await writeWeights(file, back);
  expect(await readFile(file, 'utf8')).toBe(bytes);
});

test('weights of a fit come back to the last bit', async () => {
  const { pdf: signal } = buildPdf({ pdf: 'gaussian', parameters: {} }, { ranges: { m: range } });
  const { pdf: background } = buildPdf({ pdf: 'chebyshev', parameters: {} }, { ranges: { m: range } });
  const model = singleModel([
    { name: 'signal', pdf: signal },
    { name: 'background', pdf: background },
  ]);
  const components = componentsOfFit(await fitModel(model, { columns: { m: mass } }));
  const cows = [components[0], ...polynomialTerms(components[1], 2, range)];
  const made = {
    nominal: sPlot(components, { x: mass }, range).weights,
    cow: cow(cows, range, { variance: 'unity', signal: ['signal'] }).weights,
  };
  const file = path.join(dir, 'exact.json');
  await writeWeights(file, { mode: 'Dst', variable: 'm', variants: made });
  expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({
    variants: { nominal: { components: [{ density: { kind: 'pdf', form: { pdf: 'gaussian' } } }, {}] } },
  });
  const { variants: back } = await readWeights(file);
  for (const name of ['nominal', 'cow'] as const)
    expect(allWeightsAt(back[name], mass)).toEqual(allWeightsAt(made[name], mass));
});

test("columns: one a variant, times the events' weights; every component on request", () => {
  const own = mass.map((_, e) => (e % 3) - 0.5);
  const columns = weightColumns({ nominal: variants.nominal, flat: variants.flat }, mass, {
    weights: own,
    components: true,
  });
  expect(Object.keys(columns)).toEqual([
    'sWeight_nominal',
    'sWeight_nominal_signal',
    'sWeight_nominal_background',
    'sWeight_flat',
    'sWeight_flat_signal',
    'sWeight_flat_background',
  ]);
  columns['sWeight_nominal'].forEach((v, e) => expect(v).toBeCloseTo(columns['sWeight_nominal_signal'][e], 13));
  const both = columns['sWeight_nominal_signal'].map((v, e) => v + columns['sWeight_nominal_background'][e]);
  both.forEach((v, e) => expect(v).toBeCloseTo(own[e], 9));
  expect(() => weightColumns({ tail: variants.flat }, mass)).toThrow('no weights called "nominal"');
  expect(() => weightColumns({ nominal: variants.flat, 'a b': variants.flat }, mass)).toThrow('"a b" cannot name');
});

test('a tabulated density states its interpolation error, and keeps it', () => {
  const narrow = gaussian('narrow', 0.3, 0.004, range);
  const table = saveDensity(narrow, range);
  expect(table).toMatchObject({ kind: 'table' });
  expect((table as { error: number }).error).toBeLessThan(1e-9);
  const corner = { name: 'corner', density: (xs: Float64Array) => xs.map((x) => (x > 0.3 ? 2 : 0)) };
  expect((saveDensity(corner, range) as { error: number }).error).toBeGreaterThan(1e-3);
  expect((saveDensity({ ...corner, breaks: [0.3] }, range) as { error: number }).error).toBeLessThan(1e-12);
});

test('what is no file of weights is refused with the key', async () => {
  const file = path.join(dir, 'bad.json');
  await writeFile(file, '{ "format": "datamc-weights", "version": 1, "mode": 3 }');
  await expect(readWeights(file)).rejects.toThrow('no file of weights: mode');
  await writeFile(file, '{');
  await expect(readWeights(file)).rejects.toThrow('not JSON');
  await expect(readWeights(path.join(dir, 'absent.json'))).rejects.toThrow('cannot read');
});
