import type { AxisSpec, ExperimentLabel, Figure } from '../../figures/figure.js';
import { dataSimulation } from '../../figures/makers/data-simulation.js';
import { densityAgainstSample } from '../../figures/makers/density-against-sample.js';
import { lossCurve } from '../../figures/makers/loss-curve.js';
import { mapWithBand } from '../../figures/makers/map-with-band.js';
import { correlationDifference } from '../../figures/makers/maps.js';
import { smallMultiples } from '../../figures/makers/small-multiples.js';
import { trainingSnapshots } from '../../figures/makers/training-snapshots.js';
import type { HistLike } from '../../figures/makers/bins.js';
import { judgementAxis, quantileOf } from './bins.js';
import { correlations } from './correlations.js';
import type { JudgingSamples } from './judge.js';
import type { MapCurveData } from './mapped.js';
import type { CommonParams, VariableParams } from './params.js';
import type { SampleName } from './prepare.js';
import { fillShape } from './shape-chi2.js';
import type { ClosureResult, DensityCurve, TrainedResult } from './trained.js';
import { fileName, scaleLabel, valueLabel } from './words.js';
import type { MonotoneTable } from './quantile-map.js';

/** What all figures of a run share. */
export interface Style {
  readonly label: ExperimentLabel;
  readonly watermark?: string;
}

export const styleOf = (params: CommonParams, quick: boolean): Style => ({
  label: params.label,
  ...(quick ? { watermark: 'quick' } : {}),
});

