import { userError } from '../base/error.js';
import type { Minimum } from './newton.js';
import type { PreparedFit } from './prepare.js';
import { crossing, openProfile } from './profile.js';
import type { Uncertainty } from './uncertainty.js';

/** Where the likelihood of two parameters, profiled over all others, has fallen to a confidence level. */
export interface Contour {
  readonly names: readonly [string, string];
  /** Joint coverage of the two, such as 0.6827. */
  readonly level: number;
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/**
 * The contour of two parameters: −ln L above its minimum by −ln(1 − level), along `points` rays that are evenly spread
 * in the ellipse's own frame. Points on a limit stand where the ray meets it.
 */
export async function contour(
  fit: PreparedFit,
  minimum: Minimum,
  { covariance, definite }: Uncertainty,
  names: readonly [string, string],
  level = 0.6826894921370859,
  points = 40,
): Promise<Contour> {
  const free = fit.table.free.map((i) => fit.table.entries[i].name);
  const places = names.map((name) => free.indexOf(name));
  if (places.includes(-1) || places[0] === places[1] || fit.weighted)
    throw userError({
      code: 'fit.contour',
      message: fit.weighted ? 'a likelihood of weighted data has no contours' : 'a contour needs two free parameters',
      got: names.join(', '),
      expected: free.join(', '),
    });
  if (!(level > 0 && level < 1))
    throw userError({ code: 'fit.contour', message: 'a confidence level outside (0, 1)', got: String(level) });
  const x = new Float64Array(points).fill(Number.NaN);
  const y = new Float64Array(points).fill(Number.NaN);
  const n = free.length;
  if (!definite || !minimum.converged || covariance.names.length < n) return { names, level, x, y };
  const v = Float64Array.from(covariance.matrix.flatMap((row) => [...row]));
  const [p, q] = places;
  const profile = await openProfile(fit, minimum, v);
  const rise = -Math.log(1 - level);
  // Cholesky's factor of the 2 × 2 covariance turns the unit circle into the ellipse of one unit.
  const a = Math.sqrt(v[p * n + p]);
  const b = v[p * n + q] / a;
  const c = Math.sqrt(v[q * n + q] - b * b);
  const [x0, y0] = [profile.lowest.x[p], profile.lowest.x[q]];
  for (let k = 0; k < points; k++) {
    const angle = (2 * Math.PI * k) / points;
    const [dx, dy] = [a * Math.cos(angle), b * Math.cos(angle) + c * Math.sin(angle)];
    const most = Math.min(reach(x0, dx, fit, p), reach(y0, dy, fit, q));
    const t = await crossing((r) => profile.rise([p, q], [x0 + r * dx, y0 + r * dy]), rise, Math.sqrt(2 * rise), most);
    x[k] = x0 + t * dx;
    y[k] = y0 + t * dy;
  }
  return { names, level, x, y };
}

function reach(from: number, slope: number, { limits }: PreparedFit, i: number): number {
  if (slope === 0) return Infinity;
  return ((slope > 0 ? limits.high[i] : limits.low[i]) - from) / slope;
}
