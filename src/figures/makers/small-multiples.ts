import type { AxisSpec, Figure, Panel, Range } from '../figure.js';
import { ratioRange } from './ratio.js';
import { dataSimulationPanels, type DataSimulation } from './data-simulation.js';
import type { HistLike } from './bins.js';
import { head, type Common } from './maker.js';
import type { Simulation } from './simulation-layers.js';

export interface SmallMultiples extends Common {
  /** One cell per bin of the conditioning variable. */
  readonly cells: readonly {
    readonly text: string;
    readonly data: HistLike;
    readonly simulations: readonly Simulation[];
  }[];
  readonly columns?: number | undefined;
  readonly x?: AxisSpec | undefined;
  readonly logY?: boolean | undefined;
  readonly dataLabel?: string | undefined;
  readonly bandLabel?: string | undefined;
  readonly counted?: string | undefined;
  readonly ratio?: Range | false | undefined;
  readonly ratioLabel?: string | undefined;
  readonly normalise?: DataSimulation['normalise'];
}

/** Data against simulation in bins of another variable: a grid with shared axes, each cell with its ratio. */
export function smallMultiples(options: SmallMultiples): Figure {
  const count = options.cells.length;
  const columns = options.columns ?? (count <= 2 ? Math.max(1, count) : count === 4 ? 2 : 3);
  const cells = options.cells.map(({ text, data, simulations }, i) => {
    const panels = dataSimulationPanels({ ...options, data, simulations, text: [text] });
    return panels.map((panel): Panel => (panel.joined || i === 0 ? panel : { ...panel, legend: false }));
  });
  const common = options.ratio || commonRatio(cells.flat().filter((panel) => panel.joined));
  const panels = cells
    .flat()
    .map((panel) => (panel.joined && common ? { ...panel, height: 0.4, y: { ...panel.y, domain: common } } : panel));
  return { ...head(options), columns, shared: columns > 1 || count > 1, panels };
}

/** One range for the ratios of all cells. */
function commonRatio(panels: readonly Panel[]): Range | undefined {
  const series = panels.flatMap((panel) =>
    panel.layers.flatMap((layer) =>
      layer.kind === 'points' ? [{ ratio: Array.from(layer.y), high: Array.from(layer.yHigh ?? []) }] : [],
    ),
  );
  return series.length ? ratioRange(series) : undefined;
}
