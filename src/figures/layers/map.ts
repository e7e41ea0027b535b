import type { MapLayer, Range } from '../figure.js';
import { isDark, mapColor } from '../palette.js';
import { num, tag } from '../svg.js';
import { textSvg } from '../text.js';
import { at, rangeOf, type LayerKind } from './layer.js';

/** Ends of the colour scale. */
export function mapDomain(layer: MapLayer): Range {
  if (layer.domain) return layer.domain;
  const { range = [0, 1], positive = 1 } = rangeOf(
    layer.blank === undefined ? layer.values : Array.from(layer.values).filter((v) => v !== layer.blank),
  );
  if (layer.colors === 'diverging') {
    const most = Math.max(Math.abs(range[0]), Math.abs(range[1])) || 1;
    return [-most, most];
  }
  const [low, high] = layer.log ? [positive, range[1]] : [Math.min(0, range[0]), range[1]];
  return high > low ? [low, high] : [low, low + 1];
}

/** Place of a value on the colour scale, 0 to 1. */
export function mapPlace(layer: MapLayer, [low, high]: Range, value: number): number {
  return layer.log ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
}

export const map: LayerKind<MapLayer> = {
  extent(layer) {
    const [x, y] = [rangeOf(layer.xEdges), rangeOf(layer.yEdges)];
    return { x: x.range, xPositive: x.positive, y: y.range, yPositive: y.positive, tight: true, tightY: true };
  },

  draw(layer, frame) {
    const domain = mapDomain(layer);
    const [nx, ny] = [layer.xEdges.length - 1, layer.yEdges.length - 1];
    const colors = layer.colors ?? 'sequential';
    const colorAt = (ix: number, iy: number): string | undefined => {
      const value = at(layer.values, ix * ny + iy);
      if (!Number.isFinite(value) || value === layer.blank || (layer.log && !(value > 0))) return undefined;
      return mapColor(colors, mapPlace(layer, domain, value));
    };
    // Equal neighbours are one rectangle; each reaches a little under the next, so that no seam shows.
    const paths = new Map<string, string>();
    let text = '';
    for (let ix = 0; ix < nx; ix++) {
      const [left, right] = [frame.xs.of(at(layer.xEdges, ix)), frame.xs.of(at(layer.xEdges, ix + 1))];
      for (let iy = 0; iy < ny; iy++) {
        const color = colorAt(ix, iy);
        if (!color) continue;
        const start = iy;
        while (iy + 1 < ny && colorAt(ix, iy + 1) === color && layer.decimals === undefined) iy++;
        const [bottom, top] = [frame.ys.of(at(layer.yEdges, start)), frame.ys.of(at(layer.yEdges, iy + 1))];
        const over = ix + 1 < nx ? 0.4 : 0;
        const cell = `M${num(left)} ${num(bottom)}V${num(top - (iy + 1 < ny ? 0.4 : 0))}H${num(right + over)}V${num(bottom)}Z`;
        paths.set(color, (paths.get(color) ?? '') + cell);
        if (layer.decimals === undefined) continue;
        const written = at(layer.values, ix * ny + iy).toFixed(layer.decimals);
        const size = Math.min(frame.fontSize * 0.85, (bottom - top) * 0.5, ((right - left) / written.length) * 1.5);
        text += textSvg((Number(written) === 0 ? written.replace('-', '') : written).replace('-', '−'), {
          x: (left + right) / 2,
          y: (bottom + top) / 2 + size * 0.36,
          size,
          anchor: 'middle',
          fill: isDark(color) ? '#ffffff' : '#000000',
        });
      }
    }
    return [...paths].map(([fill, d]) => tag('path', { d, fill })).join('') + text;
  },

  ink: () => [],
};
