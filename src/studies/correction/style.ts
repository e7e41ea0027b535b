import type { AxisSpec, ExperimentLabel } from '../../figures/figure.js';
import type { HistLike } from '../../figures/makers/bins.js';
import type { CommonParams, VariableParams } from './params.js';
import type { SampleName } from './prepare.js';
import { fillShape } from './shape-chi2.js';
import { scaleLabel } from './words.js';

/** What all figures of a run share. */
export interface Style {
  readonly label: ExperimentLabel;
  readonly watermark?: string;
}

export const styleOf = (params: CommonParams, quick: boolean): Style => ({
  label: params.label,
  ...(quick ? { watermark: 'quick' } : {}),
});

export const axisOf = (variable: VariableParams): AxisSpec => ({ label: scaleLabel(variable) });

export const sampleLabel = (sample: SampleName): string => (sample === 'data' ? 'Data' : 'Simulation');

/** A one-dimensional histogram with empty flow bins. */
export function histogram(
  variable: VariableParams,
  edges: Float64Array,
  values: Float64Array,
  weights: Float64Array,
): HistLike {
  const inside = values.map((v) => (v >= edges[0] && v <= edges[edges.length - 1] ? 1 : 0));
  const shape = fillShape(
    values,
    weights.map((w, i) => w * inside[i]),
    edges,
  );
  return {
    axes: [{ name: scaleLabel(variable), edges }],
    sumw: [0, ...shape.sums, 0],
    sumw2: [0, ...shape.squares, 0],
  };
}
