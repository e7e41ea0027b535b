import type { Variable } from '../expression/scope.js';
import type { ColumnNames } from './columns.js';
import { dot, dot3, vectorFrom } from './vectors.js';

const bracketed = (args: readonly string[]): string[] => args.map((arg) => `(${arg})`);
const length = (d: readonly string[]): string => `sqrt(${d.map((x) => `${x} * ${x}`).join(' + ')})`;

/** Speed of light, cm/ps. */
const C = 0.0299792458;

/** Variables of a flight from where a particle was made to where it decayed, cm. */
export const flightVariables = (columns: ColumnNames): Record<string, Variable> => ({
  flightDistance: Object.assign((...d: string[]) => length(bracketed(d)), { arity: [3, 3] as const }),
  /** L/σ(L) with σ² = Σ (dᵢ/L)² σᵢ²: independent errors of the components. */
  flightSignificance: Object.assign(
    (...args: string[]) => {
      const all = bracketed(args);
      const [d, e] = [all.slice(0, 3), all.slice(3)];
      return `(${d.map((x) => `${x} * ${x}`).join(' + ')}) / ${length(d.map((x, i) => `(${x} * ${e[i]})`))}`;
    },
    { arity: [6, 6] as const },
  ),
  cosPointing: Object.assign(
    (track: string, ...d: string[]) => {
      const v = vectorFrom(columns, track, 0);
      const [x, y, z] = bracketed(d);
      const flight = { x, y, z, e: '0' };
      return `(${dot3(v, flight)} / sqrt(${dot3(v, v)} * ${dot3(flight, flight)}))`;
    },
    { arity: [4, 4] as const },
  ),
  /** Proper decay time, ps: L m / (p c). */
  decayTime: Object.assign(
    (track: string, distance: string) => {
      const v = vectorFrom(columns, track, 0);
      return `((${distance}) * sqrt(max(${dot(v, v)}, 0) / ${dot3(v, v)}) / ${C})`;
    },
    { arity: [2, 2] as const },
  ),
  /** (a − b)/(a + b): of the momenta of two daughters it tells Λ from K⁰s. */
  asymmetry: Object.assign((a: string, b: string) => `(((${a}) - (${b})) / ((${a}) + (${b})))`, {
    arity: [2, 2] as const,
  }),
});
