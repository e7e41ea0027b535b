import { median } from 'd3-array';
import { distributionAt } from '../../../density/evaluate.js';
import { axisEnds, valueAt } from '../../../density/grid-axis.js';
import type { Template } from '../../../density/template.js';
import type { ExperimentLabel, Figure } from '../../../figures/figure.js';
import { map2d } from '../../../figures/makers/maps.js';
import { smallMultiples } from '../../../figures/makers/small-multiples.js';
import { inner } from '../../../hist/hist.js';
import { knownAxis } from '../tables/known-axis.js';
import { shownAxis, type DensityCheck } from './check-density.js';

/** What figures of a density are labelled with. */
export interface FigureStyle {
  readonly label?: ExperimentLabel | undefined;
  readonly watermark?: string | undefined;
}

/** Cells of a map along kinematics and along the variable. */
const CELLS = [40, 50] as const;
/** Beyond this ratio of the largest to the median an axis or a colour scale is logarithmic. */
const PEAKED = 30;

/**
 * The figures of a density: for each given column a map of f(x | k), the other given columns at their middle; and the first
 * variable in slices of the first given column, events against expectation.
 */
export function densityFigures(template: Template, check: DensityCheck, style: FigureStyle = {}): Figure[] {
  return [...template.given.flatMap((_, a) => mapAlong(template, a, style)), slicesFigure(template, check, style)];
}

function mapAlong(template: Template, a: number, style: FigureStyle): Figure[] {
  const axis = template.given[a];
  if (axis.nodes.length < 3 || axis.atoms.length > 0) return [];
  const [nk, nx] = CELLS;
  const { lowX, highX } = axisEnds(axis);
  const kEdges = Array.from({ length: nk + 1 }, (_, i) => lowX + (i * (highX - lowX)) / nk);
  const shown = shownAxis(template, 0, nx);
  const given = template.given.map((other, b) => {
    const ends = axisEnds(other);
    const middle = other.atoms.length ? other.atoms[0].value : valueAt(other, 0.5 * (ends.low + ends.high));
    return Float64Array.from({ length: nk }, (_, i) => (a === b ? 0.5 * (kEdges[i] + kEdges[i + 1]) : middle));
  });
  const cdf = distributionAt(template, given, nk, shown.edges);
  const values: number[] = [];
  for (let i = 0; i < nk; i++)
    for (let j = 0; j < nx; j++) {
      const from = j === 0 ? 0 : cdf[i * (nx + 1) + j];
      values.push((cdf[i * (nx + 1) + j + 1] - from) / (shown.edges[j + 1] - shown.edges[j]));
    }
  const variable = template.variables[0].name;
  const positive = values.filter((v) => v > 0);
  // Against the median: a mean of densities is 1 however peaked they are.
  const log = positive.length > 0 && Math.max(...positive) > PEAKED * (median(positive) ?? 0);
  return [
    map2d({
      ...style,
      name: `density-${template.name}-${axis.name}`.replace(/[^\w.+-]+/g, '-'),
      alt: `Density of ${variable} for given ${axis.name}`,
      cells: { xEdges: kEdges, yEdges: shown.edges, values: log ? values.map((v) => (v > 0 ? v : NaN)) : values },
      x: knownAxis(axis.name, kEdges),
      y: knownAxis(variable, shown.edges),
      log,
      ...(log
        ? { domain: [Math.max(1e-4 * Math.max(...positive), Math.min(...positive)), Math.max(...positive)] as const }
        : {}),
      barLabel: `f(${variable} | ${template.given.map((g) => knownAxis(g.name).label).join(', ')})`,
    }),
  ];
}

function slicesFigure(template: Template, check: DensityCheck, style: FigureStyle): Figure {
  const [variable] = template.variables;
  const along = template.given[0]?.name;
  const ends = check.slices.flatMap(({ low, high }) => [low, high]);
  return smallMultiples({
    ...style,
    name: `slices-${template.name}`.replace(/[^\w.+-]+/g, '-'),
    alt: `${variable.name} in slices of ${along ?? 'nothing'}: events against the density`,
    cells: check.slices.map(({ low, high, data, expected, error }) => {
      const { values } = inner(expected);
      return {
        text: along && Number.isFinite(low) ? sliceOf(along, low, high, ends) : '',
        data,
        simulations: [
          {
            hist: expected,
            label: 'Density',
            low: values.map((v, i) => v - error[i]),
            high: values.map((v, i) => v + error[i]),
          },
        ],
      };
    }),
    normalise: 'none',
    logY: isPeaked(check.slices.map(({ expected }) => inner(expected).values)),
    ratioLabel: 'Data / density',
    bandLabel: 'Stat. unc. of the density',
    x: knownAxis(variable.name),
  });
}

/** Whether some bin stands so high above the usual one that a linear axis would hide the others. */
export const isPeaked = (series: readonly Float64Array[]): boolean =>
  series.some((values) => {
    const positive = values.filter((v) => v > 0);
    return Math.max(...positive) > PEAKED * (median(positive) ?? 0);
  });

/** `0.3 < p < 0.8 GeV` @param all ends of all slices, which tell the unit */
export function sliceOf(column: string, low: number, high: number, all: readonly number[]): string {
  const { label = column, unit } = knownAxis(column, all);
  return `${short(low)} < ${label} < ${short(high)}${unit ? ` ${unit}` : ''}`;
}

const short = (v: number): string => String(Number(v.toPrecision(3))).replace('-', '−');
