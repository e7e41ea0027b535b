import { userError } from '../base/error.js';
import type { Sample } from '../stats/check.js';
import { findAtoms, type Atom } from './atoms.js';
import {
  denormalise,
  fitNormaliser,
  normalise,
  normaliserSlope,
  type Normalisation,
  type Normaliser,
} from './normaliser.js';
import { preTransform, type PreTransform } from './pre-transform.js';

/**
 * One axis of a gridded density: x is bent (`transform`), stretched (`normaliser`), and stands between nodes. Behind its
 * nodes the axis has one slot for each atom. Plain data.
 */
export interface GridAxis {
  readonly name: string;
  /** Expression of the column, where it is another than the name. */
  readonly expression: string;
  readonly transform: PreTransform;
  readonly normaliser: Normaliser;
  /** Places of the nodes in normalised units, strictly increasing. */
  readonly nodes: readonly number[];
  /** `nodes`: events are shared among the two nearest nodes; `bins`: they go to the bin whose centre is a node. */
  readonly layout: 'nodes' | 'bins';
  readonly atoms: readonly Atom[];
}

export interface GridAxisOptions {
  readonly name: string;
  readonly expression?: string | undefined;
  readonly nodes: number;
  readonly layout?: GridAxis['layout'] | undefined;
  readonly transform?: PreTransform | undefined;
  readonly normaliser?: Normalisation | undefined;
  /** Pieces of the normaliser. */
  readonly knots?: number | undefined;
  /** In the column's own unit; the sample's own range where absent. */
  readonly range?: readonly [number, number] | undefined;
  /** Least share of a value that is a point mass; 0: none. */
  readonly atoms?: number | undefined;
  /** Atoms only where the axis has hardly anything else, such as a charge: kinematics between the atoms are smoothed. */
  readonly allOrNothing?: boolean | undefined;
}

/** Slots of an axis: its nodes and then its atoms. */
export const slotCount = (axis: GridAxis): number => axis.nodes.length + axis.atoms.length;

/** The ends of an axis in normalised units, and in its own. */
export const axisEnds = ({ normaliser: { x, y }, transform }: GridAxis) => {
  const { inverse } = preTransform(transform);
  return { low: y[0], high: y[y.length - 1], lowX: inverse(x[0]), highX: inverse(x[x.length - 1]) };
};

/**
 * An axis that suits a sample: atoms are found, the range and the normaliser are those of the other values.
 *
 * @throws userError `density.nodes`, `density.range`, `density.empty-axis`
 */
export function makeAxis(options: GridAxisOptions, sample: Sample): GridAxis {
  const { name, transform = 'identity', layout = 'nodes', normaliser: kind = 'scale', nodes: count } = options;
  if (!(Number.isInteger(count) && count >= 2 && count <= 100_000)) {
    throw userError({
      code: 'density.nodes',
      message: `"${name}" has no usable number of nodes`,
      got: String(count),
      expected: 'a whole number from 2 to 100000',
    });
  }
  const { holds, forward, words } = preTransform(transform);
  const wrong = options.range?.find((end) => !holds(end));
  if (wrong !== undefined) {
    throw userError({
      code: 'density.range',
      message: `the range of "${name}" does not fit its transform ${transform}`,
      got: String(wrong),
      expected: `ends that are ${words}`,
    });
  }
  const found = findAtoms(sample, options.atoms ?? 0);
  const discrete = found.length <= 16 && found.reduce((s, a) => s + a.mass, 0) > 0.99;
  const atoms = options.allOrNothing && !discrete ? [] : found;
  const isAtom = new Set(atoms.map((a) => a.value));
  const [from, to] = options.range ?? [-Infinity, Infinity];
  const taken = new Float64Array(sample.values.length);
  const ownWeights = sample.weights && new Float64Array(sample.values.length);
  let rows = 0;
  const plain = transform === 'identity';
  for (let i = 0; i < taken.length; i++) {
    const v = sample.values[i];
    if (!(plain ? v - v === 0 : holds(v)) || v < from || v > to || (isAtom.size > 0 && isAtom.has(v + 0))) continue;
    taken[rows] = plain ? v : forward(v);
    if (ownWeights) ownWeights[rows] = (sample.weights as Float64Array)[i];
    rows++;
  }
  const bent = taken.subarray(0, rows);
  const weights = ownWeights?.subarray(0, rows);
  const range =
    options.range?.map(forward) ??
    endsOf(
      bent,
      atoms
        .map((a) => a.value)
        .filter(holds)
        .map(forward),
      name,
    );
  const fit = fitNormaliser(kind, usable({ values: bent, weights }), [range[0], range[1]], options.knots);
  const [low, high] = [fit.y[0], fit.y[fit.y.length - 1]];
  const nodes = Array.from({ length: count }, (_, i) =>
    layout === 'bins'
      ? low + ((i + 0.5) * (high - low)) / count
      : i === count - 1
        ? high
        : low + (i * (high - low)) / (count - 1),
  );
  return { name, expression: options.expression ?? name, transform, normaliser: fit, nodes, layout, atoms };
}

