import { cellBounds } from '../../hist/find-cell.js';
import type { RateTable, TableAxis, WeightTable } from '../../hist/weight-table.js';
import type { AxisSpec, Figure, Panel, Range } from '../figure.js';
import { head, type Common } from './maker.js';
import { sliceText } from './table-slices.js';

export interface TableMaps extends Common {
  readonly table: RateTable | WeightTable;
  /** Columns along x and y; the first two axes of more than two bins by default. */
  readonly x?: string | undefined;
  readonly y?: string | undefined;
  readonly axes?: Readonly<Record<string, AxisSpec>> | undefined;
  readonly barLabel?: string | undefined;
  /** Ends of the colour scale. */
  readonly domain?: Range | undefined;
  readonly most?: number | undefined;
}

/**
 * A table of two axes or more as maps, one for every bin of the others: rates in rising colour, ratios in two colours about
 * 1, the number in every cell. Bins without a number are white.
 *
 * @returns undefined for a table of one axis
 */
export function tableMaps(options: TableMaps): Figure | undefined {
  const { table } = options;
  const { axes } = table;
  if (axes.length < 2) return undefined;
  const place = (column: string | undefined): number | undefined => {
    const found = axes.findIndex((a) => a.column === column);
    return found < 0 ? undefined : found;
  };
  // Two signs of a charge make a poor map: axes of few bins come last.
  const coarse = (a: number): number => (axes[a].edges.length <= 3 ? 1 : 0);
  const order = [...axes.keys()].sort((a, b) => coarse(a) - coarse(b) || a - b);
  const ax = place(options.x) ?? order.find((a) => a !== place(options.y)) ?? 0;
  const ay = place(options.y) ?? order.find((a) => a !== ax) ?? 1;
  const isRatio = !('sample' in table);
  const values = 'sample' in table ? table.cells.map((c) => c.rate.value) : table.cells.map((c) => c.ratio.value);
  const domain = options.domain ?? scale(values, isRatio);
  const groups = others(axes, ax, ay);
  const shown = groups.slice(0, options.most ?? 6);
  const spec = (a: number): AxisSpec => options.axes?.[axes[a].column] ?? { label: axes[a].column };
  const panels = shown.map((start, k): Panel => {
    const [nx, ny] = [axes[ax].edges.length - 1, axes[ay].edges.length - 1];
    const [sx, sy] = [stride(axes, ax), stride(axes, ay)];
    const cells: number[] = [];
    for (let i = 0; i < nx; i++) for (let j = 0; j < ny; j++) cells.push(values[start + i * sx + j * sy]);
    return {
      x: spec(ax),
      y: spec(ay),
      title: cellBounds(axes, start)
        .flatMap((_, a) => (a === ax || a === ay ? [] : sliceText([axes[a]], -1, binAt(axes, a, start), options.axes)))
        .join(', '),
      text: k === 0 ? options.text : undefined,
      layers: [
        {
          kind: 'map',
          xEdges: axes[ax].edges,
          yEdges: axes[ay].edges,
          values: cells,
          colors: isRatio ? 'diverging' : 'sequential',
          domain,
          decimals: 2,
          barLabel: options.barLabel ?? (isRatio ? 'Data / simulation' : 'Rate'),
        },
      ],
    };
  });
  return { ...head(options), columns: Math.min(2, panels.length), width: panels.length > 1 ? 1250 : 760, panels };
}

function scale(values: readonly number[], isRatio: boolean): Range {
  const known = values.filter(Number.isFinite);
  if (!isRatio) return [0, Math.min(1, Math.max(0.01, ...known))];
  const far = Math.max(0.02, ...known.map((v) => Math.abs(v - 1)));
  // Beyond a factor of two the number in the cell must do.
  const half = Math.min(1, Math.ceil(far * 20) / 20);
  return [1 - half, 1 + half];
}

const stride = (axes: readonly TableAxis[], a: number): number =>
  axes.slice(a + 1).reduce((n, axis) => n * (axis.edges.length - 1), 1);

const binAt = (axes: readonly TableAxis[], a: number, cell: number): number =>
  Math.floor(cell / stride(axes, a)) % (axes[a].edges.length - 1);

/** The first cell of every map. */
function others(axes: readonly TableAxis[], ax: number, ay: number): number[] {
  const total = axes.reduce((n, axis) => n * (axis.edges.length - 1), 1);
  return Array.from({ length: total }, (_, c) => c).filter((c) => binAt(axes, ax, c) === 0 && binAt(axes, ay, c) === 0);
}
