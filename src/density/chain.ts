import {
  alongAxis,
  conditionals,
  integralTo,
  lineStrides,
  newLines,
  startLines,
  totalOf,
  valueOf,
  type Conditional,
  type Found,
  type Lines,
} from './conditional.js';
import { atomOf, coordinate, valueAt, type GridAxis } from './grid-axis.js';
import { variationOf, type Template } from './template.js';

/** A template's conditionals under one variation, ready to be asked row by row. */
export interface Chain {
  readonly given: readonly GridAxis[];
  readonly links: readonly {
    readonly table: Conditional;
    readonly strides: readonly number[];
    readonly lines: Lines;
  }[];
}

/** Where a row stands on the axes before a variable: slot below and share of the next, axis by axis. */
export interface Standing {
  readonly slot: Int32Array;
  readonly share: Float64Array;
}

export function makeChain(template: Template, variation: string): Chain {
  const tables = conditionals(template, variationOf(template, variation).values);
  return {
    given: template.given,
    links: tables.map((table) => ({ table, strides: lineStrides(table), lines: newLines(table.before.length) })),
  };
}

export const newStanding = ({ given, links }: Chain): Standing => ({
  slot: new Int32Array(given.length + links.length),
  share: new Float64Array(given.length + links.length),
});

/** Puts a place of an axis (an atom, or y in normalised units) into a standing. */
export function stand({ slot, share }: Standing, at: number, { nodes }: GridAxis, y: number, atom: number): void {
  if (atom >= 0) {
    slot[at] = nodes.length + atom;
    share[at] = 0;
    return;
  }
  const last = nodes.length - 1;
  const t = ((y - nodes[0]) / (nodes[last] - nodes[0])) * last;
  // Bins have their nodes inside the axis: beyond the outer ones the density goes on level.
  const clamped = Math.min(last, Math.max(0, t));
  const below = Math.min(last - 1, Math.floor(clamped));
  slot[at] = below;
  share[at] = clamped - below;
}

/** The lines of link j that surround a standing, made afresh; 0 where the template has nothing there. */
function surround(chain: Chain, j: number, { slot, share }: Standing): number {
  const { lines, strides, table } = chain.links[j];
  startLines(lines);
  for (let a = 0; a < strides.length; a++) alongAxis(lines, slot[a], share[a], strides[a]);
  return totalOf(table, lines);
}

/**
 * u of the variables of one row: u_j = F(x_j | k, x₁ … x_{j−1}); inside an atom, by `random`, uniform on its jump.
 *
 * @param standing the row's place on the given axes; the variables' places are added
 * @returns false where the template has no weight
 */
export function sharesOfRow(
  chain: Chain,
  standing: Standing,
  x: ArrayLike<number>,
  random: ArrayLike<number>,
  u: Float64Array,
): boolean {
  for (let j = 0; j < chain.links.length; j++) {
    const { table, lines } = chain.links[j];
    const total = surround(chain, j, standing);
    if (!(total > 0)) return false;
    const atom = atomOf(table.axis, x[j]);
    const y = atom >= 0 ? 0 : coordinate(table.axis, x[j]);
    const [below, above] = integralTo(table, lines, y, atom);
    u[j] = Math.min(1, Math.max(0, (below + random[j] * (above - below)) / total));
    stand(standing, chain.given.length + j, table.axis, y, atom);
  }
  return true;
}

const found: Found = { atom: -1, y: 0 };

/**
 * x of one row: x_j = F⁻¹(u_j | k, x₁ … x_{j−1}).
 *
 * @returns false where the template has no weight
 */
export function valuesOfRow(chain: Chain, standing: Standing, u: ArrayLike<number>, x: Float64Array): boolean {
  for (let j = 0; j < chain.links.length; j++) {
    const { table, lines } = chain.links[j];
    const total = surround(chain, j, standing);
    if (!(total > 0)) return false;
    valueOf(table, lines, u[j] * total, found);
    const { axis } = table;
    x[j] = found.atom >= 0 ? axis.atoms[found.atom].value : valueAt(axis, found.y);
    if (j + 1 < chain.links.length) stand(standing, chain.given.length + j, axis, found.y, found.atom);
  }
  return true;
}
