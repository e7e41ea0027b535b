import type { Figure, Panel } from './figure.js';
import { marginsOf, type Domains } from './margins.js';
import { textWidth } from './text.js';
import { axisTicks, tickSize, type Ticks } from './ticks.js';

/** One panel with its place: inside of the frame in pixels, and what is written round it. */
export interface PanelBox {
  readonly panel: Panel;
  readonly index: number;
  readonly row: number;
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

/** Room under a frame for its x tick labels. */
function footRoom({ x }: Panel, inner: number, size: number): number {
  if (!x.slanted) return size * 1.35;
  const small = tickSize(x, inner, size);
  return Math.max(...(x.ticks ?? []).map((tick) => textWidth(tick.text, small))) * 0.72 + size * 0.9;
}

/** Places every panel. */
export function layoutOf(figure: Figure, domains: readonly Domains[]): Layout {
  const size = fontSizeOf(figure);
  const columns = Math.max(1, figure.columns ?? 1);
  const stacks = stacksOf(figure);
  const width = figure.width ?? defaultWidth[columns] ?? 400 * columns;
  const { left, right, tickRoom, inner, baseHeight, gap } = marginsOf(figure, domains, stacks, size, width);
  const shared = figure.shared ?? false;
  const panel = (i: number): Panel => figure.panels[i] as Panel;
  const ticks = (i: number, height: number): Pick<PanelBox, 'xTicks' | 'yTicks'> => {
    const { x, y } = domains[i] as Domains;
    return {
      xTicks: axisTicks(panel(i).x, x, inner, size, 'x'),
      yTicks: axisTicks(panel(i).y, y, height, size, 'y'),
    };
  };
  const power = stacks.slice(0, columns).some(([i = 0]) => ticks(i, baseHeight).yTicks.exponent);
  const title = figure.title ? size * 1.7 : 0;
  const head = figure.label ? size * 1.75 : size * (power ? 1.5 : 0.9);
  const columnX = left.map((_, c) => left.slice(0, c + 1).reduce((a, b) => a + b, 0) + rightOf(right, c) + inner * c);

  const boxes: PanelBox[] = [];
  let top = title + head;
  for (let first = 0; first < stacks.length; first += columns) {
    const row = first / columns;
    const inRow = stacks.slice(first, first + columns);
    const above = inRow.some((stack) => panel(stack[0] ?? 0).title) ? size * 1.4 : 0;
    let bottom = 0;
    inRow.forEach((stack, c) => {
      // Cells without another one below them carry the names of a shared x axis.
      const outer = !shared || first + c + columns >= stacks.length;
      const x = columnX[c] ?? 0;
      let y = top + above;
      stack.forEach((i, k) => {
        const lowest = k === stack.length - 1;
        const height = (panel(i).square ? inner : baseHeight) * (panel(i).height ?? 1);
        if (k > 0) y += size * 0.5;
        boxes.push({
          panel: panel(i),
          index: i,
          row,
          x,
          y,
          width: inner,
          height,
          ...ticks(i, height),
          namesX: lowest && outer,
          namesY: !shared || c === 0,
          labelX: x - (tickRoom[c] ?? 0) - size * 0.55,
          roofed: k > 0 || (shared && row > 0),
          walled: shared && c < inRow.length - 1,
        });
        y += height;
        const name = panel(i).x.label ? size * 1.35 : size * 0.3;
        if (lowest) bottom = Math.max(bottom, y + (outer ? footRoom(panel(i), inner, size) + name : gap));
      });
    });
    top = bottom + (first + columns < stacks.length && !shared ? size * 0.8 : 0);
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

/** What stands at the right of the columns before column c. */
const rightOf = (right: readonly number[], c: number): number => right.slice(0, c).reduce((a, b) => a + b, 0);
