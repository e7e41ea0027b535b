import type { Corner, Layer, LegendSpec, Panel } from './figure.js';
import { layerSwatch } from './layers/kinds.js';
import type { Ink, PanelFrame } from './layers/layer.js';
import { textSvg, textWidth } from './text.js';

interface Entry {
  readonly label: string;
  readonly layers: readonly Layer[];
}

interface Block {
  readonly width: number;
  readonly height: number;
  readonly preferred: readonly Corner[];
  draw(x: number, y: number): string;
}

interface Placed {
  readonly block: Block;
  readonly x: number;
  readonly y: number;
  readonly cost: number;
}

const labelOf = (layer: Layer): string | undefined => ('label' in layer ? layer.label : undefined);

/** Points first, as readers look for the data; layers of one name share an entry. */
export function legendEntries(panel: Panel): Entry[] {
  const order = panel.legend === false ? undefined : panel.legend?.order;
  const entries = new Map<string, Layer[]>();
  const ordered = [
    ...panel.layers.filter((l) => l.kind === 'points'),
    ...panel.layers.filter((l) => l.kind !== 'points'),
  ];
  for (const layer of ordered) {
    const label = labelOf(layer);
    if (label) entries.set(label, [...(entries.get(label) ?? []), layer]);
  }
  const listed = [...entries].map(([label, layers]) => ({ label, layers }));
  const rank = ({ label }: Entry): number => (order?.includes(label) ? order.indexOf(label) : Infinity);
  return order ? listed.sort((a, b) => (rank(a) === rank(b) ? 0 : rank(a) - rank(b))) : listed;
}

const everywhere: readonly Corner[] = [
  'top-right',
  'top-left',
  'top',
  'right',
  'left',
  'bottom-right',
  'bottom-left',
  'bottom',
];

/** In more columns where it is too tall for the frame, in a smaller font where it is still too large. */
function legendBlock(panel: Panel, spec: LegendSpec, frame: PanelFrame): Block | undefined {
  for (const scale of [1, 0.9, 0.8, 0.7, 0.6]) {
    const tall = legendOf(panel, spec, frame.fontSize * scale);
    if (!tall || tall.height < frame.height * 0.85) return tall;
    const columns = Math.ceil(tall.height / (frame.height * 0.8)) * (spec.columns ?? 1);
    const wide = legendOf(panel, { ...spec, columns }, frame.fontSize * scale);
    if (wide && wide.width < frame.width * 0.95) return wide;
  }
  return legendOf(panel, { ...spec, columns: 3 }, frame.fontSize * 0.5);
}

function legendOf(panel: Panel, spec: LegendSpec, fontSize: number): Block | undefined {
  const entries = legendEntries(panel);
  if (!entries.length) return undefined;
  const size = fontSize * 0.88;
  const [line, swatch, space] = [size * 1.34, size * 1.5, size * 0.5];
  const columns = Math.min(entries.length, spec.columns ?? 1);
  const rows = Math.ceil(entries.length / columns);
  const title = spec.title ? line : 0;
  const texts = Array.from({ length: columns }, (_, c) =>
    Math.max(...entries.slice(c * rows, (c + 1) * rows).map((e) => textWidth(e.label, size)), 0),
  );
  const offset = (c: number): number => texts.slice(0, c).reduce((a, w) => a + w + swatch + space + size, 0);
  return {
    width: Math.max(offset(columns) - size, spec.title ? textWidth(spec.title, size) : 0),
    height: rows * line + title,
    preferred: spec.at ? [spec.at] : everywhere,
    draw(x, y) {
      const head = spec.title ? textSvg(spec.title, { x, y: y + line * 0.72, size }) : '';
      const body = entries.map((entry, i) => {
        const left = x + offset(Math.floor(i / rows));
        const top = y + title + (i % rows) * line;
        const box = { x: left, y: top + line * 0.06, width: swatch, height: line * 0.88 };
        const pictures = entry.layers.map((layer) => layerSwatch(layer, box, fontSize)).join('');
        return pictures + textSvg(entry.label, { x: left + swatch + space, y: top + line * 0.76, size });
      });
      return head + body.join('');
    },
  };
}

function textBlock(lines: readonly string[], { fontSize, width }: PanelFrame): Block | undefined {
  if (!lines.length) return undefined;
  const longest = Math.max(...lines.map((text) => textWidth(text, fontSize)));
  const size = Math.min(fontSize * 0.88, (fontSize * (width - fontSize * 1.8)) / Math.max(1, longest));
  const line = size * 1.34;
  return {
    width: Math.max(...lines.map((text) => textWidth(text, size))),
    height: lines.length * line,
    preferred: ['top-left', 'top-right', 'bottom-left', 'bottom-right', 'left', 'right'],
    draw: (x, y) => lines.map((text, i) => textSvg(text, { x, y: y + (i + 0.76) * line, size })).join(''),
  };
}

function corner(where: Corner, block: Block, frame: PanelFrame): readonly [number, number] {
  // Clear of the ticks, which a short dash of text would look like.
  const pad = frame.fontSize * 1.1;
  const x = where.endsWith('left')
    ? frame.x + pad
    : where.endsWith('right')
      ? frame.x + frame.width - pad - block.width
      : frame.x + (frame.width - block.width) / 2;
  const y = where.startsWith('top')
    ? frame.y + frame.fontSize * 0.68
    : where.startsWith('bottom')
      ? frame.y + frame.height - frame.fontSize * 0.68 - block.height
      : frame.y + (frame.height - block.height) / 2;
  return [x, y];
}

/** What would be hidden: the ink under the block, and any block placed before. */
function costOf(
  block: Block,
  x: number,
  y: number,
  frame: PanelFrame,
  ink: readonly Ink[],
  before: readonly Placed[],
): number {
  const air = frame.fontSize * 0.5;
  const [left, right, top, bottom] = [x - air, x + block.width + air, y - air, y + block.height + air];
  let cost = 0;
  for (const [px, py, weight] of ink) if (px > left && px < right && py > top && py < bottom) cost += weight;
  for (const other of before) {
    const clear =
      other.x > right || other.x + other.block.width < left || other.y > bottom || other.y + other.block.height < top;
    if (!clear) cost += 1000;
  }
  if (x < frame.x || y < frame.y || y + block.height > frame.y + frame.height) cost += 500;
  return cost;
}

export interface Furniture {
  readonly svg: string;
  /** How much is hidden: 0 where everything stays visible. */
  readonly cost: number;
}

/** Legend and text lines of a panel, each where it hides least; earlier places in the list win ties. */
export function placeFurniture(panel: Panel, frame: PanelFrame, ink: readonly Ink[]): Furniture {
  const legend = panel.legend === false ? undefined : legendBlock(panel, panel.legend ?? {}, frame);
  const blocks = [textBlock(panel.text ?? [], frame), legend].filter((b) => b !== undefined);
  const placed: Placed[] = [];
  for (const block of blocks) {
    let best: Placed | undefined;
    for (const where of block.preferred) {
      const [x, y] = corner(where, block, frame);
      const cost = costOf(block, x, y, frame, ink, placed) + (where.startsWith('top') ? 0 : 3);
      if (!best || cost < best.cost) best = { block, x, y, cost };
    }
    if (best) placed.push(best);
  }
  return {
    svg: placed.map((p) => p.block.draw(p.x, p.y)).join(''),
    cost: placed.reduce((sum, p) => sum + p.cost, 0),
  };
}
