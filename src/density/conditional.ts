import type { GridAxis } from './grid-axis.js';
import { atomPlace, slotCount } from './grid-axis.js';
import { gridStrides, integrateLast } from './grid.js';
import { pieceOf } from './normaliser.js';
import type { Template } from './template.js';

/**
 * One step of a chain: the distribution function of a variable for given kinematics and the variables before it. Between
 * the grid's slots the density is multilinear, so the distribution function is a parabola from knot to knot, which rises
 * wherever the density is not negative: monotone by construction. An atom is a jump between two knots at one place.
 */
export interface Conditional {
  /** Axes that select a line: given ones, then the variables before. */
  readonly before: readonly GridAxis[];
  readonly axis: GridAxis;
  /** Places of the knots along the variable, in normalised units, not decreasing. */
  readonly places: Float64Array;
  /** Which atom the piece that begins at a knot is, or −1. */
  readonly jump: Int32Array;
  /** For every line: ∫ of the density up to each knot, and the density there. */
  readonly cumulative: Float64Array;
  readonly density: Float64Array;
}

/** The tables of a chain of conditionals, first variable first. */
export function conditionals(template: Template, values: Float64Array): Conditional[] {
  const axes = [...template.given, ...template.variables];
  return template.variables.map((axis, j) => {
    const left = template.variables.length - 1 - j;
    const own = axes.slice(0, axes.length - left);
    return conditional(own.slice(0, -1), axis, integrateLast(values, axes, left));
  });
}

/** A knot of the variable: node below, the share of the next, and the atom that begins here. */
interface Knot {
  readonly place: number;
  readonly below: number;
  readonly share: number;
  readonly atom: number;
}

function knotsOf(axis: GridAxis): Knot[] {
  const { nodes, normaliser, atoms } = axis;
  const [low, high] = [normaliser.y[0], normaliser.y[normaliser.y.length - 1]];
  const places = [...nodes];
  // Bins have their nodes inside: the density goes on level to the ends of the axis.
  if (places[0] > low) places.unshift(low);
  if (places[places.length - 1] < high) places.push(high);
  const at = (place: number, atom: number): Knot => {
    const below = pieceOf(nodes, place);
    const t = (place - nodes[below]) / (nodes[below + 1] - nodes[below]);
    return { place, below, share: Math.min(1, Math.max(0, t)), atom };
  };
  const knots = places.map((place) => at(place, -1));
  atoms.forEach((_, a) => {
    const place = atomPlace(axis, a);
    knots.push(at(place, a), at(place, atoms.length));
  });
  // At one place: the continuous part up to it, then the atoms in order of their values, each between two knots.
  return knots
    .map((knot, i) => ({ knot, i }))
    .sort((p, q) => p.knot.place - q.knot.place || p.i - q.i)
    .map(({ knot }) => (knot.atom === atoms.length ? { ...knot, atom: -1 } : knot));
}

function conditional(before: readonly GridAxis[], axis: GridAxis, values: Float64Array): Conditional {
  const knots = knotsOf(axis);
  const n = slotCount(axis);
  const lines = values.length / n;
  const length = knots.length;
  const cumulative = new Float64Array(lines * length);
  const density = new Float64Array(lines * length);
  for (let line = 0; line < lines; line++) {
    const from = line * n;
    const to = line * length;
    let sum = 0;
    for (let k = 0; k < length; k++) {
      const { below, share, atom } = knots[k];
      const g =
        share === 0
          ? values[from + below]
          : share === 1
            ? values[from + below + 1]
            : values[from + below] * (1 - share) + values[from + below + 1] * share;
      density[to + k] = g;
      cumulative[to + k] = sum;
      if (atom >= 0) sum += values[from + axis.nodes.length + atom];
      else if (k + 1 < length) {
        const next = knots[k + 1];
        const h =
          values[from + next.below] * (1 - next.share) +
          (next.share > 0 ? values[from + next.below + 1] * next.share : 0);
        sum += 0.5 * (g + h) * (next.place - knots[k].place);
      }
    }
  }
  return {
    before,
    axis,
    places: Float64Array.from(knots, (k) => k.place),
    jump: Int32Array.from(knots, (k) => k.atom),
    cumulative,
    density,
  };
}

/** The lines of a table that surround a point, and their shares. */
export interface Lines {
  count: number;
  readonly first: Int32Array;
  readonly share: Float64Array;
}

