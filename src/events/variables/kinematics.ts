import type { Variable } from '../expression/scope.js';
import type { ColumnNames } from './columns.js';
import { dot, dot3, ownVector, sum, vectorFrom, type Vector } from './vectors.js';

const root = (text: string): string => `sqrt(max(${text}, 0))`;
const size = (v: Vector): string => `sqrt(${dot3(v, v)})`;
const transverse = (v: Vector): string => `sqrt(${v.x} * ${v.x} + ${v.y} * ${v.y})`;
const rapidityOf = (v: Vector): string => `atanh(${v.z} / ${v.e})`;
const pseudorapidity = (v: Vector): string => `asinh(${v.z} / ${transverse(v)})`;
const azimuth = (v: Vector): string => `atan2(${v.y}, ${v.x})`;
/** A cosine that rounding has taken out of [−1, 1] is put back; NaN stays NaN. */
const cosine = (text: string): string => `max(min(${text}, 1), -1)`;

/** What one number says of the sum of its vectors. */
const OF_SUM: Readonly<Record<string, (v: Vector) => string>> = {
  invM: (v) => root(dot(v, v)),
  pt: transverse,
  eta: pseudorapidity,
  phi: azimuth,
  momentum: size,
  energy: (v) => v.e,
  cosTheta: (v) => `(${v.z} / ${size(v)})`,
  theta: (v) => `atan2(${transverse(v)}, ${v.z})`,
  rapidity: rapidityOf,
};

const OF_TWO: Readonly<Record<string, (a: Vector, b: Vector) => string>> = {
  angle: (a, b) => `acos(${cosine(`${dot3(a, b)} / (${size(a)} * ${size(b)})`)})`,
  deltaR: (a, b) => `hypot(${pseudorapidity(a)} - ${pseudorapidity(b)}, deltaPhi(${azimuth(a)}, ${azimuth(b)}))`,
};

/** Momentum of `a` in the rest frame of `frame`: √((a·f)²/f² − a²). */
const momentumIn = (a: Vector, frame: Vector): string =>
  root(`pow(${dot(a, frame)}, 2) / ${dot(frame, frame)} - ${dot(a, a)}`);

/**
 * Cosine of the helicity angle: in the rest frame of the resonance, between the daughter and the direction opposite to
 * `away`. Written with products of four-vectors, which need no boost: ã·k̃ = (a·R)(k·R)/R² − a·k.
 */
function helicity(daughter: Vector, resonance: Vector, away: Vector): string {
  const m2 = dot(resonance, resonance);
  const product = (a: Vector, b: Vector): string =>
    `(${dot(a, resonance)} * ${dot(b, resonance)} / ${m2} - ${dot(a, b)})`;
  return cosine(`(-${product(daughter, away)}) / sqrt(${product(daughter, daughter)} * ${product(away, away)})`);
}

/** The laboratory at rest. */
const LABORATORY: Vector = { x: '0', y: '0', z: '0', e: '1' };

/** Variables of four-vectors; see docs/pid-variables.md. */
export function kinematicVariables(columns: ColumnNames): Record<string, Variable> {
  const vectors = (args: readonly string[]): Vector[] =>
    args.length ? args.map((arg, i) => vectorFrom(columns, arg, i)) : [ownVector(columns)];
  const make = (arity: readonly [number, number], text: (v: readonly Vector[]) => string): Variable =>
    Object.assign((...args: string[]) => text(vectors(args)), { arity });
  const variables: Record<string, Variable> = {};
  for (const [name, of] of Object.entries(OF_SUM)) variables[name] = make([0, 32], (v) => of(sum(v)));
  for (const [name, of] of Object.entries(OF_TWO)) variables[name] = make([2, 2], ([a, b]) => of(a, b));
  variables['pInFrame'] = make([2, 32], (v) => momentumIn(v[0], sum(v)));
  variables['cosHelicity'] = make([2, 32], ([daughter, partner, ...others]) =>
    helicity(daughter, sum([daughter, partner]), others.length ? sum(others) : LABORATORY),
  );
  return variables;
}
