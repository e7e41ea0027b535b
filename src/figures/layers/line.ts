import type { LineLayer } from '../figure.js';
import { petroff } from '../palette.js';
import { num, pathOf, tag } from '../svg.js';
import { along, at, rangeOf, type Ink, type LayerKind, type PanelFrame } from './layer.js';

/** The curve's pieces, broken where a value is not finite. */
function pieces(layer: LineLayer, frame: PanelFrame): (readonly [number, number])[][] {
  const list: (readonly [number, number])[][] = [];
  let piece: (readonly [number, number])[] = [];
  for (let i = 0; i < layer.x.length; i++) {
    const [x, y] = [at(layer.x, i), at(layer.y, i)];
    if (Number.isFinite(x) && Number.isFinite(y)) piece.push([frame.xs.of(x), frame.ys.of(y)]);
    else if (piece.length) {
      list.push(piece);
      piece = [];
    }
  }
  return piece.length ? [...list, piece] : list;
}

const stroke = (layer: LineLayer): Record<string, string | number | undefined> => ({
  fill: 'none',
  stroke: layer.color ?? petroff[0],
  'stroke-width': layer.width ?? 2.2,
  'stroke-dasharray': layer.dash,
  'stroke-linejoin': 'round',
  'stroke-opacity': layer.opacity,
});

export const line: LayerKind<LineLayer> = {
  extent(layer) {
    const x = rangeOf(layer.x);
    const y = rangeOf(layer.y);
    return { x: x.range, xPositive: x.positive, y: y.range, yPositive: y.positive };
  },
  draw: (layer, frame) =>
    tag('path', {
      d: pieces(layer, frame)
        .map((p) => pathOf(p))
        .join(''),
      ...stroke(layer),
    }),
  ink(layer, frame) {
    const places: Ink[] = [];
    for (const piece of pieces(layer, frame))
      for (let i = 1; i < piece.length; i++) places.push(...along(piece[i - 1] ?? [0, 0], piece[i] ?? [0, 0], 8));
    return places;
  },
  swatch: (layer, box) =>
    tag('path', {
      d: `M${num(box.x)} ${num(box.y + box.height / 2)}H${num(box.x + box.width)}`,
      ...stroke(layer),
      'stroke-opacity': undefined,
    }),
};
