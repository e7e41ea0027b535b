import type { StepsLayer } from '../figure.js';
import { petroff } from '../palette.js';
import { num, tag } from '../svg.js';
import { along, at, clamp, rangeOf, type Ink, type LayerKind, type PanelFrame } from './layer.js';

/** Where bin i starts: its `base`, or zero, or the foot of a logarithmic axis. */
const footOf = (layer: StepsLayer, frame: PanelFrame, i: number): number =>
  clamp(frame.ys.of(layer.base ? at(layer.base, i) : 0), frame.y - 10, frame.y + frame.height + 10);

/** Staircase path over the runs of finite bins; closed down to the base where `filled`. */
function staircase(layer: StepsLayer, frame: PanelFrame, filled: boolean): string {
  let path = '';
  const n = layer.values.length;
  for (let i = 0; i < n; i++) {
    if (!Number.isFinite(at(layer.values, i))) continue;
    let end = i;
    while (end + 1 < n && Number.isFinite(at(layer.values, end + 1))) end++;
    const x = (j: number): string => num(frame.xs.of(at(layer.edges, j)));
    const y = (j: number): string =>
      num(clamp(frame.ys.of(at(layer.values, j)), frame.y - 50, frame.y + frame.height + 50));
    path += `M${x(i)} ${num(footOf(layer, frame, i))}`;
    for (let j = i; j <= end; j++) path += `V${y(j)}H${x(j + 1)}`;
    if (filled) {
      for (let j = end; j >= i; j--) path += `V${num(footOf(layer, frame, j))}H${x(j)}`;
      path += 'Z';
    } else path += `V${num(footOf(layer, frame, end))}`;
    i = end;
  }
  return path;
}

const outlined = (layer: StepsLayer): boolean => layer.color !== undefined || layer.fill === undefined;

export const steps: LayerKind<StepsLayer> = {
  extent(layer) {
    const y = rangeOf(layer.values, layer.base);
    const x = rangeOf(layer.edges);
    return { x: x.range, xPositive: x.positive, y: y.range, yPositive: y.positive, tight: true, zero: true };
  },

  draw(layer, frame) {
    const fill =
      layer.fill && tag('path', { d: staircase(layer, frame, true), fill: layer.fill, 'fill-opacity': layer.opacity });
    const line =
      outlined(layer) &&
      tag('path', {
        d: staircase(layer, frame, false),
        fill: 'none',
        stroke: layer.color ?? petroff[0],
        'stroke-width': layer.width ?? 2,
        'stroke-dasharray': layer.dash,
      });
    return (fill || '') + (line || '');
  },

  ink(layer, frame) {
    const places: Ink[] = [];
    for (let i = 0; i < layer.values.length; i++) {
      const [left, right] = [frame.xs.of(at(layer.edges, i)), frame.xs.of(at(layer.edges, i + 1))];
      const top = frame.ys.of(at(layer.values, i));
      if (!Number.isFinite(top)) continue;
      places.push(...along([left, top], [right, top], 8));
      const foot = footOf(layer, frame, i);
      const before = i ? frame.ys.of(at(layer.values, i - 1)) : foot;
      places.push(...along([left, before], [left, top], 8));
      if (layer.fill) for (let y = top + 12; y < foot; y += 12) places.push([(left + right) / 2, y, 0.5]);
    }
    return places;
  },

  swatch(layer, box) {
    const middle = box.y + box.height / 2;
    const { x, width } = box;
    if (layer.fill)
      return tag('rect', {
        x,
        y: middle - box.height * 0.36,
        width,
        height: box.height * 0.72,
        fill: layer.fill,
        'fill-opacity': layer.opacity,
        stroke: layer.color,
        'stroke-width': layer.color ? (layer.width ?? 2) : undefined,
      });
    return tag('path', {
      d: `M${num(x)} ${num(middle)}H${num(x + width)}`,
      stroke: layer.color ?? petroff[0],
      'stroke-width': layer.width ?? 2,
      'stroke-dasharray': layer.dash,
    });
  },
};