export const newLines = (axes: number): Lines => ({
  count: 0,
  first: new Int32Array(1 << axes),
  share: new Float64Array(1 << axes),
});

/** Strides of a table's lines, in knots, for each axis before the variable. */
export function lineStrides({ before, places }: Conditional): number[] {
  return gridStrides(before).map((s) => s * places.length);
}

/** Starts at the table's beginning, with the whole share. */
export function startLines(lines: Lines): void {
  lines.count = 1;
  lines.first[0] = 0;
  lines.share[0] = 1;
}

/** Goes along one axis to a slot and, by a share of it, to the next one. */
export function alongAxis(lines: Lines, slot: number, share: number, stride: number): void {
  const { first, count } = lines;
  const part = lines.share;
  for (let c = 0; c < count; c++) {
    first[c] += slot * stride;
    if (share > 0) {
      first[count + c] = first[c] + stride;
      part[count + c] = part[c] * share;
      part[c] *= 1 - share;
    }
  }
  if (share > 0) lines.count = 2 * count;
}

/** Between lines: the value of a column of the table at one knot. */
export function between(table: Float64Array, { count, first, share }: Lines, knot: number): number {
  let sum = 0;
  for (let c = 0; c < count; c++) sum += share[c] * table[first[c] + knot];
  return sum;
}

/** The whole weight of a line: what F is divided by. */
export const totalOf = (t: Conditional, lines: Lines): number => between(t.cumulative, lines, t.places.length - 1);

/**
 * ∫ of the density up to a value: from `below` to `above`, which differ at an atom alone.
 *
 * @param y place on the axis, in normalised units
 * @param atom the atom that the value is, or −1
 */
export function integralTo(t: Conditional, lines: Lines, y: number, atom: number): readonly [number, number] {
  const { places, jump, cumulative, density } = t;
  if (atom >= 0) {
    const k = jump.indexOf(atom);
    return [between(cumulative, lines, k), between(cumulative, lines, k + 1)];
  }
  const k = pieceOf(places, y);
  const from = between(cumulative, lines, k);
  const length = places[k + 1] - places[k];
  if (!(length > 0)) return [from, from];
  const d = Math.min(length, Math.max(0, y - places[k]));
  const [g, h] = [between(density, lines, k), between(density, lines, k + 1)];
  const up = from + d * (g + (0.5 * (h - g) * d) / length);
  return [up, up];
}

/** What `valueOf` found: an atom, or a place on the axis; and the piece that holds it, where the next search begins. */
export interface Found {
  atom: number;
  y: number;
  piece: number;
}

/** The last piece whose beginning integrates to no more than `target`: a gallop from where the last search ended. */
function pieceWith(t: Conditional, lines: Lines, target: number, guess: number): number {
  const { cumulative, places } = t;
  const last = places.length - 2;
  let low = Math.min(last, Math.max(0, guess));
  let high = low + 1;
  if (between(cumulative, lines, low) <= target) {
    for (let step = 1; high <= last && between(cumulative, lines, high) <= target; step *= 2) {
      low = high;
      high = Math.min(last + 1, high + step);
    }
  } else {
    for (let step = 1; low > 0; step *= 2) {
      high = low;
      low = Math.max(0, low - step);
      if (between(cumulative, lines, low) <= target) break;
    }
  }
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (between(cumulative, lines, middle) <= target) low = middle;
    else high = middle;
  }
  return low;
}

/** The value up to which the density integrates to `target` (0 … the line's total): the inverse of `integralTo`. */
export function valueOf(t: Conditional, lines: Lines, target: number, found: Found): void {
  const { places, jump, cumulative, density } = t;
  const low = pieceWith(t, lines, target, found.piece);
  found.piece = low;
  found.atom = jump[low];
  found.y = places[low];
  if (found.atom >= 0) return;
  const length = places[low + 1] - places[low];
  if (!(length > 0)) return;
  const need = target - between(cumulative, lines, low);
  const [g, h] = [between(density, lines, low), between(density, lines, low + 1)];
  if (!(need > 0)) return;
  // ½ (h − g)/L d² + g d = need; the root in the form that has no cancellation.
  const root = Math.sqrt(Math.max(0, g * g + (2 * (h - g) * need) / length));
  const d = g + root > 0 ? (2 * need) / (g + root) : length;
  found.y = places[low] + Math.min(length, d);
}
