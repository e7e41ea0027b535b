import type { AxisSpec, Figure, Layer, Panel, Range } from '../figure.js';
import { ink as black } from '../palette.js';
import { areUniform, binsOf, placesOf, countLabel, perWidth, widthsOf, xAxisOf, type HistLike } from './bins.js';
import { dataErrors } from './data-errors.js';
import { head, type Common } from './maker.js';
import { ratioPanel } from './ratio.js';
import {
  drawnSimulations,
  outlineLayers,
  stackLayers,
  totalOf,
  uncertaintyBand,
  type Simulation,
} from './simulation-layers.js';

export interface DataSimulation extends Common {
  readonly data: HistLike;
  readonly dataLabel?: string | undefined;
  /** One or several; the last is the one judged: its band is drawn. */
  readonly simulations: readonly Simulation[];
  /** Simulations lie on each other and are compared as a sum. */
  readonly stack?: boolean | undefined;
  /** `data`: each simulation has the area of the data (default); `none`: as it is. */
  readonly normalise?: 'data' | 'none' | undefined;
  /** Legend of the hatched band, default `Sim. stat. unc.` or, with variations, `Stat. + syst. unc.`. */
  readonly bandLabel?: string | undefined;
  readonly x?: AxisSpec | undefined;
  readonly logY?: boolean | undefined;
  /** What is counted, default `Candidates`. */
  readonly counted?: string | undefined;
  /** Contents per unit of x; default where the bins differ in width and x is linear. */
  readonly density?: boolean | undefined;
  readonly ratio?: Range | false | undefined;
  readonly ratioLabel?: string | undefined;
}

/**
 * Data as points with their errors against one or several simulations (before, after), with the ratio below.
 * Ratio points carry the error of the data, the band round 1 that of the last simulation.
 *
 * @example dataSimulation({ name: 'ip', data, simulations: [{ hist: before, label: 'Simulation' }] })
 */
export function dataSimulation(options: DataSimulation): Figure {
  const panels = dataSimulationPanels(options);
  return { ...head(options), panels };
}

/** The same as panels, for grids. */
export function dataSimulationPanels(options: DataSimulation): Panel[] {
  const counts = binsOf(options.data);
  const x = xAxisOf(options.data.axes[0], options.x);
  const density = options.density ?? (!areUniform(counts.edges) && x.scale !== 'log');
  const drawn = drawnSimulations(options, counts, density);
  const widths = widthsOf(counts.edges).map((w) => (density ? w : 1));
  const byWidth = (column: readonly number[]): number[] => column.map((v, i) => v / (widths[i] ?? 1));
  const errors = dataErrors(counts);
  const data = density ? perWidth(counts) : counts;
  const dataError = { low: byWidth(errors.low), high: byWidth(errors.high) };

  const judged = options.stack ? totalOf(drawn) : drawn.at(-1);
  const layers: Layer[] = options.stack ? stackLayers(drawn) : drawn.flatMap(outlineLayers);
  if (judged) layers.push(uncertaintyBand(judged, options.bandLabel));
  const seen = data.values.map((v, i) => (v !== 0 || (data.variances[i] ?? 0) > 0 ? v : Number.NaN));
  layers.push({
    kind: 'points',
    ...placesOf(data.edges, x.scale),
    y: seen,
    yLow: dataError.low,
    yHigh: dataError.high,
    color: black,
    label: options.dataLabel ?? 'Data',
  });
  const smallest = Math.min(...seen.filter((v) => v > 0), ...(judged?.bins.values ?? []).filter((v) => v > 0));
  const fewest = Math.min(...seen.filter((v) => v > 0));
  const main: Panel = {
    x,
    y: {
      label: countLabel(options.counted ?? 'Candidates', counts.edges, x.unit, density),
      scale: options.logY ? 'log' : 'linear',
      // Simulated tails far below the last data point would squeeze everything else.
      from: options.logY ? 0.3 * (Number.isFinite(fewest) ? fewest : smallest) : undefined,
    },
    layers,
    text: options.text,
  };
  if (options.ratio === false || !judged) return [main];
  const compared = options.stack ? [judged] : drawn;
  const series = compared.map((d) => ({ ...d, color: compared.length === 1 ? black : d.color }));
  return [main, ratioPanel(data, dataError, series, { x, label: options.ratioLabel, domain: options.ratio })];
}
