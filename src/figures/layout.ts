import type { Figure, Panel, Range } from './figure.js';
import { textWidth } from './text.js';
import { axisTicks, tickSize, type Ticks } from './ticks.js';
import { mapDomain } from './layers/map.js';

/** One panel with its place: inside of the frame in pixels, and what is written round it. */
export interface PanelBox {
  readonly panel: Panel;
  readonly index: number;
  readonly stack: number;
  readonly row: number;
  readonly column: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly xTicks: Ticks;
  readonly yTicks: Ticks;
  /** Tick labels and name of the x axis are written under this panel. */
  readonly namesX: boolean;
  readonly namesY: boolean;
  /** Baseline x of the rotated y label. */
  readonly labelX: number;
  /** A panel of the same stack or grid ends directly above or at the right. */
  readonly roofed: boolean;
  readonly walled: boolean;
}

export interface Domains {
  readonly x: Range;
  readonly y: Range;
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly fontSize: number;
  readonly boxes: readonly PanelBox[];
  /** Baseline of the experiment label. */
  readonly labelY: number;
  readonly titleY: number;
}

/** Panels that stand on each other: a panel and the `joined` ones after it. */
export function stacksOf(figure: Figure): number[][] {
  const stacks: number[][] = [];
  figure.panels.forEach((panel, i) => {
    const last = stacks.at(-1);
    if (panel.joined && last) last.push(i);
    else stacks.push([i]);
  });
  return stacks;
}

export const fontSizeOf = (figure: Figure): number => figure.fontSize ?? [20, 20, 18, 16][figure.columns ?? 1] ?? 15;

const defaultWidth = [640, 640, 1080, 1320];

const colorBarWidth = (panel: Panel, size: number): number => {
  const layer = panel.layers.find((l) => l.kind === 'map');
  if (!layer) return 0;
  const ticks = axisTicks({ scale: layer.log ? 'log' : 'linear' }, mapDomain(layer), 300, size * 0.85, 'y');
  const labels = Math.max(...ticks.labels.map((text) => textWidth(text, size * 0.85)));
  return size * 1.9 + labels + (layer.barLabel ? size * 1.2 : 0);
};

/** Places every panel. Margins follow the measured tick labels, so that nothing is cut and nothing touches. */
export function layoutOf(figure: Figure, domains: readonly Domains[]): Layout {
  const size = fontSizeOf(figure);
  const columns = Math.max(1, figure.columns ?? 1);
  const stacks = stacksOf(figure);
  const rows = Math.ceil(stacks.length / columns);
  const width = figure.width ?? defaultWidth[columns] ?? 400 * columns;
  const shared = figure.shared ?? false;
  const gap = shared ? size * 0.9 : 0;
  const panel = (i: number): Panel => figure.panels[i] as Panel;
  const domain = (i: number): Domains => domains[i] as Domains;

  const guessW = width / columns - size * (shared ? 2 : 5);
  const baseHeight = columns === 1 ? 430 : guessW * 0.8;
  const yTicksOf = (i: number, height: number): Ticks => axisTicks(panel(i).y, domain(i).y, height, size, 'y');
  const inColumn = (column: number): number[] => stacks.filter((_, s) => s % columns === column).flat();

  const tickRoom = Array.from({ length: columns }, (_, column) => {
    const widths = inColumn(column).flatMap((i) => {
      const height = (panel(i).square ? guessW * 0.75 : baseHeight) * (panel(i).height ?? 1);
      const small = tickSize(panel(i).y, height, size);
      return yTicksOf(i, height).labels.map((text) => textWidth(text, small));
    });
    return Math.max(0, ...widths) + size * 0.45;
  });
  const named = (column: number): boolean => inColumn(column).some((i) => panel(i).y.label);
  const left = tickRoom.map((room, c) => (shared && c > 0 ? gap / 2 : room + (named(c) ? size * 1.5 : size * 0.4)));
  const lastLabel = (i: number): number => {
    const ticks = axisTicks(panel(i).x, domain(i).x, guessW, size, 'x');
    const half = textWidth(ticks.labels.at(-1) ?? '', size) / 2;
    return Math.max(size * 0.7, half + (ticks.exponent ? size * 2.7 : 2));
  };
  const right = tickRoom.map((_, c) =>
    shared && c < columns - 1
      ? gap / 2
      : Math.max(size, ...inColumn(c).map((i) => lastLabel(i) + colorBarWidth(panel(i), size))),
  );
  const margins = left.reduce((a, b) => a + b, 0) + right.reduce((a, b) => a + b, 0);
  const inner = (width - margins) / columns;

  const title = figure.title ? size * 1.7 : 0;
  const power = stacks.slice(0, columns).some(([i = 0]) => yTicksOf(i, baseHeight).exponent);
  const head = figure.label ? size * 1.75 : size * (power ? 1.5 : 0.9);
  const slantRoom = (i: number): number => {
    if (!panel(i).x.slanted) return size * 1.35;
    const small = tickSize(panel(i).x, inner, size);
    return Math.max(...(panel(i).x.ticks ?? []).map((t) => textWidth(t.text, small))) * 0.72 + size * 0.9;
  };

  const boxes: PanelBox[] = [];
  let top = title + head;
  for (let row = 0; row < rows; row++) {
    const inRow = stacks.slice(row * columns, row * columns + columns);
    const lastRow = (s: number): boolean => s + columns >= stacks.length;
    const above = inRow.some((stack) => panel(stack[0] ?? 0).title) ? size * 1.4 : 0;
    let bottom = 0;
    inRow.forEach((stack, c) => {
      const s = row * columns + c;
      const x =
        left.slice(0, c + 1).reduce((a, b) => a + b, 0) + right.slice(0, c).reduce((a, b) => a + b, 0) + inner * c;
      let y = top + above;
      stack.forEach((i, k) => {
        const lowest = k === stack.length - 1;
        const height = (panel(i).square ? inner : baseHeight) * (panel(i).height ?? 1);
        if (k > 0) y += size * 0.5;
        boxes.push({
          panel: panel(i),
          index: i,
          stack: s,
          row,
          column: c,
          x,
          y,
          width: inner,
          height,
          xTicks: axisTicks(panel(i).x, domain(i).x, inner, size, 'x'),
          yTicks: yTicksOf(i, height),
          namesX: lowest && (!shared || lastRow(s)),
          namesY: !shared || c === 0,
          labelX: x - (tickRoom[c] ?? 0) - size * 0.55,
          roofed: k > 0 || (shared && row > 0),
          walled: shared && c < inRow.length - 1,
        });
        y += height;
        if (!lowest) return;
        const name = panel(i).x.label ? size * 1.35 : size * 0.3;
        bottom = Math.max(bottom, y + (shared && !lastRow(s) ? gap : slantRoom(i) + name));
      });
    });
    top = bottom + (row < rows - 1 && !shared ? size * 0.8 : 0);
  }
  return {
    width,
    height: Math.ceil(top + size * 0.35),
    fontSize: size,
    boxes,
    labelY: title + head - size * 0.5,
    titleY: size * 1.35,
  };
}
