import type { Key } from '../stats/key.js';
import type { BinnedData } from './data.js';
import type { FitResult, Goodness } from './result.js';
import { poissonNumbers } from './poisson.js';

/**
 * The share of toys that describe themselves worse than the data do. Each toy draws the bins' contents from the fit and is
 * fitted again; its χ² has the distribution that the data's has, however small the counts and however non-linear the fit.
 *
 * @param refit fits a toy, by category
 * @returns (1 + toys at least as bad) / (1 + toys fitted); NaN where no toy could be fitted
 */
export async function toyPValue(
  goodnesses: Readonly<Record<string, Goodness>>,
  { count, key }: { readonly count: number; readonly key: Key },
  refit: (toy: Readonly<Record<string, BinnedData>>) => Promise<FitResult>,
): Promise<number> {
  const total = (g: Readonly<Record<string, Goodness>>): number =>
    Object.values(g).reduce((s, { chi2 }) => s + chi2, 0);
  const seen = total(goodnesses);
  let [worse, fitted] = [0, 0];
  for (let t = 0; t < count; t++) {
    const toy = Object.entries(goodnesses).map(([name, { edges, expected }]): [string, BinnedData] => {
      const means = edges.slice(1).map((_, b) => Object.values(expected).reduce((s, e) => s + e[b], 0));
      return [name, { edges, counts: poissonNumbers(key.split(`toy ${name}`, t), means) }];
    });
    if (toy.some(([, { counts }]) => !counts.some((c) => c > 0))) continue;
    const result = await refit(Object.fromEntries(toy));
    if (result.status === 'not converged') continue;
    fitted++;
    if (total(result.goodnesses) >= seen) worse++;
  }
  return fitted ? (1 + worse) / (1 + fitted) : Number.NaN;
}
