import type { BandLayer } from '../figure.js';
import { grey } from '../palette.js';
import { num, pathOf, tag } from '../svg.js';
import { at, clamp, rangeOf, type Ink, type LayerKind, type PanelFrame } from './layer.js';

const isStepwise = (layer: BandLayer): boolean => layer.x.length === layer.low.length + 1;

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** The pixel rectangles of a stepwise band, cut at the frame. */
function boxes(layer: BandLayer, frame: PanelFrame): Box[] {
  const list: Box[] = [];
  for (let i = 0; i < layer.low.length; i++) {
    const [low, high] = [at(layer.low, i), at(layer.high, i)];
    if (!Number.isFinite(low) || !Number.isFinite(high)) continue;
    const top = clamp(frame.ys.of(high), frame.y, frame.y + frame.height);
    const bottom = clamp(frame.ys.of(low), frame.y, frame.y + frame.height);
    if (bottom - top < 0.005) continue;
    const x = (j: number): number => clamp(frame.xs.of(at(layer.x, j)), frame.x, frame.x + frame.width);
    list.push({ left: x(i), right: x(i + 1), top, bottom });
  }
  return list;
}

/**
 * Parallel 45° strokes inside boxes, on one grid for the whole figure: a stroke that goes on in the next box is one.
 * Stroke k is the line x + y = k · spacing.
 */
function hatch(list: readonly Box[], spacing: number): string {
  const strokes = new Map<number, [from: number, to: number][]>();
  for (const { left, right, top, bottom } of list) {
    const last = Math.floor((right + bottom) / spacing);
    for (let k = Math.ceil((left + top) / spacing); k <= last; k++) {
      const from = Math.max(left, k * spacing - bottom);
      const to = Math.min(right, k * spacing - top);
      if (to <= from) continue;
      const pieces = strokes.get(k) ?? [];
      const before = pieces.at(-1);
      if (before && from - before[1] < 0.01) before[1] = to;
      else pieces.push([from, to]);
      strokes.set(k, pieces);
    }
  }
  let path = '';
  for (const [k, pieces] of strokes)
    for (const [from, to] of pieces)
      if (to - from > 0.05) path += `M${num(from)} ${num(k * spacing - from)}L${num(to)} ${num(k * spacing - to)}`;
  return path;
}

const boxPath = ({ left, right, top, bottom }: Box): string =>
  `M${num(left)} ${num(top)}H${num(right)}V${num(bottom)}H${num(left)}Z`;

/** The band along a curve as one polygon per run of finite values. */
function ribbon(layer: BandLayer, frame: PanelFrame): string {
  let path = '';
  const good = (i: number): boolean =>
    Number.isFinite(at(layer.low, i)) && Number.isFinite(at(layer.high, i)) && Number.isFinite(at(layer.x, i));
  for (let i = 0; i < layer.x.length; i++) {
    if (!good(i)) continue;
    let end = i;
    while (end + 1 < layer.x.length && good(end + 1)) end++;
    const place = (column: BandLayer['low'], j: number): readonly [number, number] => [
      frame.xs.of(at(layer.x, j)),
      clamp(frame.ys.of(at(column, j)), frame.y - 50, frame.y + frame.height + 50),
    ];
    const forth = Array.from({ length: end - i + 1 }, (_, k) => place(layer.high, i + k));
    const back = Array.from({ length: end - i + 1 }, (_, k) => place(layer.low, end - k));
    path += pathOf([...forth, ...back], true);
    i = end;
  }
  return path;
}

const paint = (layer: BandLayer): { fill: string; 'fill-opacity': number } => ({
  fill: layer.color ?? grey,
  'fill-opacity': layer.opacity ?? 0.35,
});

export const band: LayerKind<BandLayer> = {
  extent(layer) {
    const x = rangeOf(layer.x);
    const y = rangeOf(layer.low, layer.high);
    return { x: x.range, xPositive: x.positive, y: y.range, yPositive: y.positive, tight: isStepwise(layer) };
  },

  draw(layer, frame) {
    if (!isStepwise(layer)) return tag('path', { d: ribbon(layer, frame), ...paint(layer) });
    const list = boxes(layer, frame);
    if (layer.style !== 'hatch')
      return list.length ? tag('path', { d: list.map(boxPath).join(''), ...paint(layer) }) : '';
    const strokes = hatch(list, frame.fontSize * 0.3);
    return strokes && tag('path', { d: strokes, stroke: layer.color ?? grey, 'stroke-width': 1, fill: 'none' });
  },

  ink(layer, frame) {
    if (isStepwise(layer))
      return boxes(layer, frame).map((b): Ink => [(b.left + b.right) / 2, (b.top + b.bottom) / 2, 1]);
    return Array.from({ length: layer.x.length }, (_, i): Ink[] => {
      const [x, low, high] = [
        frame.xs.of(at(layer.x, i)),
        frame.ys.of(at(layer.low, i)),
        frame.ys.of(at(layer.high, i)),
      ];
      return [low, (low + high) / 2, high].map((y): Ink => [x, y, 0.5]);
    })
      .flat()
      .filter(([x, y]) => Number.isFinite(x) && Number.isFinite(y));
  },

  swatch(layer, box, fontSize) {
    const area = {
      left: box.x,
      right: box.x + box.width,
      top: box.y + box.height * 0.14,
      bottom: box.y + box.height * 0.86,
    };
    if (layer.style !== 'hatch') return tag('path', { d: boxPath(area), ...paint(layer) });
    return tag('path', {
      d: hatch([area], fontSize * 0.3),
      stroke: layer.color ?? grey,
      'stroke-width': 1,
      fill: 'none',
    });
  },
};
