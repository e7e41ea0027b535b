import type { Figure } from '../../figures/figure.js';
import { binProbabilities, densityAgainstSample } from '../../figures/makers/density-against-sample.js';
import { lossCurve } from '../../figures/makers/loss-curve.js';
import { trainingSnapshots } from '../../figures/makers/training-snapshots.js';
import { judgementAxis } from './bins.js';
import type { JudgingSamples } from './judge.js';
import type { CommonParams } from './params.js';
import type { SampleName } from './prepare.js';
import { axisOf, histogram, sampleLabel, type Style } from './style.js';
import type { DensityCurve, TrainedResult } from './trained.js';
import { fileName, nameOf } from './words.js';

const short = (sample: SampleName): string => (sample === 'data' ? 'data' : 'sim.');

/** The events that judge a flow, in bins. */
function judged(params: CommonParams, k: number, sample: SampleName, samples: JudgingSamples) {
  const variable = params.variables[k];
  const { variables, weights } = samples[sample];
  const own = { values: variables[k], weights };
  const edges = judgementAxis(variable, own, own);
  return { variable, edges, hist: histogram(variable, edges, own.values, weights) };
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
  const { variable, hist } = judged(params, k, sample, samples);
  const heldOut = params.prepare.holdOut > 0 ? ', held out' : '';
  return densityAgainstSample({
    ...style,
    name: `density-${sample}-${fileName(variable.column)}`,
    alt: `${nameOf(variable)}: density of the ${sample} flow against ${sample === 'data' ? 'data' : 'simulation'}`,
    sample: hist,
    sampleLabel: `${sampleLabel(sample)}${heldOut}`,
    curve: { ...curve, label: 'Flow' },
    ratioLabel: `${sample === 'data' ? 'Data' : 'Sim.'} / flow`,
    x: axisOf(variable),
  });
}

/** Loss of training and validation events by epoch. */
export const trainingFigure = (sample: SampleName, { history, bestEpoch }: TrainedResult, style: Style): Figure =>
  lossCurve({
    ...style,
    name: `training-${sample}`,
    alt: `Training of the ${sample} flow: negative log-likelihood by epoch`,
    lossLabel: 'Negative log-likelihood',
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

/** How the density of the first variable was learnt. */
export function snapshotsFigure(
  params: CommonParams,
  sample: SampleName,
  samples: JudgingSamples,
  trained: TrainedResult,
  style: Style,
): Figure {
  const { variable, edges, hist } = judged(params, 0, sample, samples);
  const total = Array.from(hist.sumw).reduce((a, b) => a + b, 0);
  const expected = (density: DensityCurve) => {
    const contents = binProbabilities(density, edges).map((p) => p * total);
    return { axes: hist.axes, sumw: [0, ...contents, 0], sumw2: new Float64Array(contents.length + 2) };
  };
  return trainingSnapshots({
    ...style,
    name: `snapshots-${sample}`,
    alt: `How the ${sample} flow learnt the density of ${nameOf(variable)}`,
    target: hist,
    targetLabel: sampleLabel(sample),
    snapshots: trained.snapshots.map(({ epoch, loss, density }) => ({
      text: `Epoch ${epoch}\nLoss ${loss.toFixed(4).replace('-', '−')}`,
      model: expected(density),
    })),
    modelLabel: 'Flow',
    ratioLabel: `Flow / ${short(sample)}`,
    x: axisOf(variable),
  });
}
