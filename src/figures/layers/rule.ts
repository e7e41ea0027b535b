import type { FlagsLayer, RuleLayer, TextLayer } from '../figure.js';
import { grey, ink as black } from '../palette.js';
import { num, tag } from '../svg.js';
import { textSvg } from '../text.js';
import { along, at, type LayerKind } from './layer.js';

export const rule: LayerKind<RuleLayer> = {
  extent: (layer) => (layer.y === undefined ? {} : { y: [layer.y, layer.y] }),
  draw({ x, y, color = grey, width = 1.6, dash }, frame) {
    const paint = { stroke: color, 'stroke-width': width, 'stroke-dasharray': dash };
    const across = y === undefined ? '' : `M${num(frame.x)} ${num(frame.ys.of(y))}H${num(frame.x + frame.width)}`;
    const down = x === undefined ? '' : `M${num(frame.xs.of(x))} ${num(frame.y)}V${num(frame.y + frame.height)}`;
    return tag('path', { d: across + down, ...paint });
  },
  ink({ x, y }, frame) {
    if (x === undefined) return y === undefined ? [] : [];
    const place = frame.xs.of(x);
    return [...along([place, frame.y], [place, frame.y + frame.height], 20)];
  },
  swatch: ({ color = grey, width = 1.6, dash }, box) =>
    tag('path', {
      d: `M${num(box.x)} ${num(box.y + box.height / 2)}H${num(box.x + box.width)}`,
      stroke: color,
      'stroke-width': width,
      'stroke-dasharray': dash,
    }),
};

export const text: LayerKind<TextLayer> = {
  extent: () => ({}),
  draw: ({ x, y, text: label, anchor, color, size = 0.9 }, frame) =>
    textSvg(label, {
      x: frame.xs.of(x),
      y: frame.ys.of(y),
      size: frame.fontSize * size,
      anchor,
      fill: color,
    }),
  ink: ({ x, y }, frame) => [[frame.xs.of(x), frame.ys.of(y), 5]],
};

export const flags: LayerKind<FlagsLayer> = {
  extent: () => ({}),
  draw({ x, color = black }, frame) {
    const r = frame.fontSize * 0.16;
    let path = '';
    for (let i = 0; i < x.length; i++) {
      if (!frame.xs.inside(at(x, i))) continue;
      const [px, py] = [frame.xs.of(at(x, i)), frame.y + frame.height - 3 * r];
      path += `M${num(px - r)} ${num(py - r)}L${num(px + r)} ${num(py + r)}M${num(px - r)} ${num(py + r)}L${num(px + r)} ${num(py - r)}`;
    }
    return path && tag('path', { d: path, stroke: color, 'stroke-width': 1.4, class: 'flag' });
  },
  ink: () => [],
  swatch({ color = black }, box, fontSize) {
    const [r, x, y] = [fontSize * 0.16, box.x + box.width / 2, box.y + box.height / 2];
    const d = `M${num(x - r)} ${num(y - r)}L${num(x + r)} ${num(y + r)}M${num(x - r)} ${num(y + r)}L${num(x + r)} ${num(y - r)}`;
    return tag('path', { d, stroke: color, 'stroke-width': 1.4 });
  },
};
