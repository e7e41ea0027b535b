import type { Minimum } from './newton.js';
import type { PreparedFit } from './prepare.js';
import type { FitResult, Goodness } from './result.js';
import type { Uncertainty } from './uncertainty.js';

const BAD = 1e-6;

/** What became of the fit, in one word and one line; unless all is well, with what to try. */
export function statusOf(
  fit: PreparedFit,
  minimum: Minimum,
  { definite, covariance }: Uncertainty,
  goodness: Goodness | undefined,
): Pick<FitResult, 'status' | 'message'> {
  const name = (i: number): string => fit.table.entries[fit.table.free[i]].name;
  if (!Number.isFinite(minimum.value))
    return {
      status: 'not converged',
      message:
        'the likelihood is not finite at the start: a density is zero or negative at some events; give start values, or add a background that covers the range',
    };
  if (!minimum.converged)
    return {
      status: 'not converged',
      message: `no minimum within the budget of steps (distance ${minimum.edm.toPrecision(2)}); give start values nearer to it, limits, or fix a parameter`,
    };
  if (!definite)
    return {
      status: 'not converged',
      message: `the data do not determine all parameters: fix one of ${covariance.names.join(', ')}, or take a simpler density`,
    };
  if (minimum.held.length) {
    const [i] = minimum.held;
    const side = minimum.x[i] <= fit.limits.low[i] ? 'lower' : 'upper';
    const names = minimum.held.map(name).join(', ');
    const limit = side === 'lower' ? fit.limits.low[i] : fit.limits.high[i];
    const others = minimum.held.length > 1 ? ` (${names} are at limits)` : '';
    const verb = minimum.idle.length > 1 ? 'have' : 'has';
    const idle = minimum.idle.length ? `, where ${minimum.idle.map(name).join(', ')} ${verb} no meaning` : '';
    return {
      status: 'at limit',
      message: `${name(i)} is at its ${side} limit ${Number(limit.toPrecision(6))}${others}${idle}: widen the limit if it is not physical, fix the parameter, or take a simpler density`,
    };
  }
  const unknown = correlated(covariance.matrix);
  if (unknown)
    return {
      status: 'converged',
      message: `converged; ${covariance.names[unknown[0]]} and ${covariance.names[unknown[1]]} are correlated to more than 99.5 %: the data hardly tell them apart`,
    };
  if (goodness && goodness.ndf > 0 && goodness.pValue < BAD)
    return {
      status: 'converged',
      message: `converged, but the density does not describe the data (χ²/ndf = ${goodness.chi2.toFixed(1)}/${goodness.ndf}): look at the pulls, take another density`,
    };
  return { status: 'converged', message: 'converged' };
}

function correlated(matrix: readonly Float64Array[]): readonly [number, number] | undefined {
  for (let i = 0; i < matrix.length; i++)
    for (let j = 0; j < i; j++)
      if (Math.abs(matrix[i][j]) > 0.995 * Math.sqrt(matrix[i][i] * matrix[j][j])) return [j, i];
  return undefined;
}
