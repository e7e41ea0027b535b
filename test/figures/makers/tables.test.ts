import { describe, expect, it } from 'vitest';
import type { MapLayer, PointsLayer } from '../../../src/figures/figure.js';
import { mostSlices, sliceCount, tableSlices } from '../../../src/figures/makers/table-slices.js';
import { tableMaps } from '../../../src/figures/makers/table-maps.js';
import { renderSvg } from '../../../src/figures/render-svg.js';
import { weightTable } from '../../../src/hist/make-weight-table.js';
import type { RateTable } from '../../../src/hist/weight-table.js';

const axes = [
  { column: 'p', edges: [0.5, 1, 2, 4] },
  { column: 'cosTheta', edges: [-0.8, 0.2, 0.9] },
  { column: 'charge', edges: [-2, 0, 2] },
];
/** The rate of a cell is its number over 20: p runs slowest. */
const table = (sample: string, factor = 1): RateTable => ({
  axes,
  cut: 'kaonID > 0.6',
  variable: 'kaonID',
  threshold: 0.6,
  reco: { name: 'K', pdg: 321 },
  truth: { name: 'K', pdg: 321 },
  precut: '',
  side: 'identified',
  sample,
  cells: Array.from({ length: 12 }, (_, i) => ({
    rate: { value: i === 7 ? NaN : (factor * (i + 1)) / 20, sources: { stat: { up: 0.02, down: -0.01 } } },
    passed: i,
    tried: 20,
    entries: 20,
    flags: i === 7 ? ['empty'] : [],
    method: 'truth',
  })),
});

describe('slices of a table', () => {
  it('stand in as many columns as the last axis has bins, and fill whole rows of a figure', () => {
    // Both charges side by side; with the charge along x, two slices of the angle.
    const made = (along?: string) =>
      tableSlices({ name: 's', along, tables: [{ label: 'data', table: table('data') }] }).columns;
    expect([made(), made('charge'), made('p')]).toEqual([2, 2, 2]);
    const wide = [axes[0], { column: 'cosTheta', edges: [0, 1, 2, 3, 4, 5, 6, 7] }];
    expect([mostSlices(axes), mostSlices([...wide, axes[2]]), mostSlices(wide)]).toEqual([8, 8, 9]);
  });

  const options = { name: 's', tables: ['data', 'simulation'].map((label) => ({ label, table: table(label) })) };

  it('have the right cells, along any axis, each with its ratio', () => {
    expect([sliceCount(axes), sliceCount(axes, 'cosTheta'), sliceCount(axes, 'charge')]).toEqual([4, 6, 6]);
    const { panels, columns } = tableSlices(options);
    expect([panels.length, columns]).toEqual([8, 2]);
    const points = panels
      .filter((p) => !p.joined)
      .map((p) => p.layers.find((l) => l.kind === 'points' && l.label === 'data'));
    expect(points.map((l) => Array.from((l as PointsLayer).y))).toEqual([
      [0.05, 0.25, 0.45],
      [0.1, 0.3, 0.5],
      [0.15, 0.35, 0.55],
      [0.2, NaN, 0.6],
    ]);
    expect(panels[2].text).toEqual(['−0.8 < cosTheta < 0.2', 'charge +']);
    const [, ratio] = tableSlices({ ...options, along: 'charge' }).panels;
    expect(Array.from((ratio.layers.at(-1) as PointsLayer).y)).toEqual([1, 1]);
    expect(renderSvg(tableSlices(options))).toContain('Ratio');
  });

  it('go on in a further figure', () => {
    expect(tableSlices({ ...options, most: 3, from: 3 }).panels).toHaveLength(2);
  });
});

describe('maps of a table', () => {
  it('show each bin of the other axes; ratios about 1 in two colours', () => {
    const rates = tableMaps({ name: 'm', table: table('data') });
    expect(rates?.panels.map((p) => p.title)).toEqual(['charge −', 'charge +']);
    expect(Array.from((rates?.panels[1].layers[0] as MapLayer).values)).toEqual([0.1, 0.2, 0.3, NaN, 0.5, 0.6]);
    const ratios = tableMaps({ name: 'm', table: weightTable(table('data', 0.9), table('simulation')) });
    const layer = ratios?.panels[0].layers[0] as MapLayer;
    expect(layer.colors).toBe('diverging');
    expect((layer.domain?.[0] ?? 0) + (layer.domain?.[1] ?? 0)).toBeCloseTo(2, 12);
    expect(renderSvg(ratios ?? { name: '', panels: [] })).toContain('0.90');
  });

  it('put axes of more than two bins along x and y first', () => {
    const fine = { column: 'eta', edges: [1, 2, 3, 4] };
    const cells = Array.from({ length: 36 }, (_, i) => ({ ...table('data').cells[0], entries: i }));
    const maps = tableMaps({ name: 'm', table: { ...table('data'), axes: [...axes, fine], cells } });
    expect([maps?.panels[0].x.label, maps?.panels[0].y.label, maps?.panels.length]).toEqual(['p', 'eta', 4]);
  });

  it('are none of a table of one axis', () => {
    expect(tableMaps({ name: 'm', table: { ...table('data'), axes: axes.slice(0, 1) } })).toBeUndefined();
  });
});
