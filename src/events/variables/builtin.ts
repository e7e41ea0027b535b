import { printName } from '../expression/print.js';
import type { Variable, Variables } from '../expression/scope.js';
import type { ColumnNames } from './columns.js';
import { flightVariables } from './flight.js';
import { identificationVariables } from './identification.js';
import { kinematicVariables } from './kinematics.js';

/** What each variable is, for `datamc pid variables` and the documentation: how it is called, and what it is. */
export const BUILT_IN: readonly { readonly name: string; readonly usage: string; readonly about: string }[] = [
  { name: 'binaryID', usage: 'binaryID([track,] a, b [, detectors…])', about: 'L_a / (L_a + L_b)' },
  { name: 'trinaryID', usage: 'trinaryID([track,] a, b, c [, detectors…])', about: 'L_a / (L_a + L_b + L_c)' },
  { name: 'globalID', usage: 'globalID([track,] a [, detectors…])', about: 'L_a / Σ L over e, μ, π, K, p, d' },
  { name: 'deltaLogL', usage: 'deltaLogL([track,] a, b [, detectors…])', about: 'ln L_a − ln L_b' },
  { name: 'invM', usage: 'invM(v, …)', about: 'mass of the sum of four-vectors' },
  { name: 'pt', usage: 'pt(v, …)', about: 'transverse momentum of the sum' },
  { name: 'eta', usage: 'eta(v, …)', about: 'pseudorapidity of the sum' },
  { name: 'phi', usage: 'phi(v, …)', about: 'azimuth of the sum, rad' },
  { name: 'momentum', usage: 'momentum(v, …)', about: 'size of the momentum of the sum' },
  { name: 'energy', usage: 'energy(v, …)', about: 'energy of the sum' },
  { name: 'theta', usage: 'theta(v, …)', about: 'polar angle of the sum, rad' },
  { name: 'cosTheta', usage: 'cosTheta(v, …)', about: 'its cosine' },
  { name: 'rapidity', usage: 'rapidity(v, …)', about: 'artanh(pz/E) of the sum' },
  { name: 'angle', usage: 'angle(v, w)', about: 'angle between two momenta, rad' },
  { name: 'deltaR', usage: 'deltaR(v, w)', about: '√(Δη² + Δφ²)' },
  { name: 'pInFrame', usage: 'pInFrame(v, w, …)', about: 'momentum of v in the rest frame of the sum of all' },
  {
    name: 'cosHelicity',
    usage: 'cosHelicity(v, w [, others…])',
    about:
      'cosine of the angle of v in the rest frame of v + w, against the direction opposite to the others (or to the laboratory)',
  },
  { name: 'flightDistance', usage: 'flightDistance(dx, dy, dz)', about: 'length of a flight' },
  { name: 'flightSignificance', usage: 'flightSignificance(dx, dy, dz, sx, sy, sz)', about: 'length over its error' },
  { name: 'cosPointing', usage: 'cosPointing(v, dx, dy, dz)', about: 'cosine between momentum and flight' },
  { name: 'decayTime', usage: 'decayTime(v, distance)', about: 'proper time, ps, of a flight in cm' },
  { name: 'asymmetry', usage: 'asymmetry(a, b)', about: '(a − b) / (a + b)' },
];

/** Variables that are made when a table's columns are known. */
export type VariablesOf = (columns: ColumnNames) => Variables;

/**
 * The variables that every string may use: comparisons of particle hypotheses, four-vectors, flights; and, in the place of
 * one track, its columns by their short names: with the prefix `D0_K`, `kaonID` is `D0_K_kaonID` and `binaryID(K,pi)` compares
 * that track's likelihoods.
 *
 * A column of the same name as a function stays a column: `pt` is the column, `pt(D0_K)` the function.
 *
 * @param prefix of the track's columns; absent: columns by their full names alone
 * @param own further variables, which win over those of the house
 * @example store.open(spec, { variables: trackVariables('D0_K') }) // 'kaonID > 0.6 and p > 1'
 */
export function trackVariables(prefix?: string, own?: VariablesOf): VariablesOf {
  return (given) => {
    const columns: ColumnNames = { ...given, prefix };
    const short: Record<string, Variable> = {};
    if (prefix !== undefined) {
      for (const name of columns.all()) {
        const rest =
          name.startsWith(prefix) && '_.'.includes(name[prefix.length] ?? ' ') ? name.slice(prefix.length + 1) : '';
        if (rest !== '') short[rest] = () => printName(name);
      }
    }
    const functions = {
      ...identificationVariables(columns),
      ...kinematicVariables(columns),
      ...flightVariables(columns),
    };
    const all: Record<string, Variable> = { ...short };
    // A name may be a function and, in a track's place, a column: its use tells which.
    for (const [name, made] of Object.entries(functions)) {
      all[name] = Object.hasOwn(short, name) ? Object.assign(made, { plain: short[name] }) : made;
    }
    return { ...all, ...own?.(columns) };
  };
}
