import { didYouMean } from '../../base/near.js';
import { findHypothesis, HYPOTHESES } from '../../base/particles.js';
import type { Node } from '../expression/ast.js';
import { parse } from '../expression/parse.js';
import { print } from '../expression/print.js';
import { VariableProblem } from '../expression/problem.js';
import { columnOf, lacking, prefixesWith, type ColumnNames } from './columns.js';

/** A four-vector whose components are expressions, GeV or whatever the columns are in. */
export interface Vector {
  readonly x: string;
  readonly y: string;
  readonly z: string;
  readonly e: string;
}

/**
 * Reads an argument as a four-vector: a prefix (`D0_K`, `Muon[0]`), `track(D0_K, pi)` with a mass hypothesis or a mass
 * (`track(H1, K, MeV)` where momenta are in MeV),
 * `vector(px, py, pz, E)`, `boost(D0_K, bx, by, bz)`, or a sum `D0_K + D0_pi`.
 *
 * The energy is the track's column `E` (or `energy`), else made of its mass: as given, its column `mass` or `M`, or that of the
 * particle that ends the prefix (`D0_K`, `mu_0`).
 */
export function vectorFrom(columns: ColumnNames, text: string, argument: number): Vector {
  return fromNode(columns, parse({ text }), argument);
}

function fromNode(columns: ColumnNames, node: Node, argument: number): Vector {
  if (node.kind === 'binary' && node.op === '+') {
    return sum([fromNode(columns, node.left, argument), fromNode(columns, node.right, argument)]);
  }
  if (node.kind === 'call') {
    const args = node.args.map(print);
    if (node.name === 'track' && (args.length === 2 || args.length === 3))
      return ofTrack(columns, prefixText(node.args[0]), inUnit(args[1], args[2], argument), argument);
    if (node.name === 'vector' && args.length === 4) {
      const [x, y, z, e] = args.map((arg) => `(${arg})`);
      return { x, y, z, e };
    }
    if (node.name === 'boost' && args.length === 4)
      return boosted(fromNode(columns, node.args[0], argument), args.slice(1));
    const hint =
      didYouMean(node.name, ['track', 'vector', 'boost']) ??
      'track(D0_K, pi), vector(px, py, pz, E), boost(D0_K, bx, by, bz)';
    throw new VariableProblem('arguments', `${print(node)} is no four-vector`, hint, argument);
  }
  if (node.kind === 'name' || (node.kind === 'index' && node.of.kind === 'name')) {
    return ofTrack(columns, prefixText(node), undefined, argument);
  }
  throw new VariableProblem(
    'arguments',
    `${print(node)} is no four-vector`,
    'name a track by its prefix: D0_K',
    argument,
  );
}

/** A hypothesis is a mass in GeV, unless a unit is named. */
function inUnit(mass: string, unit: string | undefined, argument: number): string {
  if (unit === undefined || unit === 'GeV') return mass;
  if (unit !== 'MeV') {
    throw new VariableProblem('arguments', `there is no unit "${unit}" of a mass`, 'GeV or MeV', argument);
  }
  const hypothesis = findHypothesis(mass);
  return hypothesis ? String(1000 * hypothesis.mass) : mass;
}

const prefixText = (node: Node): string => (node.kind === 'name' ? node.name : print(node));

/** The vector of the track that a string is about; only where it has a prefix, or the file is one of plain tracks. */
export const ownVector = (columns: ColumnNames): Vector => ofTrack(columns, undefined, undefined);

const MOMENTA = ['p', 'pt', 'px', 'pT', 'PX', 'PT'];

function ofTrack(
  columns: ColumnNames,
  prefix: string | undefined,
  mass: string | undefined,
  argument?: number,
): Vector {
  const get = (...names: string[]): string | undefined => columnOf(columns, prefix, names);
  const [x, y, z] = [get('px', 'PX'), get('py', 'PY'), get('pz', 'PZ')];
  const [pt, p, phi] = [get('pt', 'pT', 'PT'), get('p', 'P'), get('phi', 'PHI')];
  const [eta, theta, cosine] = [get('eta', 'ETA'), get('theta'), get('cosTheta')];
  const energy = (size2: string): string => energyOf(columns, prefix, mass, size2, argument);
  if (x && y && z) return { x, y, z, e: energy(`${x} * ${x} + ${y} * ${y} + ${z} * ${z}`) };
  if (pt && phi && eta)
    return { ...polar(pt, phi), z: `(${pt} * sinh(${eta}))`, e: energy(`pow(${pt} * cosh(${eta}), 2)`) };
  if (p && phi && (cosine ?? theta)) {
    const c = cosine ?? `cos(${theta})`;
    return { ...polar(`(${p} * sqrt(1 - ${c} * ${c}))`, phi), z: `(${p} * ${c})`, e: energy(`${p} * ${p}`) };
  }
  if (pt && phi && theta)
    return { ...polar(pt, phi), z: `(${pt} / tan(${theta}))`, e: energy(`pow(${pt} / sin(${theta}), 2)`) };
  const wanted = x ?? pt ?? p;
  if (wanted !== undefined) {
    const of = prefix ?? columns.prefix;
    const start = of === undefined ? '' : `${of}_`;
    const hint = `${start}px, py, pz, or ${start}pt, eta, phi, or ${start}p, cosTheta (or theta), phi`;
    throw new VariableProblem('unknown-column', `"${of ?? 'the track'}" has no complete momentum`, hint, argument);
  }
  const tracks = prefixesWith(columns, MOMENTA);
  if (prefix !== undefined && !tracks.includes(prefix)) {
    const hint = didYouMean(prefix, tracks) ?? (tracks.length ? `tracks: ${tracks.slice(0, 8).join(', ')}` : undefined);
    throw new VariableProblem('unknown-column', `no columns "${prefix}_px", "${prefix}_p", …`, hint, argument);
  }
  throw lacking(columns, prefix, ['px', 'pt', 'p'], 'a momentum', argument);
}

