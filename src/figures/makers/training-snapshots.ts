import type { AxisSpec, Figure, Panel } from '../figure.js';
import { ink as black, petroff } from '../palette.js';
import { binsOf, centersOf, countLabel, xAxisOf, type HistLike } from './bins.js';
import { dataErrors } from './data-errors.js';
import { head, type Common } from './maker.js';

export interface TrainingSnapshots extends Common {
  readonly target: HistLike;
  readonly targetLabel?: string | undefined;
  /** The model's expectation at several moments of its training, in the target's bins. */
  readonly snapshots: readonly { readonly text: string; readonly model: HistLike }[];
  readonly modelLabel?: string | undefined;
  readonly columns?: number | undefined;
  readonly x?: AxisSpec | undefined;
  readonly counted?: string | undefined;
}

/** How a model came to describe its target: a grid of moments, 2 × 3 for six. */
export function trainingSnapshots(options: TrainingSnapshots): Figure {
  const target = binsOf(options.target);
  const errors = dataErrors(target);
  const x = xAxisOf(options.target.axes[0], options.x);
  const label = countLabel(options.counted ?? 'Candidates', target.edges, x.unit, false);
  const highest = Math.max(...target.values);
  const panels = options.snapshots.map(({ text, model }, i): Panel => ({
    x,
    y: { label: i === 0 ? label : undefined, domain: [0, highest * 1.45] },
    text: text.split('\n'),
    legend: i === 0 ? {} : false,
    layers: [
      {
        kind: 'steps',
        edges: target.edges,
        values: binsOf(model).values,
        color: petroff[2],
        label: options.modelLabel ?? 'Flow',
      },
      {
        kind: 'points',
        x: centersOf(target.edges),
        y: target.values.map((v) => v || Number.NaN),
        yLow: errors.low,
        yHigh: errors.high,
        color: black,
        size: 4.5,
        label: options.targetLabel ?? 'Target',
      },
    ],
  }));
  return { ...head(options), columns: options.columns ?? Math.min(3, panels.length), shared: true, panels };
}
