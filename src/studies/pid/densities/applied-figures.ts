import type { Template } from '../../../density/template.js';
import type { Figure } from '../../../figures/figure.js';
import { dataSimulation } from '../../../figures/makers/data-simulation.js';
import { correlationDifference, correlationMatrix } from '../../../figures/makers/maps.js';
import { smallMultiples } from '../../../figures/makers/small-multiples.js';
import { variableAxis, type Axis } from '../../../hist/axis.js';
import { fill } from '../../../hist/fill.js';
import { inner, type Hist } from '../../../hist/hist.js';
import { correlationsOf, type AppliedCheck } from './applied-sample.js';
import type { SeenData } from './applied-data.js';
import { shownAxis } from './check-density.js';
import { knownAxis } from '../tables/known-axis.js';
import { isPeaked, sliceOf, type FigureStyle } from './density-figures.js';

const SLICES = 6;

/**
 * New values as a reader of an analysis wants to see them: each variable before and after against the data (against what the
 * template's data would be drawn as, where no data are given: the values before), with the ratio; the same in slices of the
 * first given column; and the correlations with the other columns.
 */
export function appliedFigures(
  template: Template,
  check: AppliedCheck,
  compare: readonly string[],
  transformed: boolean,
  data: SeenData | undefined,
  style: FigureStyle = {},
): Figure[] {
  if (check.weights.length < 2) return [];
  const word = transformed ? 'transformed' : 'resampled';
  const figures: Figure[] = [];
  template.variables.forEach(({ name }, j) => {
    const axis = shownAxis(template, j);
    const simulations = (inside: Float64Array) => [
      ...(check.before[j] ? [{ hist: histogram(axis, check.before[j], inside), label: 'Simulation' }] : []),
      { hist: histogram(axis, check.after[j], inside), label: `Simulation, ${word}` },
    ];
    if (!data) return;
    const logY = isPeaked([inner(histogram(axis, data.variables[j], data.weights)).values]);
    figures.push(
      dataSimulation({
        ...style,
        name: safe(`${word}-${name}`),
        alt: `${name}: data against simulation, before and after`,
        data: histogram(axis, data.variables[j], data.weights),
        simulations: simulations(check.weights),
        logY,
        x: knownAxis(name),
      }),
    );
    const [along] = template.given;
    if (!along || !data.given[0]) return;
    const cuts = cutsOf(data.given[0]);
    figures.push(
      smallMultiples({
        ...style,
        name: safe(`${word}-${name}-in-${along.name}`),
        alt: `${name} in slices of ${along.name}: data against simulation, before and after`,
        cells: cuts.slice(1).map((high, s) => {
          const low = cuts[s];
          const inside = (column: Float64Array, weights: Float64Array): Float64Array =>
            weights.map((w, i) => (column[i] >= low && column[i] < high ? w : 0));
          return {
            text: sliceOf(along.name, low, high, cuts),
            data: histogram(axis, data.variables[j], inside(data.given[0], data.weights)),
            simulations: simulations(inside(check.given[0], check.weights)),
          };
        }),
        logY,
        x: knownAxis(name),
      }),
    );
  });
  const matrix = correlationFigure(check, compare, word, data, style);
  return matrix ? [...figures, ...matrix] : figures;
}

function correlationFigure(
  check: AppliedCheck,
  compare: readonly string[],
  word: string,
  data: SeenData | undefined,
  style: FigureStyle,
): Figure[] | undefined {
  const { correlations } = check;
  if (!correlations || correlations.names.length < 2) return undefined;
  const { names, before, after } = correlations;
  if (data && before)
    return [
      correlationDifference({
        ...style,
        name: `correlations-${word}`,
        alt: `Rank correlations, data minus simulation, before and after: ${names.concat(compare).join(', ')}`,
        variables: names,
        data: correlationsOf([...data.variables, ...data.given, ...data.compared], data.weights),
        before,
        after,
      }),
    ];
  const one = (which: string, m: Float64Array): Figure =>
    correlationMatrix({
      ...style,
      name: `correlations-${which}`,
      alt: `Rank correlations ${which}`,
      variables: names,
      matrix: m,
    });
  return [...(before ? [one('before', before)] : []), one(word, after)];
}

const histogram = (axis: Axis, values: Float64Array, weights: Float64Array): Hist =>
  fill([variableAxis(axis.name, axis.edges)], [values], weights);

/** Edges of slices that hold as many rows each. */
function cutsOf(column: Float64Array): number[] {
  const sorted = Float64Array.from(column).sort();
  const n = Math.max(1, Math.min(SLICES, Math.floor(sorted.length / 500)));
  const cuts = Array.from({ length: n + 1 }, (_, i) =>
    i === n ? sorted[sorted.length - 1] * (1 + 1e-12) + 1e-300 : sorted[Math.floor((i * sorted.length) / n)],
  );
  return [...new Set(cuts)];
}

const safe = (name: string): string => name.replace(/[^\w.+-]+/g, '-');
