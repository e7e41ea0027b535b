import { describe, expect, it } from 'vitest';
import type { Layer, Panel } from '../../../src/figures/figure.js';
import { legendEntries } from '../../../src/figures/legend.js';
import { closureOfMap } from '../../../src/figures/makers/closure-of-map.js';
import { mapWithBand, shiftDomain } from '../../../src/figures/makers/map-with-band.js';

const x = [0, 1, 2, 3];
const y = [0.1, 1.2, 2.1, 3];
const panelOf = (panels: readonly Panel[], i: number): Panel => panels[i] as Panel;
const of = <K extends Layer['kind']>(panel: Panel, kind: K) =>
  panel.layers.filter((layer): layer is Extract<Layer, { kind: K }> => layer.kind === kind);

describe('mapWithBand', () => {
  const wild = { x: [-50, 0, 3, 50], y: [-80, 0, 3, 90], low: [-90, -1, 2, 60], high: [-70, 1, 4, 99], label: 'Exact' };
  const { panels } = mapWithBand({
    name: 'm',
    x,
    y,
    low: y.map((v) => v - 0.1),
    high: y.map((v) => v + 0.1),
    mapLabel: 'Flow',
    others: [wild],
  });

  it('has one legend entry for a map and its band, the map first', () =>
    expect(legendEntries(panelOf(panels, 0)).map((e) => [e.label, e.layers.length])).toEqual([
      ['Flow', 2],
      ['Exact', 2],
      ['Identity', 1],
    ]));

  it('cuts other maps where its own ends, so that they do not stretch the axes', () => {
    for (const layer of [...of(panelOf(panels, 0), 'line'), ...of(panelOf(panels, 0), 'band')]) {
      expect(Math.min(...Array.from(layer.x))).toBe(0);
      expect(Math.max(...Array.from(layer.x))).toBe(3);
    }
  });

  it('shows map − identity below', () => {
    const flow = of(panelOf(panels, 1), 'line').find((l) => l.label === 'Flow');
    Array.from(flow?.y ?? []).forEach((v, i) => expect(v).toBeCloseTo([0.1, 0.2, 0.1, 0][i] ?? NaN, 12));
  });
});

describe('shiftDomain', () => {
  it('holds every curve and zero, and is not ruled by a band that is far wider', () => {
    const [low, high] = shiftDomain({ x, y: [0.1, 0.2, 0.1, 0.1], low: [-9, 0, 0, 0], high: [9, 0.3, 0.2, 0.2] });
    expect(low).toBeLessThanOrEqual(0);
    expect(high).toBeGreaterThan(0.2);
    expect(high).toBeLessThan(1);
  });
});

describe('closureOfMap', () => {
  const sigma = [0.1, 0.1, 0.05, 0];
  const { panels } = closureOfMap({ name: 'c', x, y, sigma });

  it('has the expected bands round the identity, not round the curve', () => {
    const [two, one] = of(panelOf(panels, 0), 'band');
    expect(one?.high).toEqual(sigma);
    expect(one?.low).toEqual(sigma.map((s) => -s));
    expect(two?.high).toEqual(sigma.map((s) => 2 * s));
  });

  it('has pulls of y − x in units of sigma, and none where nothing is expected', () => {
    const pulls = Array.from(of(panelOf(panels, 1), 'line')[0]?.y ?? []);
    [1, 2, 2].forEach((p, i) => expect(pulls[i]).toBeCloseTo(p, 9));
    expect(pulls[3]).toBeNaN();
  });

  it('is the curve alone without an expectation', () =>
    expect(closureOfMap({ name: 'c', x, y, sigma: [0, 0, 0, 0] }).panels).toHaveLength(1));
});