/** A one-dimensional histogram with empty flow bins. */
function histogram(
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

/** A density as a histogram of so many expected events. */
function expected(variable: VariableParams, edges: Float64Array, curve: DensityCurve, events: number): HistLike {
  let k = 0;
  const contents = Array.from({ length: edges.length - 1 }, (_, i) => {
    const middle = (edges[i] + edges[i + 1]) / 2;
    while (k < curve.x.length - 2 && curve.x[k + 1] < middle) k++;
    const share = (middle - curve.x[k]) / (curve.x[k + 1] - curve.x[k]);
    const height = curve.y[k] + Math.min(1, Math.max(0, share)) * (curve.y[k + 1] - curve.y[k]);
    return events * height * (edges[i + 1] - edges[i]);
  });
  return {
    axes: [{ name: scaleLabel(variable), edges }],
    sumw: [0, ...contents, 0],
    sumw2: new Float64Array(contents.length + 2),
  };
}

const axisOf = (variable: VariableParams): AxisSpec => ({ label: scaleLabel(variable) });

/** The headline: data, simulation before and after, ratio with the band of the map. */
export function beforeAfter(params: CommonParams, k: number, samples: JudgingSamples, style: Style): Figure {
  const variable = params.variables[k];
  const { data, simulation, balanced, after, sigma } = samples;
  const before = simulation.variables[k];
  const edges = judgementAxis(
    variable,
    { values: data.variables[k], weights: data.weights },
    { values: before, weights: balanced },
  );
  const fill = (values: Float64Array): HistLike => histogram(variable, edges, values, balanced);
  const contents = (hist: HistLike): number[] => Array.from(hist.sumw).slice(1, -1);
  const shifted = (sign: number): number[] | undefined =>
    sigma && contents(fill(after[k].map((v, i) => v + sign * sigma[k][i])));
  return dataSimulation({
    ...style,
    name: `before-after-${fileName(variable.column)}`,
    title: `${variable.label ?? variable.column}: data and simulation, before and after the correction`,
    data: histogram(variable, edges, data.variables[k], data.weights),
    simulations: [
      { hist: fill(before), label: 'Simulation, before' },
      { hist: fill(after[k]), label: 'Simulation, after', low: shifted(-1), high: shifted(1) },
    ],
    x: axisOf(variable),
  });
}

/** Before and after in bins of the first given column. */
export function inBins(params: CommonParams, k: number, samples: JudgingSamples, style: Style): Figure | undefined {
  const [given] = params.given;
  if (!given) return undefined;
  const variable = params.variables[k];
  const { data, simulation, balanced, after } = samples;
  const edgesOfGiven = given.bins
    ? [
        ...judgementAxis(
          given,
          { values: data.given[0], weights: data.weights },
          { values: simulation.given[0], weights: balanced },
        ),
      ]
    : quantileOf({ values: data.given[0], weights: data.weights }, [0, 1 / 6, 2 / 6, 3 / 6, 4 / 6, 5 / 6, 1]);
  const edges = judgementAxis(
    variable,
    { values: data.variables[k], weights: data.weights },
    { values: simulation.variables[k], weights: balanced },
  );
  const coarse = edges.filter((_, i) => i % 2 === 0 || i === edges.length - 1);
  const cells = edgesOfGiven.slice(1).map((high, b) => {
    const low = edgesOfGiven[b];
    const last = b === edgesOfGiven.length - 2;
    const within = (values: Float64Array, weights: Float64Array): Float64Array =>
      weights.map((w, i) => (values[i] >= low && (values[i] < high || (last && values[i] === high)) ? w : 0));
    const dataWeights = within(data.given[0], data.weights);
    const simWeights = within(simulation.given[0], balanced);
    return {
      text: `${valueLabel(given, low)} < ${given.label ?? given.column} < ${valueLabel(given, high)}${given.unit ? ` ${given.unit}` : ''}`,
      data: histogram(variable, coarse, data.variables[k], dataWeights),
      simulations: [
        { hist: histogram(variable, coarse, simulation.variables[k], simWeights), label: 'Before' },
        { hist: histogram(variable, coarse, after[k], simWeights), label: 'After' },
      ],
    };
  });
  return smallMultiples({
    ...style,
    name: `bins-${fileName(variable.column)}`,
    title: `${variable.label ?? variable.column} in bins of ${given.label ?? given.column}, before and after`,
    cells,
    x: axisOf(variable),
  });
}

/** The map along one variable against the identity, with its band, the exact map and the truth where they are known. */
export function mapFigure(
  params: CommonParams,
  curve: MapCurveData,
  index: number,
  exact:
    (MonotoneTable & { low: readonly number[] | Float64Array; high: readonly number[] | Float64Array }) | undefined,
  style: Style,
): Figure {
  const variable = params.variables[curve.variable];
  const { x, y, sigma, truth } = curve;
  const others = [
    ...(exact ? [{ x: exact.x, y: exact.y, low: exact.low, high: exact.high, label: 'Exact quantile map' }] : []),
    ...(truth ? [{ x, y: truth, label: 'Truth', dash: '6 4' }] : []),
  ];
  return mapWithBand({
    ...style,
    name: `map-${fileName(variable.column)}${index ? `-${index + 1}` : ''}`,
    title: `The map of ${variable.label ?? variable.column}`,
    x,
    y,
    ...(sigma ? { low: y.map((v, i) => v - sigma[i]), high: y.map((v, i) => v + sigma[i]) } : {}),
    mapLabel: params.method === 'flow' ? 'Flow' : 'Quantile map',
    others,
    ...(curve.title ? { text: [curve.title] } : {}),
    from: { label: `${scaleLabel(variable)}, simulated` },
    to: { label: 'corrected' },
  });
}

/** A flow's density against the events it was not trained on. */
export function densityFigure(
  params: CommonParams,
  k: number,
  sample: SampleName,
  samples: JudgingSamples,
  curve: DensityCurve,
  style: Style,
): Figure {
  const variable = params.variables[k];
  const { values, weights } = { values: samples[sample].variables[k], weights: samples[sample].weights };
  const edges = judgementAxis(variable, { values, weights }, { values, weights });
  return densityAgainstSample({
    ...style,
    name: `density-${sample}-${fileName(variable.column)}`,
    title: `The ${sample} flow against held-out ${sample === 'data' ? 'data' : 'simulation'}`,
    sample: histogram(variable, edges, values, weights),
    sampleLabel: sample === 'data' ? 'Data' : 'Simulation',
    curve: { ...curve, label: 'Flow' },
    x: axisOf(variable),
  });
}

export const trainingFigure = (sample: SampleName, { history, bestEpoch }: TrainedResult, style: Style): Figure =>
  lossCurve({
    ...style,
    name: `training-${sample}`,
    title: `Training of the ${sample} flow`,
    members: [
      {
        epoch: history.map((h) => h.epoch),
        train: history.map((h) => h.train),
        ...(history.some((h) => h.validation !== undefined)
          ? { validation: history.map((h) => h.validation ?? NaN) }
          : {}),
        bestEpoch,
      },
    ],
  });

export function snapshotsFigure(
  params: CommonParams,
  sample: SampleName,
  samples: JudgingSamples,
  trained: TrainedResult,
  style: Style,
): Figure {
  const variable = params.variables[0];
  const { values, weights } = { values: samples[sample].variables[0], weights: samples[sample].weights };
  const edges = judgementAxis(variable, { values, weights }, { values, weights });
  const total = weights.reduce((a, b) => a + b, 0);
  return trainingSnapshots({
    ...style,
    name: `snapshots-${sample}`,
    title: `How the ${sample} flow was learnt`,
    target: histogram(variable, edges, values, weights),
    targetLabel: sample === 'data' ? 'Data' : 'Simulation',
    snapshots: trained.snapshots.map(({ epoch, loss, density }) => ({
      text: `Epoch ${epoch}\nLoss ${loss.toFixed(4)}`,
      model: expected(variable, edges, density, total),
    })),
    modelLabel: 'Flow',
    x: axisOf(variable),
  });
}

export function closureFigure(params: CommonParams, k: number, closure: ClosureResult, style: Style): Figure {
  const { x, y, sigma } = closure.curves[k];
  const variable = params.variables[k];
  return mapWithBand({
    ...style,
    name: `closure-${fileName(variable.column)}`,
    title: 'Closure: simulation corrected to simulation',
    x,
    y,
    low: y.map((v, i) => v - sigma[i]),
    high: y.map((v, i) => v + sigma[i]),
    mapLabel: 'Simulation → simulation',
    from: { label: scaleLabel(variable) },
    to: { label: 'corrected' },
  });
}

/** How the variables correlate with each other and with other columns: data − simulation, before and after. */
export function correlationFigure(params: CommonParams, samples: JudgingSamples, style: Style): Figure | undefined {
  const { data, simulation, balanced, after } = samples;
  const names = [...params.variables, ...params.given].map((c) => c.label ?? c.column).concat(params.prepare.compare);
  if (names.length < 2) return undefined;
  return correlationDifference({
    ...style,
    name: 'correlations',
    title: 'Correlations: data minus simulation, before and after',
    variables: names,
    data: correlations([...data.variables, ...data.given, ...data.compare], data.weights),
    before: correlations([...simulation.variables, ...simulation.given, ...simulation.compare], balanced),
    after: correlations([...after, ...simulation.given, ...simulation.compare], balanced),
  });
}
