import { uniforms, type Key } from '../stats/key.js';
import { logGamma } from '../stats/special/gamma.js';

/**
 * Poisson numbers of given means ≥ 0: from one uniform number each, whose probability is used up from the most likely value
 * outwards. Exact; the work grows with the root of the mean.
 */
export function poissonNumbers(key: Key, means: ArrayLike<number>): Float64Array {
  const u = uniforms(key, means.length);
  return u.map((p, i) => number(p, means[i]));
}

function number(u: number, mean: number): number {
  if (!(mean > 0)) return 0;
  const mode = Math.floor(mean);
  const top = Math.exp(mode * Math.log(mean) - mean - logGamma(mode + 1));
  let rest = u - top;
  if (rest <= 0) return mode;
  let [up, down] = [top, top];
  for (let d = 1; d < 1e7; d++) {
    up *= mean / (mode + d);
    if ((rest -= up) <= 0) return mode + d;
    if (d <= mode) {
      down *= (mode - d + 1) / mean;
      if ((rest -= down) <= 0) return mode - d;
    }
    // What rounding left over belongs nowhere.
    if (up < 1e-300 && (d > mode || down < 1e-300)) return mode;
  }
  return mode;
}
