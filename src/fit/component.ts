import type { Range } from './density.js';
import { userError } from '../base/error.js';
import { checkSample } from '../stats/check.js';
import type { SavedDensity } from './saved-density.js';

/** One species of events as weights see it: how it is distributed in the fit variable. */
export interface Component {
  readonly name: string;
  /** At every x, normalised to 1 on the range; 0 outside it. Positive, save for extra terms of COWs. */
  density(x: Float64Array): Float64Array;
  /** Where the density jumps or has corners: edges of histograms, end points. */
  readonly breaks?: readonly number[] | undefined;
  /** How to write the density down; tabulated where absent. */
  readonly saved?: SavedDensity | undefined;
}

/** Events in the fit variable, with their weights (of either sign) where they have some. */
export interface FitEvents {
  readonly x: Float64Array;
  readonly weights?: Float64Array | undefined;
}

/** What of some events lies inside a range, and what the components' densities are there. */
export interface Evaluated {
  /** Their row numbers. */
  readonly rows: Uint32Array;
  readonly x: Float64Array;
  readonly weights: Float64Array | undefined;
  /** Σ of the weights, or the number of events. */
  readonly sum: number;
  /** One array a component. */
  readonly densities: readonly Float64Array[];
  /** Rows outside the range, and rows without a value. */
  readonly outside: number;
  readonly missing: number;
}

/**
 * Evaluates components at the events inside a range.
 *
 * @throws userError `fit.no-events`, `fit.density` for a value that is no density, `stats.*` for weights
 */
export function evaluateComponents(components: readonly Component[], events: FitEvents, range: Range): Evaluated {
  checkComponents(components);
  const { x: all, weights: everyWeight } = events;
  if (everyWeight && everyWeight.length !== all.length)
    checkSample('fit variable', { values: all, weights: everyWeight });
  let missing = 0;
  const rows = Uint32Array.from(
    (function* () {
      for (let i = 0; i < all.length; i++) {
        if (Number.isNaN(all[i])) missing++;
        else if (all[i] >= range[0] && all[i] <= range[1]) yield i;
      }
    })(),
  );
  if (rows.length === 0)
    throw userError({
      code: 'fit.no-events',
      message: 'no event lies inside the range of the fit variable',
      got: `${all.length} events, ${missing} of them without a value`,
      expected: `events from ${range[0]} to ${range[1]}`,
      hint: 'look at the range of the column: datamc inspect FILE',
    });
  const x = pick(all, rows);
  const weights = everyWeight && pick(everyWeight, rows);
  const sum = checkSample('fit variable', { values: x, weights });
  const densities = components.map((component) => {
    const f = component.density(x);
    const bad = f.findIndex((v) => !Number.isFinite(v));
    if (bad >= 0) throw notDensity(component.name, f[bad], x[bad]);
    return f;
  });
  return { rows, x, weights, sum, densities, outside: all.length - missing - rows.length, missing };
}

export const pick = (column: Float64Array, rows: ArrayLike<number>): Float64Array =>
  Float64Array.from(rows, (row) => column[row]);

/** @throws userError `fit.components` for no components, or two of one name */
export function checkComponents(components: readonly Component[]): void {
  const names = components.map((c) => c.name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (names.length > 0 && twice === undefined) return;
  throw userError({
    code: 'fit.components',
    message: twice === undefined ? 'there are no components' : `two components are called "${twice}"`,
    expected: 'components with names of their own',
  });
}

const notDensity = (name: string, got: number, at: number) =>
  userError({
    code: 'fit.density',
    message: `the density of "${name}" is not a finite number at ${at}`,
    got: String(got),
    hint: 'look at its parameters, or narrow the range',
  });