/** A sample whose weights do not add up to something positive is taken without them: they only place the knots. */
function usable(sample: Sample): Sample {
  let sum = sample.weights ? 0 : sample.values.length;
  if (sample.weights) for (const w of sample.weights) sum += w;
  return sum > 0 ? sample : { values: sample.values };
}

/** The range of the values that are no atoms; with too few of these, of the atoms too. */
function endsOf(bent: Float64Array, atoms: readonly number[], name: string): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const v of bent) {
    if (v < low) low = v;
    if (v > high) high = v;
  }
  if (low < high) return [low, high];
  for (const v of atoms) [low, high] = [Math.min(low, v), Math.max(high, v)];
  // An axis of atoms alone still needs a place for its nodes.
  if (low < high) return [low, high];
  if (low === high && atoms.length > 0) return [low - 0.5, high + 0.5];
  throw userError({
    code: 'density.empty-axis',
    message: Number.isFinite(low)
      ? `"${name}" is ${low} in all events that can be used`
      : `"${name}" has no usable value`,
    expected: 'a column with different values',
    hint: 'loosen the selection, or leave the column out',
  });
}

/** y of x, clamped to the axis; NaN where the transform does not take x. */
export function coordinate(axis: GridAxis, x: number): number {
  const bend = preTransform(axis.transform);
  return bend.holds(x) ? normalise(axis.normaliser, bend.forward(x)) : NaN;
}

/** Whether x lies between the ends of an axis. */
export function isOn({ transform, normaliser: { x: knots } }: GridAxis, x: number): boolean {
  const { holds, forward } = preTransform(transform);
  if (!holds(x)) return false;
  const bent = forward(x);
  return bent >= knots[0] && bent <= knots[knots.length - 1];
}

/** x of y. */
export const valueAt = (axis: GridAxis, y: number): number =>
  preTransform(axis.transform).inverse(denormalise(axis.normaliser, y));

/** dy/dx at x: what turns a density in normalised units into one in the column's own. */
export function coordinateSlope(axis: GridAxis, x: number): number {
  const bend = preTransform(axis.transform);
  return bend.slope(x) * normaliserSlope(axis.normaliser, bend.forward(x));
}

/** The number of the atom that x is, or −1. */
export function atomOf({ atoms }: GridAxis, x: number): number {
  for (let a = 0; a < atoms.length; a++) if (atoms[a].value === x) return a;
  return -1;
}

/** Place of an atom in normalised units; one that the transform does not take (a sentinel at −1000) lies at the end it is nearest to. */
export function atomPlace(axis: GridAxis, atom: number): number {
  const { value } = axis.atoms[atom];
  const y = coordinate(axis, value);
  if (!Number.isNaN(y)) return y;
  const { low, high } = axisEnds(axis);
  return value > 0.5 * (valueAt(axis, low) + valueAt(axis, high)) ? high : low;
}
