// The fits of bench/fit.mjs: densities, where events are drawn, and where a fit starts. Node and Python read the same files.

import { readFileSync, writeFileSync } from 'node:fs';
import { fitModel } from '../dist/fit/fit-model.js';
import { singleModel } from '../dist/fit/model.js';
import { buildPdf } from '../dist/fit/pdf-spec.js';
import { seedKey } from '../dist/stats/key.js';
import { parsePdf } from '../dist/studies/pid/schema/pdf-schema.js';

const mass = { x: [1825, 1910] };
const plane = { x: [5200, 5360], t: [0, 10] };

/** Starts are those that the peers get: not at the truth, not found from the data. */
export const models = {
  '2 Gaussians + exponential': {
    ranges: mass,
    signal: ['{ pdf: doubleGaussian, mean: 1865, sigma1: 5, sigma2: 12, fraction: 0.5 }', [1864.8, 6, 10, 0.6]],
    background: ['{ pdf: exponential, slope: -0.02 }', [-1 / 60]],
    share: 0.6,
    peers: ['zfit', 'iminuit'],
  },
  '2 Crystal Balls + exponential': {
    ranges: mass,
    signal: [
      '{ sum: [{ pdf: crystalBall, name: left, n: { fixed: 3 }, sigma: 5, alpha: 2 }, { pdf: crystalBall, name: right, tail: right, n: { fixed: 3 }, sigma: 12, alpha: 2 }], mean: 1865, fraction: 0.5 }',
      {
        mean: 1864.8,
        'left.sigma': 6,
        'left.alpha': 1.8,
        'left.n': 3,
        'right.sigma': 10,
        'right.alpha': 1.5,
        'right.n': 3,
        fraction: 0.6,
      },
    ],
    background: ['{ pdf: exponential, slope: -0.02 }', [-1 / 60]],
    share: 0.6,
    peers: ['zfit', 'iminuit'],
  },
  'two dimensions: mass and time': {
    ranges: plane,
    signal: [
      '{ product: [{ pdf: gaussian, variable: x, mean: 5279, sigma: 12 }, { pdf: exponential, variable: t, slope: -0.5 }] }',
      [5279, 15, -1 / 1.6],
    ],
    background: [
      '{ product: [{ pdf: exponential, variable: x, slope: -0.002 }, { pdf: exponential, variable: t, slope: -1 }] }',
      [-0.004, -1.4],
    ],
    share: 0.4,
    peers: ['zfit'],
  },
  'Voigt (no closed form) + exponential': {
    ranges: { x: [60, 120] },
    signal: ['{ pdf: voigt, mean: 91, sigma: 1.5, width: 3 }', [91.2, 2, 2.5]],
    background: ['{ pdf: exponential, slope: -0.02 }', [-0.03]],
    share: 0.8,
    peers: ['zfit'],
  },
};

const truthOf = (pdf, truth) => (Array.isArray(truth) ? truth : pdf.parameters.map(({ name }) => truth[name]));

/** The model of a fit. */
export function modelOf({ ranges, signal, background }, events) {
  const component = (name, [text]) => ({
    name,
    ...buildPdf(parsePdf(text), { ranges }),
    yield: { start: events / 2, low: 0, high: 2 * events },
  });
  return singleModel([component('signal', signal), component('background', background)]);
}

/** Draws events and writes one file of doubles a variable: `PATH.x`, `PATH.t`. */
export function write(name, events, path) {
  const given = models[name];
  const parts = ['signal', 'background'].map((kind, k) => {
    const { pdf } = buildPdf(parsePdf(given[kind][0]), { ranges: given.ranges });
    const n = Math.round(events * (k ? 1 - given.share : given.share));
    return pdf.draw(seedKey(1).split(name, k), n, truthOf(pdf, given[kind][1]));
  });
  Object.keys(given.ranges).forEach((variable, v) => {
    writeFileSync(`${path}.${variable}`, Float64Array.from([...parts[0][v], ...parts[1][v]]));
  });
}

/** Reads the events and fits them, timed from the moment they are in memory: building, minimum, errors, χ². */
export async function fit(name, path) {
  const given = models[name];
  const columns = Object.fromEntries(
    Object.keys(given.ranges).map((variable) => {
      const bytes = readFileSync(`${path}.${variable}`);
      return [variable, new Float64Array(bytes.buffer, bytes.byteOffset, bytes.length / 8)];
    }),
  );
  const model = modelOf(given, Object.values(columns)[0].length);
  const start = performance.now();
  const result = await fitModel(model, { columns });
  return { seconds: (performance.now() - start) / 1e3, result };
}
