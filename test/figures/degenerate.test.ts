import { describe, expect, it } from 'vitest';
import type { Figure, Panel } from '../../src/figures/figure.js';
import { dataSimulation } from '../../src/figures/makers/data-simulation.js';
import { densityAgainstSample } from '../../src/figures/makers/density-against-sample.js';
import { lossCurve } from '../../src/figures/makers/loss-curve.js';
import { correlationMatrix, map2d } from '../../src/figures/makers/maps.js';
import { mapWithBand } from '../../src/figures/makers/map-with-band.js';
import { smallMultiples } from '../../src/figures/makers/small-multiples.js';
import { renderPng } from '../../src/figures/render-png.js';
import { renderSvg } from '../../src/figures/render-svg.js';
import { histOf } from './toy.js';

const nan = Number.NaN;
const edges = [0, 1, 2, 3];
const empty = histOf(edges, []);
const some = histOf(edges, [0.5, 1.5, 1.5]);
const negative = histOf(edges, [0.5, 1.5, 2.5], { weights: [-2, 3, -0.5] });
const one = (panel: Partial<Panel>): Figure => ({ name: 'x', panels: [{ x: {}, y: {}, layers: [], ...panel }] });
const versus = (data = some, simulation = some, more = {}) =>
  dataSimulation({ name: 'x', data, simulations: [{ hist: simulation, label: 'S' }], ...more });

const figures: Record<string, () => Figure> = {
  'no layers': () => one({}),
  'no layers on logarithmic axes': () => one({ x: { scale: 'log' }, y: { scale: 'log' } }),
  'nothing but NaN': () =>
    one({
      layers: [
        { kind: 'points', x: [1, nan], y: [nan, nan] },
        { kind: 'line', x: [nan], y: [nan] },
      ],
    }),
  'one point': () => one({ layers: [{ kind: 'points', x: [3], y: [5] }] }),
  'a constant': () => one({ layers: [{ kind: 'line', x: [0, 1], y: [2, 2] }] }),
  'zeros on a logarithmic axis': () =>
    one({ y: { scale: 'log' }, layers: [{ kind: 'steps', edges, values: [0, 0, 0] }] }),
  'infinite values': () => one({ layers: [{ kind: 'points', x: [0, 1, 2], y: [1, Infinity, -Infinity] }] }),
  'no data': () => versus(empty),
  'no simulation': () => versus(some, empty),
  'neither, logarithmic': () => versus(empty, empty, { logY: true }),
  'negative weights': () => versus(negative, negative),
  'negative weights, logarithmic': () => versus(negative, negative, { logY: true }),
  'one bin': () => versus(histOf([0, 1], [0.5]), histOf([0, 1], [0.5])),
  'tiny numbers': () => one({ layers: [{ kind: 'line', x: [1e-12, 3e-12], y: [1e-30, 2e-30] }] }),
  'large numbers close together': () => one({ layers: [{ kind: 'line', x: [1e9, 1e9 + 3], y: [1e15, 1e15 + 10] }] }),
  'twenty legend entries': () =>
    one({
      layers: Array.from({ length: 20 }, (_, i) => ({
        kind: 'line' as const,
        x: [0, 1],
        y: [i, i + 1],
        label: `curve ${i}`,
      })),
    }),
  'very long names': () =>
    one({
      x: { label: 'a very long name '.repeat(9) },
      y: { label: 'another very long name '.repeat(9) },
      text: ['text '.repeat(40)],
    }),
  'an empty sample against a density': () =>
    densityAgainstSample({ name: 'x', sample: empty, curve: { x: [0, 3], y: [1 / 3, 1 / 3] } }),
  'a map that is the identity': () => mapWithBand({ name: 'x', x: [0, 1], y: [0, 1] }),
  'one epoch': () => lossCurve({ name: 'x', members: [{ train: [1] }] }),
  'a diverged training': () =>
    lossCurve({ name: 'x', members: [{ train: [1, nan, Infinity], validation: [1, 2, nan], bestEpoch: 1 }] }),
  'an empty map': () => map2d({ name: 'x', cells: { xEdges: [0, 1], yEdges: [0, 1], values: [nan] }, log: true }),
  'one correlation': () => correlationMatrix({ name: 'x', variables: ['a'], matrix: [1] }),
  'forty correlations': () =>
    correlationMatrix({
      name: 'x',
      variables: Array.from({ length: 40 }, (_, i) => `a_rather_long_name_${i}`),
      matrix: new Float64Array(1600),
    }),
  'one small multiple': () => smallMultiples({ name: 'x', cells: [{ text: 'a', data: some, simulations: [] }] }),
  'names with XML signs': () => ({ ...one({ x: { label: '<a & "b">' } }), name: 'a b/ü"<', title: 'p < 5 & q' }),
};

describe('degenerate figures are drawn all the same', () => {
  it.each(Object.entries(figures))('%s', async (_, make) => {
    const svg = renderSvg(make());
    expect(svg).not.toMatch(/NaN|Infinity|undefined|null/);
    expect((await renderPng(svg, { scale: 0.25 })).length).toBeGreaterThan(100);
  });
});
