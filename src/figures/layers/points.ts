import type { Marker, PointsLayer } from '../figure.js';
import { ink as black } from '../palette.js';
import { num, pathOf, tag } from '../svg.js';
import { at, clamp, errorAt, rangeOf, type Ink, type LayerKind, type PanelFrame } from './layer.js';

/** One marker centred at (x, y); `size` is its diameter. */
export function markerSvg(marker: Marker, x: number, y: number, size: number, color: string): string {
  const r = size / 2;
  const paint = marker.startsWith('open')
    ? { fill: '#ffffff', stroke: color, 'stroke-width': 1.6 }
    : { fill: color, stroke: undefined, 'stroke-width': undefined };
  if (marker === 'none') return '';
  if (marker.endsWith('circle')) return tag('circle', { cx: x, cy: y, r, ...paint });
  if (marker.endsWith('square'))
    return tag('rect', { x: x - 0.9 * r, y: y - 0.9 * r, width: 1.8 * r, height: 1.8 * r, ...paint });
  const corners = marker === 'triangle' ? 3 : 10;
  const shape = Array.from({ length: corners }, (_, i) => {
    const angle = (2 * Math.PI * i) / corners - Math.PI / 2;
    const radius = marker === 'star' ? (i % 2 ? 0.6 : 1.5) * r : 1.2 * r;
    return [x + radius * Math.cos(angle), y + radius * Math.sin(angle)] as const;
  });
  return tag('path', { d: pathOf(shape, true), ...paint });
}

/** An arrow at the frame's upper or lower edge: the point lies beyond it. */
function arrow(x: number, frame: PanelFrame, up: boolean, size: number, color: string): string {
  const tip = up ? frame.y + 3 : frame.y + frame.height - 3;
  const back = up ? 1 : -1;
  const head = pathOf(
    [
      [x, tip],
      [x - 0.6 * size, tip + back * size],
      [x + 0.6 * size, tip + back * size],
    ],
    true,
  );
  const shaft = `M${num(x)} ${num(tip + back * size)}V${num(tip + back * size * 2)}`;
  return (
    tag('path', { d: head, fill: color, class: `beyond-${up ? 'top' : 'bottom'}` }) +
    tag('path', { d: shaft, stroke: color, 'stroke-width': 1.6 })
  );
}

const sizeOf = (layer: PointsLayer, fontSize: number): number => layer.size ?? fontSize * 0.36;

export const points: LayerKind<PointsLayer> = {
  extent(layer) {
    const n = layer.x.length;
    const sum = (column: PointsLayer['x'], errors: PointsLayer['x'] | undefined, sign: number): number[] =>
      Array.from({ length: n }, (_, i) => at(column, i) + sign * errorAt(errors, i));
    const x = rangeOf(sum(layer.x, layer.xLow, -1), sum(layer.x, layer.xHigh, 1));
    const seen = Array.from({ length: n }, (_, i) => (Number.isFinite(at(layer.x, i)) ? at(layer.y, i) : Number.NaN));
    const y = rangeOf(sum(seen, layer.yLow, -1), sum(seen, layer.yHigh, 1));
    const values = rangeOf(seen);
    return {
      x: x.range,
      xPositive: rangeOf(layer.x).positive,
      y: y.range,
      yPositive: values.positive,
      yLeast: values.range?.[0],
    };
  },

  draw(layer, frame) {
    const color = layer.color ?? black;
    const size = sizeOf(layer, frame.fontSize);
    const width = Math.max(1.2, frame.fontSize * 0.085);
    const right = frame.x + frame.width;
    const bottom = frame.y + frame.height;
    let bars = '';
    let markers = '';
    for (let i = 0; i < layer.x.length; i++) {
      const [xv, yv] = [at(layer.x, i), at(layer.y, i)];
      if (!Number.isFinite(xv) || !Number.isFinite(yv) || !frame.xs.inside(xv)) continue;
      const x = frame.xs.of(xv);
      const y = frame.ys.of(yv);
      const [low, high] = [errorAt(layer.yLow, i), errorAt(layer.yHigh, i)];
      const from = clamp(frame.ys.of(yv + high), frame.y, bottom);
      const to = clamp(frame.ys.of(yv - low), frame.y, bottom);
      if (to - from > 0.005 && low + high > 0) bars += `M${num(x)} ${num(from)}V${num(to)}`;
      if (!frame.ys.inside(yv)) {
        markers += arrow(x, frame, yv > frame.ys.domain[1], Math.max(6, size), color);
        continue;
      }
      if (layer.xLow || layer.xHigh) {
        const start = clamp(frame.xs.of(xv - errorAt(layer.xLow, i)), frame.x, right);
        bars += `M${num(start)} ${num(y)}H${num(clamp(frame.xs.of(xv + errorAt(layer.xHigh, i)), frame.x, right))}`;
      }
      markers += markerSvg(layer.marker ?? 'circle', x, y, size, color);
    }
    const strokes = bars && tag('path', { d: bars, stroke: color, 'stroke-width': width, fill: 'none' });
    return strokes + markers;
  },

  ink(layer, frame) {
    const places: Ink[] = [];
    for (let i = 0; i < layer.x.length; i++) {
      const [x, y] = [frame.xs.of(at(layer.x, i)), at(layer.y, i)];
      if (!Number.isFinite(y)) continue;
      places.push([x, clamp(frame.ys.of(y), frame.y, frame.y + frame.height), 3]);
      const top = frame.ys.of(y + errorAt(layer.yHigh, i));
      const bottom = frame.ys.of(y - errorAt(layer.yLow, i));
      for (let p = Math.max(top, frame.y); p < Math.min(bottom, frame.y + frame.height); p += 10)
        places.push([x, p, 1]);
    }
    return places;
  },

  swatch(layer, box, fontSize) {
    const color = layer.color ?? black;
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    const bar =
      layer.yLow || layer.yHigh ? `M${num(x)} ${num(y - box.height * 0.42)}V${num(y + box.height * 0.42)}` : '';
    const across = layer.xLow || layer.xHigh ? `M${num(box.x)} ${num(y)}H${num(box.x + box.width)}` : '';
    const lines =
      bar || across ? tag('path', { d: bar + across, stroke: color, 'stroke-width': fontSize * 0.085 }) : '';
    return lines + markerSvg(layer.marker ?? 'circle', x, y, sizeOf(layer, fontSize), color);
  },
};
