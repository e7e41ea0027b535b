import { userError } from '../base/error.js';
import { betaLowerInverse, betaUpperInverse } from './special/beta.js';
import { normalQuantile } from './special/erf.js';
import { gammaLowerInverse, gammaUpperInverse } from './special/gamma.js';

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** The coverage of ±1σ of a normal distribution. */
export const ONE_SIGMA = 0.6826894921370859;

/**
 * Central interval for the mean of a Poisson count (F. Garwood, Biometrika 28 (1936) 437). For weighted contents give
 * Σw² as well: the interval of the equivalent count (Σw)²/Σw², scaled by Σw²/Σw (as `mplhep` and ROOT draw it).
 *
 * @example garwood(0) // { low: 0, high: 1.8410216450092634 }
 */
export function garwood(sumw: number, sumw2 = sumw, level = ONE_SIGMA): Interval {
  if (sumw === 0 && sumw2 === 0) return { low: 0, high: gammaUpperInverse(1, tail(level)) };
  if (!(sumw > 0 && sumw2 > 0))
    throw outside('Poisson interval', 'contents and variance above zero', Math.min(sumw, sumw2));
  const scale = sumw2 / sumw;
  const count = sumw / scale;
  return {
    low: scale * gammaLowerInverse(count, tail(level)),
    high: scale * gammaUpperInverse(count + 1, tail(level)),
  };
}

/**
 * Exact central interval for a binomial fraction (C. Clopper and E. Pearson, Biometrika 26 (1934) 404). Covers at least
 * `level`. Numbers need not be integers (effective counts).
 *
 * @example clopperPearson(8, 10, 0.95) // { low: 0.4439, high: 0.9748 }
 */
export function clopperPearson(passed: number, total: number, level = ONE_SIGMA): Interval {
  checkFraction(passed, total);
  return {
    low: passed === 0 ? 0 : betaLowerInverse(passed, total - passed + 1, tail(level)),
    high: passed === total ? 1 : betaUpperInverse(passed + 1, total - passed, tail(level)),
  };
}

/** Wilson's score interval for a binomial fraction (J. Am. Stat. Assoc. 22 (1927) 209): mean coverage near `level`. */
export function wilson(passed: number, total: number, level = ONE_SIGMA): Interval {
  checkFraction(passed, total);
  const z = normalQuantile(1 - tail(level));
  const p = passed / total;
  const centre = (p + (z * z) / (2 * total)) / (1 + (z * z) / total);
  const half = (z / (1 + (z * z) / total)) * Math.sqrt((p * (1 - p)) / total + (z * z) / (4 * total * total));
  return {
    low: passed === 0 ? 0 : Math.max(0, centre - half),
    high: passed === total ? 1 : Math.min(1, centre + half),
  };
}

function tail(level: number): number {
  if (!(level > 0 && level < 1)) throw outside('interval', 'a coverage between 0 and 1', level);
  return (1 - level) / 2;
}

function checkFraction(passed: number, total: number): void {
  if (!(total > 0)) throw outside('binomial interval', 'a total above zero', total);
  if (!(passed >= 0 && passed <= total)) throw outside('binomial interval', `passed from 0 to ${total}`, passed);
}

const outside = (what: string, expected: string, got: number) =>
  userError({ code: 'stats.interval', message: `${what}: argument outside its domain`, got: String(got), expected });
