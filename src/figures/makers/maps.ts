import type { AxisSpec, Figure, MapLayer, Numbers, Panel } from '../figure.js';
import { xAxisOf, type HistLike } from './bins.js';
import { head, type Common } from './maker.js';

export interface Map2d extends Common {
  readonly hist?: HistLike | undefined;
  /** Instead of a histogram: cells in C order of [x][y]. */
  readonly cells?: { readonly xEdges: Numbers; readonly yEdges: Numbers; readonly values: Numbers } | undefined;
  readonly x?: AxisSpec | undefined;
  readonly y?: AxisSpec | undefined;
  readonly colors?: 'sequential' | 'diverging' | undefined;
  readonly domain?: readonly [number, number] | undefined;
  readonly log?: boolean | undefined;
  readonly barLabel?: string | undefined;
  readonly decimals?: number | undefined;
}

/** A two-dimensional histogram (empty cells white) or table of values in colour. */
export function map2d(options: Map2d): Figure {
  const [xAxis, yAxis] = options.hist?.axes ?? [];
  const layer: MapLayer = {
    kind: 'map',
    ...(options.cells ?? cellsOf(options.hist)),
    colors: options.colors,
    domain: options.domain,
    log: options.log,
    barLabel: options.barLabel ?? (options.hist ? 'Candidates' : undefined),
    decimals: options.decimals,
    blank: options.hist ? 0 : undefined,
  };
  const panel: Panel = {
    x: xAxisOf(xAxis, options.x),
    y: xAxisOf(yAxis, options.y),
    layers: [layer],
    text: options.text,
  };
  return { ...head(options), width: 700, panels: [panel] };
}

function cellsOf(hist: HistLike | undefined): { xEdges: Numbers; yEdges: Numbers; values: Numbers } {
  const [x, y] = hist?.axes ?? [];
  if (!hist || !x || !y) return { xEdges: [0, 1], yEdges: [0, 1], values: [Number.NaN] };
  const [nx, ny] = [x.edges.length - 1, y.edges.length - 1];
  const values: number[] = [];
  for (let i = 1; i <= nx; i++) for (let j = 1; j <= ny; j++) values.push(hist.sumw[i * (ny + 2) + j] ?? 0);
  return { xEdges: x.edges, yEdges: y.edges, values };
}

export interface CorrelationMatrix extends Common {
  readonly variables: readonly string[];
  /** Row-major, variables × variables. */
  readonly matrix: Numbers;
}

const integers = (n: number): number[] => Array.from({ length: n + 1 }, (_, i) => i);

/** The first variable stands at the top left, as matrices are written. */
function matrixPanel(
  variables: readonly string[],
  matrix: Numbers,
  more: {
    readonly title?: string;
    readonly domain: readonly [number, number];
    readonly bar?: boolean;
    readonly barLabel: string;
  },
): Panel {
  const n = variables.length;
  const values: number[] = [];
  for (let column = 0; column < n; column++)
    for (let row = n - 1; row >= 0; row--) values.push(matrix[row * n + column] ?? Number.NaN);
  const long = variables.some((name) => name.length > 40 / n);
  const ticks = variables.map((text, i) => ({ at: i + 0.5, text }));
  return {
    x: { domain: [0, n], ticks, slanted: long },
    y: { domain: [0, n], ticks: variables.map((text, i) => ({ at: n - i - 0.5, text })) },
    square: true,
    title: more.title,
    layers: [
      {
        kind: 'map',
        xEdges: integers(n),
        yEdges: integers(n),
        values,
        colors: 'diverging',
        domain: more.domain,
        bar: more.bar,
        barLabel: more.barLabel,
        ...(n <= 12 ? { decimals: 2 } : {}),
      },
    ],
  };
}

/** Correlations in colour, blue for negative, with their values written where there is room. */
export function correlationMatrix(options: CorrelationMatrix): Figure {
  const panel = matrixPanel(options.variables, options.matrix, { domain: [-1, 1], barLabel: 'Correlation' });
  return { ...head(options), width: 700, fontSize: 17, panels: [{ ...panel, text: options.text }] };
}

export interface CorrelationDifference extends Common {
  readonly variables: readonly string[];
  /** Correlations in data; and in simulation, before and (where given) after the correction. */
  readonly data: Numbers;
  readonly before: Numbers;
  readonly after?: Numbers | undefined;
  /** Written along the colour bar, default `Data − simulation`. */
  readonly barLabel?: string | undefined;
}

// Differences below this are small, whatever the colours of others: they stay pale.
const PALE = 0.1;

/**
 * Data minus simulation, correlation by correlation, before and after side by side on one colour scale. The diagonal, which
 * is 0 by construction, stays white.
 */
export function correlationDifference(options: CorrelationDifference): Figure {
  const n = options.variables.length;
  const minus = (simulation: Numbers): number[] =>
    Array.from(simulation, (v, i) => (i % (n + 1) === 0 ? Number.NaN : (options.data[i] ?? Number.NaN) - v));
  const both = [minus(options.before), ...(options.after ? [minus(options.after)] : [])];
  const most = Math.max(PALE, ...both.flat().filter(Number.isFinite).map(Math.abs));
  const domain = [-most, most] as const;
  const titles = options.after ? ['Before', 'After'] : [undefined];
  const panels = both.map((matrix, i) => ({
    ...matrixPanel(options.variables, matrix, {
      domain,
      bar: i === both.length - 1,
      barLabel: options.barLabel ?? 'Data − simulation',
    }),
    title: titles[i],
  }));
  return {
    ...head(options),
    columns: panels.length,
    width: panels.length > 1 ? Math.min(1240, 500 + 150 * n) : 700,
    fontSize: 16,
    panels,
  };
}
