import type { Key } from '../stats/key.js';
import { newApplyCounts, resampler } from './apply-block.js';
import { atomOf, axisEnds, coordinate, coordinateSlope, isOn, type GridAxis } from './grid-axis.js';
import { gridStrides, integrateLast } from './grid.js';
import { makeChain, newStanding, stand } from './chain.js';
import { alongAxis, between, integralTo, newLines, startLines, type Conditional, type Lines } from './conditional.js';
import { placeBlock, ROW_FLAG, standRow } from './placed.js';
import { variationOf, type Template } from './template.js';

/**
 * The probability density of a template at points, per unit of its variables; conditional on the given columns where it
 * has some. Inside an atom it is the atom's probability. NaN beyond the axes.
 *
 * @param given one column per given axis; @param variables one per variable
 * @example densityAt(template, [p, cosTheta], [kaonID])
 */
export function densityAt(
  template: Template,
  given: readonly Float64Array[],
  variables: readonly Float64Array[],
  variation = 'nominal',
): Float64Array {
  const { values } = variationOf(template, variation);
  const axes = [...template.given, ...template.variables];
  const strides = gridStrides(axes);
  const norms = integrateLast(values, axes, template.variables.length);
  const normStrides = gridStrides(template.given);
  const rows = variables[0]?.length ?? 0;
  const placed = placeBlock(template, given, rows, 'nan');
  const standing = { slot: new Int32Array(axes.length), share: new Float64Array(axes.length) };
  const lines = newLines(axes.length);
  const out = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    if (placed.flag[row] !== ROW_FLAG.done) {
      out[row] = NaN;
      continue;
    }
    standRow(placed, row, standing);
    let slope = 1;
    template.variables.forEach((axis, j) => {
      const x = variables[j][row];
      const atom = atomOf(axis, x);
      const y = atom >= 0 ? 0 : coordinate(axis, x);
      if (atom < 0) slope *= isOn(axis, x) ? coordinateSlope(axis, x) : NaN;
      stand(standing, template.given.length + j, axis, y, atom);
    });
    startLines(lines);
    for (let a = 0; a < template.given.length; a++)
      alongAxis(lines, standing.slot[a], standing.share[a], normStrides[a]);
    const norm = between(norms, lines, 0);
    startLines(lines);
    for (let a = 0; a < axes.length; a++) alongAxis(lines, standing.slot[a], standing.share[a], strides[a]);
    out[row] = norm > 0 ? (between(values, lines, 0) * slope) / norm : NaN;
  }
  return out;
}

/**
 * Events drawn from a template: `rows` of them, or one for each row of the given columns.
 *
 * @example drawSample(template, seedKey(1), 1000) // [x₁, x₂, …], a column per variable
 */
export function drawSample(
  template: Template,
  key: Key,
  rows: number,
  given: readonly Float64Array[] = [],
): Float64Array[] {
  const nominal = { ...template, variations: { nominal: variationOf(template, 'nominal') } };
  const draw = resampler(nominal, { key, outside: 'nan', suffix: 'drawn' });
  const added = draw.apply({ rows, first: 0, given }, newApplyCounts());
  return draw.columns.map((name) => added[name] as Float64Array);
}

/**
 * P(x ≤ edge | k) of the template's first variable for every row and edge: what a histogram of it is expected to hold.
 * Rows that are on no axis, or where the template is empty, give NaN.
 *
 * @returns by row, then by edge
 * @example distributionAt(template, [p, cosTheta], p.length, [0, 0.5, 1])
 */
export function distributionAt(
  template: Template,
  given: readonly Float64Array[],
  rows: number,
  edges: ArrayLike<number>,
  variation = 'nominal',
): Float64Array {
  const first = {
    ...template,
    variables: template.variables.slice(0, 1),
    variations: { [variation]: marginalOf(template, variation) },
  };
  const chain = makeChain(first, variation);
  const placed = placeBlock(template, given, rows, 'nan');
  const standing = newStanding(chain);
  const [{ table, lines, strides }] = chain.links;
  const out = new Float64Array(rows * edges.length).fill(NaN);
  for (let row = 0; row < rows; row++) {
    if (placed.flag[row] !== ROW_FLAG.done) continue;
    standRow(placed, row, standing);
    startLines(lines);
    for (let a = 0; a < strides.length; a++) alongAxis(lines, standing.slot[a], standing.share[a], strides[a]);
    const total = between(table.cumulative, lines, table.places.length - 1);
    if (!(total > 0)) continue;
    for (let e = 0; e < edges.length; e++) out[row * edges.length + e] = upTo(table, lines, edges[e]) / total;
  }
  return out;
}

/** ∫ of a line up to x, atoms at x included. */
function upTo(table: Conditional, lines: Lines, x: number): number {
  const { axis, jump, cumulative } = table;
  const atom = atomOf(axis, x);
  if (atom >= 0) return integralTo(table, lines, 0, atom)[1];
  if (isOn(axis, x)) return integralTo(table, lines, coordinate(axis, x), -1)[1];
  // Beyond the axis lie atoms alone, such as sentinels.
  const { atoms } = axis;
  const ended = x > middleOf(axis);
  let sum = ended ? between(cumulative, lines, table.places.length - 1) : 0;
  atoms.forEach(({ value }, a) => {
    if (value > x !== ended) return;
    const k = jump.indexOf(a);
    sum += (ended ? -1 : 1) * (between(cumulative, lines, k + 1) - between(cumulative, lines, k));
  });
  return sum;
}

const middleOf = (axis: GridAxis): number => {
  const { lowX, highX } = axisEnds(axis);
  return 0.5 * (lowX + highX);
};

function marginalOf(template: Template, variation: string) {
  const { values, clipped } = variationOf(template, variation);
  const axes = [...template.given, ...template.variables];
  return { values: integrateLast(values, axes, template.variables.length - 1), clipped };
}