const polar = (pt: string, phi: string) => ({ x: `(${pt} * cos(${phi}))`, y: `(${pt} * sin(${phi}))` });

function energyOf(
  columns: ColumnNames,
  prefix: string | undefined,
  mass: string | undefined,
  size2: string,
  argument: number | undefined,
): string {
  const written = (m: string): string => `sqrt(${size2} + pow(${m}, 2))`;
  if (mass !== undefined) {
    const hypothesis = findHypothesis(mass);
    if (hypothesis) return written(String(hypothesis.mass));
    if (!/^[\w.]+$/.test(mass) || (/^[a-z]\w*$/i.test(mass) && !columns.has(mass))) {
      const hint =
        didYouMean(
          mass,
          HYPOTHESES.map((h) => h.name),
        ) ?? `one of ${HYPOTHESES.map((h) => h.name).join(', ')}, or a mass`;
      throw new VariableProblem('arguments', `there is no hypothesis "${mass}"`, hint, argument);
    }
    return written(mass);
  }
  const energy = columnOf(columns, prefix, ['E', 'energy', 'PE']);
  if (energy !== undefined) return energy;
  const column = columnOf(columns, prefix, ['mass', 'M', 'm']);
  if (column !== undefined) return written(column);
  const words = (prefix ?? columns.prefix ?? '').replace(/\[\d+\]$/, '').split(/[_.]/);
  const last = words.filter((word) => !/^\d*$/.test(word)).at(-1) ?? '';
  const own = massOf(last);
  if (own !== undefined) return written(String(own));
  const of = prefix ?? columns.prefix ?? '';
  throw new VariableProblem(
    'arguments',
    `the mass of "${of}" is not known`,
    `name what it is: track(${of}, pi)`,
    argument,
  );
}

/** Neutral particles that a prefix may end with, GeV (Particle Data Group, 2022). */
const NEUTRAL: Readonly<Record<string, number>> = { pi0: 0.1349768, gamma: 0, KS: 0.497611 };

/** The mass of what a word names: `K`, `mu0` (the first muon), `gamma`. */
function massOf(word: string): number | undefined {
  if (Object.hasOwn(NEUTRAL, word)) return NEUTRAL[word];
  const bare = word.replace(/\d+$/, '');
  return (findHypothesis(bare) ?? findHypothesis(bare.toLowerCase()))?.mass;
}

export function sum(vectors: readonly Vector[]): Vector {
  const add = (part: keyof Vector): string =>
    vectors.length === 1 ? vectors[0][part] : `(${vectors.map((v) => v[part]).join(' + ')})`;
  return { x: add('x'), y: add('y'), z: add('z'), e: add('e') };
}

/** Seen from a frame that moves with velocity −β: p′ = p + β (γ²/(γ + 1) β·p + γE), E′ = γ (E + β·p). */
function boosted(v: Vector, [bx, by, bz]: readonly string[]): Vector {
  const gamma = `(1 / sqrt(1 - (${bx})*(${bx}) - (${by})*(${by}) - (${bz})*(${bz})))`;
  const along = `((${bx}) * ${v.x} + (${by}) * ${v.y} + (${bz}) * ${v.z})`;
  const by_ = `(pow(${gamma}, 2) / (${gamma} + 1) * ${along} + ${gamma} * ${v.e})`;
  return {
    x: `(${v.x} + (${bx}) * ${by_})`,
    y: `(${v.y} + (${by}) * ${by_})`,
    z: `(${v.z} + (${bz}) * ${by_})`,
    e: `(${gamma} * (${v.e} + ${along}))`,
  };
}

/** Product of two four-vectors, E₁E₂ − p₁·p₂. */
export const dot = (a: Vector, b: Vector): string =>
  `(${a.e} * ${b.e} - ${a.x} * ${b.x} - ${a.y} * ${b.y} - ${a.z} * ${b.z})`;

/** Product of the momenta alone. */
export const dot3 = (a: Vector, b: Vector): string => `(${a.x} * ${b.x} + ${a.y} * ${b.y} + ${a.z} * ${b.z})`;
