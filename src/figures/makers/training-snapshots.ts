import type { AxisSpec, Figure, Panel } from '../figure.js';
import { grey, ink as black, petroff } from '../palette.js';
import { binsOf, centersOf, countLabel, xAxisOf, type HistLike } from './bins.js';
import { dataErrors } from './data-errors.js';
import { head, type Common } from './maker.js';

export interface TrainingSnapshots extends Common {
  readonly target: HistLike;
  readonly targetLabel?: string | undefined;
  /** The model's expectation at several moments of its training, in the target's bins. */
  readonly snapshots: readonly { readonly text: string; readonly model: HistLike }[];
  readonly modelLabel?: string | undefined;
  /** Name of the axis of model / target, default `Ratio`. */
  readonly ratioLabel?: string | undefined;
  readonly columns?: number | undefined;
  readonly x?: AxisSpec | undefined;
  readonly counted?: string | undefined;
}

/**
 * How a model came to describe its target: a grid of moments, 2 × 3 for six. Below each, the model divided by the target,
 * with the target's relative error as a band round 1; empty bins have no ratio.
 */
export function trainingSnapshots(options: TrainingSnapshots): Figure {
  const target = binsOf(options.target);
  const errors = dataErrors(target);
  const x = xAxisOf(options.target.axes[0], options.x);
  const label = countLabel(options.counted ?? 'Candidates', target.edges, x.unit, false);
  const modelLabel = options.modelLabel ?? 'Flow';
  const highest = Math.max(...target.values);
  const columns = options.columns ?? Math.max(1, Math.min(3, options.snapshots.length));
  const relative = (column: readonly number[]): number[] =>
    column.map((v, i) => ((target.values[i] ?? 0) > 0 ? v / (target.values[i] ?? 1) : Number.NaN));
  const band = { low: relative(errors.low).map((v) => 1 - v), high: relative(errors.high).map((v) => 1 + v) };
  const panels = options.snapshots.flatMap(({ text, model }, i): Panel[] => {
    const values = binsOf(model).values;
    const first = i % columns === 0;
    return [
      {
        x,
        y: { label: first ? label : undefined, domain: [0, highest * 1.4] },
        text: text.split('\n'),
        legend: i === 0 ? {} : false,
        layers: [
          { kind: 'steps', edges: target.edges, values, color: petroff[2], label: modelLabel },
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
      },
      {
        x,
        y: { label: first ? (options.ratioLabel ?? 'Ratio') : undefined, domain: [0.4, 1.6] },
        joined: true,
        height: 0.36,
        legend: false,
        layers: [
          { kind: 'band', x: target.edges, ...band, style: 'hatch', color: grey },
          { kind: 'rule', y: 1, color: black, width: 1 },
          { kind: 'line', x: centersOf(target.edges), y: relative(values), color: petroff[2], width: 1.8 },
        ],
      },
    ];
  });
  return { ...head(options), columns, shared: true, panels };
}
