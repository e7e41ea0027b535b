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
  readonly links: readonly Link[];
}

interface Link {
  readonly table: Conditional;
  readonly strides: readonly number[];
  /** The lines round the present row: shared by the variations of a template, which stand on one grid. */
  readonly lines: Lines;
  readonly found: Found;
}

/** Where a row stands on the axes before a variable: slot below and share of the next, axis by axis. */
export interface Standing {
  readonly slot: Int32Array;
  readonly share: Float64Array;
}

/** @param beside another variation of the same template: what surrounds a row is then found once for both */
export function makeChain(template: Template, variation: string, beside?: Chain): Chain {
  const tables = conditionals(template, variationOf(template, variation).values);
  return {
    given: template.given,
    links: tables.map((table, j) => ({
      table,
      strides: lineStrides(table),
      lines: beside?.links[j].lines ?? newLines(table.before.length),
      found: beside?.links[j].found ?? { atom: -1, y: 0, piece: 0 },
    })),
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

/** Finds the lines of link j that surround a standing. */
export function surround(chain: Chain, j: number, { slot, share }: Standing): void {
  const { lines, strides } = chain.links[j];
  startLines(lines);
  for (let a = 0; a < strides.length; a++) alongAxis(lines, slot[a], share[a], strides[a]);
}

/** The variables of one row on their axes: atoms, and places in normalised units. */
export interface Values {
  readonly atom: Int32Array;
  readonly y: Float64Array;
}

export const newValues = ({ links }: Chain): Values => ({
  atom: new Int32Array(links.length),
  y: new Float64Array(links.length),
});

/** Finds where a row's variables stand, and the lines of all links; they hold for every variation of the template. */
export function placeValues(chain: Chain, standing: Standing, x: ArrayLike<number>, { atom, y }: Values): void {
  for (let j = 0; j < chain.links.length; j++) {
    const { axis } = chain.links[j].table;
    atom[j] = atomOf(axis, x[j]);
    y[j] = atom[j] >= 0 ? 0 : coordinate(axis, x[j]);
    surround(chain, j, standing);
    stand(standing, chain.given.length + j, axis, y[j], atom[j]);
  }
}

/**
 * u of the variables of the row that `placeValues` has placed: u_j = F(x_j | k, x₁ … x_{j−1}); inside an atom, by
 * `random`, uniform on its jump.
 *
 * @returns false where the template has no weight
 */
export function sharesOf({ links }: Chain, { atom, y }: Values, random: ArrayLike<number>, u: Float64Array): boolean {
  for (let j = 0; j < links.length; j++) {
    const { table, lines } = links[j];
    const total = totalOf(table, lines);
    if (!(total > 0)) return false;
    const [below, above] = integralTo(table, lines, y[j], atom[j]);
    u[j] = Math.min(1, Math.max(0, (below + random[j] * (above - below)) / total));
  }
  return true;
}

/**
 * x of one row: x_j = F⁻¹(u_j | k, x₁ … x_{j−1}). The lines of the first link are those of the row already (`surround`).
 *
 * @param standing the row's place on the given axes; the variables' places are added
 * @returns false where the template has no weight
 */
export function valuesOf(chain: Chain, standing: Standing, u: ArrayLike<number>, x: Float64Array): boolean {
  const { links } = chain;
  for (let j = 0; j < links.length; j++) {
    const { table, lines, found } = links[j];
    if (j > 0) surround(chain, j, standing);
    const total = totalOf(table, lines);
    if (!(total > 0)) return false;
    valueOf(table, lines, u[j] * total, found);
    const { axis } = table;
    x[j] = found.atom >= 0 ? axis.atoms[found.atom].value : valueAt(axis, found.y);
    if (j + 1 < links.length) stand(standing, chain.given.length + j, axis, found.y, found.atom);
  }
  return true;
}
