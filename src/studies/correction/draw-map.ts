import type { Figure } from '../../figures/figure.js';
import { closureOfMap } from '../../figures/makers/closure-of-map.js';
import { mapWithBand } from '../../figures/makers/map-with-band.js';
import { ink } from '../../figures/palette.js';
import { judgementAxis } from './bins.js';
import type { JudgingSamples } from './judge.js';
import type { MapCurveData } from './mapped.js';
import type { CommonParams, VariableParams } from './params.js';
import type { BandedTable } from './quantile-map.js';
import { histogram, type Style } from './style.js';
import type { ClosureResult } from './trained.js';
import { fileName, nameOf, scaleLabel } from './words.js';

const EVENTS = 'Simulated events (a. u.)';

/** Where the simulated events lie along a variable: the reader sees which part of a curve matters. */
function simulatedEvents(variable: VariableParams, k: number, { simulation }: JudgingSamples) {
  const sample = { values: simulation.variables[k], weights: simulation.weights };
  return histogram(variable, judgementAxis(variable, sample, sample), sample.values, sample.weights);
}

/** The map along one variable against the identity, with its band, the exact map and the truth where they are known. */
export function mapFigure(
  params: CommonParams,
  curve: MapCurveData,
  index: number,
  exact: BandedTable | undefined,
  samples: JudgingSamples,
  style: Style,
): Figure {
  const variable = params.variables[curve.variable];
  const { x, y, sigma, truth } = curve;
  const banded = sigma ? ', 68 % band' : '';
  const others = [
    ...(exact ? [{ x: exact.x, y: exact.y, low: exact.low, high: exact.high, label: 'Exact map, 68 % band' }] : []),
    ...(truth ? [{ x, y: truth, label: 'True map', color: ink, dash: '2 4' }] : []),
  ];
  return mapWithBand({
    ...style,
    name: `map-${fileName(variable.column)}${index ? `-${index + 1}` : ''}`,
    alt: `The map of ${nameOf(variable)} and its band against the identity`,
    x,
    y,
    ...(sigma ? { low: y.map((v, i) => v - sigma[i]), high: y.map((v, i) => v + sigma[i]) } : {}),
    mapLabel: `${params.method === 'flow' ? 'Flow' : 'Quantile map'}${banded}`,
    others: params.method === 'flow' ? others : others.slice(exact ? 1 : 0),
    events: simulatedEvents(variable, curve.variable, samples),
    eventsLabel: EVENTS,
    text: [...(curve.title ? [curve.title] : []), ...(params.variables.length > 1 ? ['Others at their medians'] : [])],
    from: { label: `${scaleLabel(variable)}, simulated` },
    to: { label: `${scaleLabel(variable)}, corrected` },
    shift: { label: 'Corrected − simulated' },
  });
}

/** Simulation corrected to simulation: what is left of the identity, against the band in which it is expected. */
export function closureFigure(
  params: CommonParams,
  k: number,
  closure: ClosureResult,
  samples: JudgingSamples,
  style: Style,
): Figure {
  const { x, y, sigma } = closure.curves[k];
  const variable = params.variables[k];
  return closureOfMap({
    ...style,
    name: `closure-${fileName(variable.column)}`,
    alt: `Closure: ${nameOf(variable)} of simulation corrected to simulation, against the identity`,
    x,
    y,
    sigma,
    mapLabel: 'Simulation → simulation',
    events: simulatedEvents(variable, k, samples),
    eventsLabel: EVENTS,
    from: { label: scaleLabel(variable) },
    shift: { label: 'Corrected − simulated' },
  });
}
