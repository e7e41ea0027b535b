import type { Figure, Panel, Range } from './figure.js';
import { mapDomain } from './layers/map.js';
import { textWidth } from './text.js';
import { axisTicks, tickSize } from './ticks.js';

export interface Domains {
  readonly x: Range;
  readonly y: Range;
}

/** What every column of panels needs at its sides, in pixels. */
export interface Margins {
  readonly left: readonly number[];
  readonly right: readonly number[];
  /** Room of the y tick labels inside `left`. */
  readonly tickRoom: readonly number[];
  /** Width of every frame. */
  readonly inner: number;
  /** Height of a frame of height 1. */
  readonly baseHeight: number;
  /** Between cells that share their axes. */
  readonly gap: number;
}

function colorBarWidth(panel: Panel, size: number): number {
  const layer = panel.layers.find((l) => l.kind === 'map');
  if (!layer || layer.bar === false) return 0;
  const ticks = axisTicks({ scale: layer.log ? 'log' : 'linear' }, mapDomain(layer), 300, size * 0.85, 'y');
  const labels = Math.max(...ticks.labels.map((text) => textWidth(text, size * 0.85)));
  return size * 1.9 + labels + (layer.barLabel ? size * 1.2 : 0);
}

/** Width of the widest y tick label of a panel. */
function tickLabels(panel: Panel, domains: Domains, height: number, size: number): number {
  const small = tickSize(panel.y, height, size);
  const { labels } = axisTicks(panel.y, domains.y, height, size, 'y');
  return Math.max(0, ...labels.map((text) => textWidth(text, small)));
}

/** What stands out at the right of a frame: half of the last x tick label, or the power of ten. */
function lastLabel(panel: Panel, domains: Domains, width: number, size: number): number {
  const ticks = axisTicks(panel.x, domains.x, width, size, 'x');
  const half = textWidth(ticks.labels.at(-1) ?? '', size) / 2;
  return Math.max(size * 0.7, half + (ticks.exponent ? size * 2.7 : 2));
}

/**
 * Margins from the measured labels: nothing is cut and nothing touches.
 *
 * @param stacks panels that stand on each other, by index; stack s is in column s mod columns
 */
export function marginsOf(
  figure: Figure,
  domains: readonly Domains[],
  stacks: readonly (readonly number[])[],
  size: number,
  width: number,
): Margins {
  const columns = Math.max(1, figure.columns ?? 1);
  const shared = figure.shared ?? false;
  const gap = shared ? size * 0.9 : 0;
  const guess = width / columns - size * (shared ? 2 : 5);
  const baseHeight = columns === 1 ? 430 : guess * 0.8;
  const each = Array.from({ length: columns }, (_, column) =>
    stacks
      .filter((_stack, s) => s % columns === column)
      .flat()
      .map((i) => ({ panel: figure.panels[i] as Panel, domains: domains[i] as Domains })),
  );
  const tickRoom = each.map((panels) => {
    const widths = panels.map(({ panel, domains: d }) => {
      const height = (panel.square ? guess * 0.75 : baseHeight) * (panel.height ?? 1);
      return tickLabels(panel, d, height, size);
    });
    return Math.max(0, ...widths) + size * 0.45;
  });
  const left = each.map((panels, c) => {
    if (shared && c > 0) return gap / 2;
    return (tickRoom[c] ?? 0) + (panels.some(({ panel }) => panel.y.label) ? size * 1.5 : size * 0.4);
  });
  const right = each.map((panels, c) => {
    if (shared && c < columns - 1) return gap / 2;
    return Math.max(
      size,
      ...panels.map(({ panel, domains: d }) => lastLabel(panel, d, guess, size) + colorBarWidth(panel, size)),
    );
  });
  const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
  return { left, right, tickRoom, inner: (width - sum(left) - sum(right)) / columns, baseHeight, gap };
}
