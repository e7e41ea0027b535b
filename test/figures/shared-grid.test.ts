import { expect, test } from 'vitest';
import type { Figure, Panel } from '../../src/figures/figure.js';
import { renderSvg } from '../../src/figures/render-svg.js';

/** A cell of a grid whose lowest point and `from` are its own. */
const cell = (y: number): Panel => ({
  x: { label: 'x' },
  y: { label: 'y', scale: 'log', from: 0.3 * y },
  layers: [{ kind: 'points', x: [0, 1], y: [y, 1000], color: '#123456' }],
});
/** Heights of the horizontal ticks of a frame, relative to its top. */
const ticksOf = (svg: string): string[] =>
  [...svg.matchAll(/<path d="(M[^"]*)" stroke="#000" stroke-width="1.2"/g)].map(([, d]) =>
    [...d.matchAll(/M[\d.]+ ([\d.]+)h/g)].map((m) => Number(m[1]).toFixed(1)).join(' '),
  );

test('cells that show the ticks of the first have its scale, whatever lies lowest in each', () => {
  const figure: Figure = { name: 'grid', columns: 2, shared: true, panels: [cell(1), cell(40)] };
  const [first, second] = ticksOf(renderSvg(figure));
  expect(first.length).toBeGreaterThan(10);
  expect(second).toBe(first);
  const [own, other] = ticksOf(renderSvg({ ...figure, shared: false }));
  expect(other).not.toBe(own);
});
