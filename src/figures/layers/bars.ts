import type { BarsLayer } from '../figure.js';
import { petroff } from '../palette.js';
import { num, tag } from '../svg.js';
import { along, at, clamp, rangeOf, type Ink, type LayerKind } from './layer.js';

export const bars: LayerKind<BarsLayer> = {
  extent(layer) {
    const x = rangeOf(layer.edges);
    const y = rangeOf(layer.values, [0]);
    return { x: x.range, xPositive: x.positive, y: y.range, tight: true };
  },
  draw(layer, frame) {
    let path = '';
    for (let i = 0; i < layer.values.length; i++) {
      const value = at(layer.values, i);
      if (!Number.isFinite(value)) continue;
      const y = (v: number): number => clamp(frame.ys.of(v), frame.y, frame.y + frame.height);
      const [left, right] = [frame.xs.of(at(layer.edges, i)), frame.xs.of(at(layer.edges, i + 1))];
      path += `M${num(left)} ${num(y(0))}V${num(y(value))}H${num(right)}V${num(y(0))}Z`;
    }
    return tag('path', { d: path, fill: layer.color ?? petroff[0] });
  },
  ink(layer, frame) {
    const places: Ink[] = [];
    for (let i = 0; i < layer.values.length; i++) {
      const x = frame.xs.of((at(layer.edges, i) + at(layer.edges, i + 1)) / 2);
      const end = clamp(frame.ys.of(at(layer.values, i)), frame.y, frame.y + frame.height);
      if (Number.isFinite(end)) places.push(...along([x, frame.ys.of(0)], [x, end], 8));
    }
    return places;
  },
  swatch: (layer, box) =>
    tag('rect', {
      x: box.x,
      y: box.y + box.height * 0.14,
      width: box.width,
      height: box.height * 0.72,
      fill: layer.color ?? petroff[0],
    }),
};
