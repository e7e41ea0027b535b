import type { AxisSpec } from './figure.js';
import type { PanelFrame } from './layers/layer.js';
import type { PanelBox } from './layout.js';
import { num, tag } from './svg.js';
import { textSvg, textWidth } from './text.js';

const nameOf = (spec: AxisSpec): string =>
  [spec.label ?? '', spec.unit ? `[${spec.unit}]` : ''].filter(Boolean).join(' ');

/** Ticks inside on all four sides. */
function tickMarks(box: PanelBox, frame: PanelFrame): string {
  const long = Math.min(frame.fontSize * 0.55, frame.height * 0.09);
  const [right, bottom] = [frame.x + frame.width, frame.y + frame.height];
  const [xs, ys] = [frame.xs, frame.ys];
  let path = '';
  const vertical = (values: readonly number[], length: number): void => {
    for (const value of values) {
      const x = num(xs.of(value));
      path += `M${x} ${num(bottom)}v${num(-length)}M${x} ${num(frame.y)}v${num(length)}`;
    }
  };
  const horizontal = (values: readonly number[], length: number): void => {
    for (const value of values) {
      const y = num(ys.of(value));
      path += `M${num(frame.x)} ${y}h${num(length)}M${num(right)} ${y}h${num(-length)}`;
    }
  };
  if (!box.panel.x.ticks) vertical(box.xTicks.major, long);
  vertical(box.xTicks.minor, long * 0.5);
  if (!box.panel.y.ticks) horizontal(box.yTicks.major, long);
  horizontal(box.yTicks.minor, long * 0.5);
  return path && tag('path', { d: path, stroke: '#000', 'stroke-width': 1.2, fill: 'none' });
}

function xNames(box: PanelBox, frame: PanelFrame): string {
  const { fontSize: size } = frame;
  const [right, bottom] = [frame.x + frame.width, frame.y + frame.height];
  const slanted = box.panel.x.slanted ?? false;
  const baseline = bottom + size * 1.2;
  const labels = box.xTicks.major.map((value, i) => {
    const text = box.xTicks.labels[i] ?? '';
    const x = frame.xs.of(value);
    if (box.walled && x + textWidth(text, size) / 2 > right) return '';
    if (!slanted) return textSvg(text, { x, y: baseline, size, anchor: 'middle' });
    return textSvg(text, { x: x + size * 0.3, y: bottom + size * 0.7, size, anchor: 'end', rotate: -45 });
  });
  const { exponent } = box.xTicks;
  const last = textWidth(box.xTicks.labels.at(-1) ?? '', size) / 2;
  const power = exponent
    ? textSvg(`×10^{${exponent}}`, { x: right + last + size * 0.4, y: baseline, size: size * 0.85 })
    : '';
  const name = nameOf(box.panel.x);
  const fitted = Math.min(
    size * 1.08,
    (size * 1.08 * (frame.width + size * 2)) / Math.max(1, textWidth(name, size * 1.08)),
  );
  const nameY = slanted ? bottom + size * 4 : bottom + size * 2.45;
  const title = name && textSvg(name, { x: right, y: nameY, size: fitted, anchor: 'end' });
  return labels.join('') + power + title;
}

function yNames(box: PanelBox, frame: PanelFrame): string {
  const { fontSize: size } = frame;
  const labels = box.yTicks.major.map((value, i) => {
    const y = frame.ys.of(value);
    // The highest label of a lower panel would touch the lowest of the one above.
    if (box.roofed && y - frame.y < size * 0.45) return '';
    return textSvg(box.yTicks.labels[i] ?? '', { x: frame.x - size * 0.35, y: y + size * 0.36, size, anchor: 'end' });
  });
  const { exponent } = box.yTicks;
  const power = exponent
    ? textSvg(`×10^{${exponent}}`, {
        x: frame.x - size * 0.6,
        y: frame.y - size * 0.5,
        size: size * 0.85,
        anchor: 'end',
      })
    : '';
  const name = nameOf(box.panel.y);
  const long = textWidth(name, size * 1.08);
  const fitted = size * 1.08 * Math.min(1, (frame.height * 1.06) / Math.max(1, long));
  const title = name && textSvg(name, { x: box.labelX, y: frame.y, size: fitted, anchor: 'end', rotate: -90 });
  return labels.join('') + power + title;
}

/** Ticks, frame, tick labels and names of both axes. */
export function drawAxes(box: PanelBox, frame: PanelFrame): string {
  const { x, y, width, height } = frame;
  const border = tag('rect', { x, y, width, height, fill: 'none', stroke: '#000', 'stroke-width': 2 });
  return (
    tickMarks(box, frame) + border + (box.namesX ? xNames(box, frame) : '') + (box.namesY ? yNames(box, frame) : '')
  );
}
