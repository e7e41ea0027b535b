import type { Figure } from '../../figures/figure.js';
import type { HistLike } from '../../figures/makers/bins.js';
import { dataSimulation } from '../../figures/makers/data-simulation.js';
import { correlationDifference } from '../../figures/makers/maps.js';
import { smallMultiples } from '../../figures/makers/small-multiples.js';
import { cellCount, cellEdges, effectiveEvents, judgementAxis } from './bins.js';
import { correlations } from './correlations.js';
import type { JudgingSamples } from './judge.js';
import type { CommonParams, VariableParams } from './params.js';
import { axisOf, histogram, type Style } from './style.js';
import { fileName, nameOf, rangeLabel } from './words.js';

const BAND = 'Unc. after (stat. + map)';
const STATISTICAL = 'Stat. unc. after';

const contents = (hist: HistLike): number[] => Array.from(hist.sumw).slice(1, -1);

/** The corrected simulation with its events moved down and up by the width of the map's band. */
function after(
  variable: VariableParams,
  k: number,
  samples: JudgingSamples,
  edges: Float64Array,
  weights: Float64Array,
) {
  const values = samples.after[k];
  const sigma = samples.sigma?.[k];
  const shifted = (sign: number): number[] | undefined =>
    sigma &&
    contents(
      histogram(
        variable,
        edges,
        values.map((v, i) => v + sign * sigma[i]),
        weights,
      ),
    );
  return { hist: histogram(variable, edges, values, weights), low: shifted(-1), high: shifted(1) };
}

const both = (variables: readonly Float64Array[], weights: Float64Array, k: number) => ({
  values: variables[k],
  weights,
});

/** The headline: data, simulation before and after, ratio with the band of the map. */
export function beforeAfter(params: CommonParams, k: number, samples: JudgingSamples, style: Style): Figure {
  const variable = params.variables[k];
  const { data, simulation, balanced } = samples;
  const before = both(simulation.variables, balanced, k);
  const edges = judgementAxis(variable, both(data.variables, data.weights, k), before);
  return dataSimulation({
    ...style,
    name: `before-after-${fileName(variable.column)}`,
    alt: `${nameOf(variable)}: data and simulation, before and after the correction`,
    data: histogram(variable, edges, data.variables[k], data.weights),
    simulations: [
      { hist: histogram(variable, edges, before.values, balanced), label: 'Simulation, before' },
      { ...after(variable, k, samples, edges, balanced), label: 'Simulation, after' },
    ],
    bandLabel: samples.sigma ? BAND : STATISTICAL,
    x: axisOf(variable),
  });
}

/** Before and after in bins of the first given column. */
export function inBins(params: CommonParams, k: number, samples: JudgingSamples, style: Style): Figure | undefined {
  const [given] = params.given;
  if (!given) return undefined;
  const variable = params.variables[k];
  const { data, simulation, balanced } = samples;
  const cutting = both(data.given, data.weights, 0);
  const cuts = given.bins
    ? [...judgementAxis(given, cutting, both(simulation.given, balanced, 0))]
    : cellEdges(given, cutting, cellCount(data.weights, balanced));
  const parts = cuts.length - 1;
  const simulated = both(simulation.variables, balanced, k);
  const edges = judgementAxis(variable, both(data.variables, data.weights, k), simulated, parts);
  const cells = cuts.slice(1).map((high, b) => {
    const low = cuts[b];
    const last = b === parts - 1;
    const within = (values: Float64Array, weights: Float64Array): Float64Array =>
      weights.map((w, i) => (values[i] >= low && (values[i] < high || (last && values[i] === high)) ? w : 0));
    const weights = within(simulation.given[0], balanced);
    return {
      text: rangeLabel(given, low, high),
      data: histogram(variable, edges, data.variables[k], within(data.given[0], data.weights)),
      simulations: [
        { hist: histogram(variable, edges, simulated.values, weights), label: 'Simulation, before' },
        { ...after(variable, k, samples, edges, weights), label: 'Simulation, after' },
      ],
    };
  });
  return smallMultiples({
    ...style,
    name: `bins-${fileName(variable.column)}`,
    alt: `${nameOf(variable)} in bins of ${nameOf(given)}, before and after the correction`,
    cells,
    bandLabel: samples.sigma ? BAND : STATISTICAL,
    x: axisOf(variable),
  });
}

/** Statistical error of the difference of two small rank correlations: √(1/n + 1/m) of the effective events. */
export const correlationError = ({ data, balanced }: JudgingSamples): number =>
  Math.sqrt(1 / effectiveEvents(data.weights) + 1 / effectiveEvents(balanced));

/** How the variables correlate with each other and with other columns: data − simulation, before and after. */
export function correlationFigure(params: CommonParams, samples: JudgingSamples, style: Style): Figure | undefined {
  const { data, simulation, balanced } = samples;
  const names = [...params.variables, ...params.given].map(nameOf).concat(params.prepare.compare);
  if (names.length < 2) return undefined;
  const matrix = (variables: readonly Float64Array[], of: typeof data, weights: Float64Array): Float64Array =>
    correlations([...variables, ...of.given, ...of.compare], weights);
  return correlationDifference({
    ...style,
    name: 'correlations',
    alt: 'Rank correlations, data minus simulation, before and after the correction',
    variables: names,
    data: matrix(data.variables, data, data.weights),
    before: matrix(simulation.variables, simulation, balanced),
    after: matrix(samples.after, simulation, balanced),
    barLabel: `Data − simulation (±${Number(correlationError(samples).toPrecision(1))} stat.)`,
  });
}
