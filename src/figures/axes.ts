import type { AxisSpec } from './figure.js';
import type { PanelFrame } from './layers/layer.js';
import type { PanelBox } from './layout.js';
import { num, tag } from './svg.js';
import { plainText, textSvg, textWidth } from './text.js';
import { tickSize } from './ticks.js';

const nameOf = (spec: AxisSpec): string =>
  [spec.label ?? '', spec.unit ? `[${spec.unit}]` : ''].filter(Boolean).join(' ');

/** A name made smaller until it fits, and cut where that is not enough. */
function fitted(name: string, size: number, room: number): { readonly text: string; readonly size: number } {
  const scale = room / Math.max(1, textWidth(name, size));
  if (scale >= 1) return { text: name, size };
  if (scale >= 0.6) return { text: name, size: size * scale };
  let text = plainText(name);
  while (text.length > 1 && textWidth(`${text}…`, size * 0.6) > room) text = text.slice(0, -1);
  return { text: `${text}…`, size: size * 0.6 };
}

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
  const small = tickSize(box.panel.x, frame.width, size);
  const baseline = bottom + size * 1.2;
  const labels = box.xTicks.major.map((value, i) => {
    const text = box.xTicks.labels[i] ?? '';
    const x = frame.xs.of(value);
    if (box.walled && x + textWidth(text, size) / 2 > right) return '';
    if (!slanted) return textSvg(text, { x, y: baseline, size: small, anchor: 'middle' });
    return textSvg(text, { x: x + small * 0.3, y: bottom + small * 0.75, size: small, anchor: 'end', rotate: -45 });
  });
  const { exponent } = box.xTicks;
  const last = textWidth(box.xTicks.labels.at(-1) ?? '', size) / 2;
  const power = exponent
    ? textSvg(`×10^{${exponent}}`, { x: right + last + size * 0.4, y: baseline, size: size * 0.85 })
    : '';
  const name = fitted(nameOf(box.panel.x), size * 1.08, frame.width + size * 2);
  const nameY = slanted ? bottom + size * 4 : bottom + size * 2.45;
  const title = textSvg(name.text, { x: right, y: nameY, size: name.size, anchor: 'end' });
  return labels.join('') + power + title;
}

function yNames(box: PanelBox, frame: PanelFrame): string {
  const { fontSize: size } = frame;
  const small = tickSize(box.panel.y, frame.height, size);
  const labels = box.yTicks.major.map((value, i) => {
    const y = frame.ys.of(value);
    // The highest label of a lower panel would touch the lowest of the one above.
    if (box.roofed && y - frame.y < size * 0.45) return '';
    return textSvg(box.yTicks.labels[i] ?? '', {
      x: frame.x - size * 0.35,
      y: y + small * 0.36,
      size: small,
      anchor: 'end',
    });
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
  const name = fitted(nameOf(box.panel.y), size * 1.08, frame.height * 1.06);
  const title = textSvg(name.text, { x: box.labelX, y: frame.y, size: name.size, anchor: 'end', rotate: -90 });
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
