import { band } from '../../hist/estimate.js';
import { cellBounds } from '../../hist/find-cell.js';
import type { RateTable, TableAxis } from '../../hist/weight-table.js';
import type { AxisSpec, Figure, Panel, Range } from '../figure.js';
import { head, type Common } from './maker.js';
import { profile, type ProfileSeries } from './profile.js';

export interface TableSlices extends Common {
  /** Tables of the same bins; the first is drawn as points and compared with the others: data, simulation. */
  readonly tables: readonly { readonly label: string; readonly table: RateTable }[];
  /** The axis that runs along x, the first by default. */
  readonly along?: string | undefined;
  /** Labels and units of the axes, by column. */
  readonly axes?: Readonly<Record<string, AxisSpec>> | undefined;
  readonly y?: AxisSpec | undefined;
  readonly ratio?: Range | undefined;
  /** What the ratio is of, default `Ratio`. */
  readonly compareLabel?: string | undefined;
  /** Slices of one figure, as `mostSlices` says by default; more are left to further figures (`from`). */
  readonly most?: number | undefined;
  /** The first slice that is drawn. */
  readonly from?: number | undefined;
}

/** A column for each bin of the last axis where these are two or three (both charges side by side), else two or three. */
function columnsOf(axes: readonly TableAxis[], along: number, slices: number): number {
  const last = axes.filter((_, a) => a !== along).at(-1);
  const bins = last ? last.edges.length - 1 : 1;
  if (bins === 2 || bins === 3) return bins;
  return slices === 4 ? 2 : Math.min(3, slices);
}

/** How many slices a figure holds: 9, or less so that its rows are whole. */
export function mostSlices(axes: readonly TableAxis[], along?: string): number {
  const a = Math.max(
    0,
    axes.findIndex(({ column }) => column === along),
  );
  const columns = columnsOf(axes, a, sliceCount(axes, along));
  return Math.floor(9 / columns) * columns;
}

/** Number of slices of a table along one of its axes. */
export const sliceCount = (axes: readonly TableAxis[], along?: string): number =>
  axes.reduce((n, a) => n * (a.column === (along ?? axes[0]?.column) ? 1 : a.edges.length - 1), 1);

/** Rates against one variable, a frame for every bin of the others, with ratios below. Errors: all sources. */
export function tableSlices(options: TableSlices): Figure {
  const { axes } = options.tables[0].table;
  const along = Math.max(
    0,
    axes.findIndex((a) => a.column === options.along),
  );
  const { column, edges } = axes[along];
  const slices = slicesOf(axes, along);
  const from = options.from ?? 0;
  const shown = slices.slice(from, from + (options.most ?? mostSlices(axes, column)));
  const x = options.axes?.[column] ?? { label: column };
  const panels = shown.flatMap((cells, k): Panel[] => {
    const series = options.tables.map(({ label, table }): ProfileSeries => {
      const rates = cells.map((c) => table.cells[c].rate);
      const bands = rates.map((rate) => band(rate));
      return { label, value: rates.map((r) => r.value), low: bands.map((b) => b.down), high: bands.map((b) => b.up) };
    });
    const figure = profile({
      name: options.name,
      edges,
      series,
      x,
      y: { label: 'Rate', ...options.y },
      compare: series.length > 1 ? 'ratio' : undefined,
      compareRange: options.ratio,
      compareLabel: options.compareLabel,
      text: [...(k === 0 ? (options.text ?? []) : []), ...sliceText(axes, along, cells[0], options.axes)],
    });
    return figure.panels.map((panel): Panel => (k === 0 || panel.joined ? panel : { ...panel, legend: false }));
  });
  const columns = Math.min(shown.length, columnsOf(axes, along, slices.length));
  // More than two rows are made lower, so that the figure stays on a page.
  const lower = shown.length > 2 * columns ? 0.6 : 1;
  const sized = panels.map((panel): Panel => (lower < 1 ? { ...panel, height: lower * (panel.height ?? 1) } : panel));
  return { ...head(options), columns, shared: shown.length > 1, panels: alike(sized) };
}

/** Frames of a grid share one range of y, and one of the ratio. */
function alike(panels: readonly Panel[]): Panel[] {
  const reach = (joined: boolean): Range | undefined => {
    let [low, high] = [Infinity, -Infinity];
    for (const panel of panels) {
      if (Boolean(panel.joined) !== joined) continue;
      for (const layer of panel.layers) {
        if (layer.kind !== 'points') continue;
        for (let i = 0; i < layer.y.length; i++) {
          // A bin of huge error does not decide for the others.
          const [value, up, down] = [layer.y[i], layer.yHigh?.[i] ?? 0, layer.yLow?.[i] ?? 0];
          if (!Number.isFinite(value)) continue;
          low = Math.min(low, value - Math.min(down, 0.5));
          high = Math.max(high, value + Math.min(up, 0.5));
        }
      }
    }
    return low < high ? [low, high] : undefined;
  };
  const [main, ratio] = [reach(false), reach(true)];
  const roomy = ([low, high]: Range, above: number): Range => [low - 0.08 * (high - low), high + above * (high - low)];
  return panels.map((panel) => {
    const range = panel.joined ? ratio : main;
    if (!range || panel.y.domain) return panel;
    const domain: Range = panel.joined
      ? roomy([Math.max(0, range[0]), Math.min(3, range[1])], 0.08)
      : roomy(range, 0.35);
    return { ...panel, y: { ...panel.y, domain } };
  });
}

/** Cells of every slice, in the order of the axis that runs. */
function slicesOf(axes: readonly TableAxis[], along: number): number[][] {
  const sizes = axes.map((a) => a.edges.length - 1);
  const stride = sizes.slice(along + 1).reduce((n, s) => n * s, 1);
  const total = sizes.reduce((n, s) => n * s, 1);
  const starts = Array.from({ length: total }, (_, c) => c).filter((c) => Math.floor(c / stride) % sizes[along] === 0);
  return starts.map((start) => Array.from({ length: sizes[along] }, (_, i) => start + i * stride));
}

/** `0.2 < cosθ < 0.6`, and for a charge its sign. */
export function sliceText(
  axes: readonly TableAxis[],
  without: number,
  cell: number,
  specs: TableSlices['axes'],
): string[] {
  return cellBounds(axes, cell).flatMap(([low, high], a) => {
    const { column } = axes[a];
    if (a === without) return [];
    if (/(^|_)charge$/i.test(column) && (low >= 0 || high <= 0)) return [low >= 0 ? 'charge +' : 'charge −'];
    const { label = column, unit } = specs?.[column] ?? {};
    return [`${written(low)} < ${label} < ${written(high)}${unit ? ` ${unit}` : ''}`];
  });
}

const written = (v: number): string => String(Number(v.toPrecision(4))).replace('-', '−');
