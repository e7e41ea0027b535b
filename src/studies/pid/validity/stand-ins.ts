import type { WeightFunction } from '../../../fit/weight-function.js';
import type { SavedWeights } from '../../../formats/weights-file.js';
import type { FitSettings } from '../schema/fit-schema.js';
import { bandWeights, looseFit, looseWeights } from './fallback-weights.js';
import type { CellWeights } from './repair.js';

/** Degree of the polynomial background of the fallback; the systematic variant has one more. */
export const DEGREE = 3;

const knowsShapes = (weights: WeightFunction | undefined): weights is WeightFunction =>
  weights !== undefined && weights.method !== 'sideband';

/**
 * What stands in for the weights of a fit in bins where these may not be trusted: by column, with a background that may be another in
 * every bin. A column whose fit has another signal keeps that one; side-band weights know the shape of none.
 *
 * @param fit what the mode says of its other fits
 * @returns undefined where nothing can stand in, or nothing shall
 */
export function standIns(
  saved: SavedWeights,
  fallback: string,
  fit: Pick<FitSettings, 'systematic' | 'variants'> | undefined,
): Pick<CellWeights, 'instead' | 'fits'> | undefined {
  if (fallback === 'flag') return undefined;
  if (fallback === 'sideband') {
    const weights = bandWeights(saved.variants['nominal']);
    return weights && { instead: { nominal: weights } };
  }
  const shapes = Object.values(saved.variants).find(knowsShapes);
  if (!shapes) return undefined;
  const changed = { systematic: fit?.systematic, ...fit?.variants };
  const others = Object.entries(changed).flatMap(([name, change]) => {
    const own = saved.variants[name] as WeightFunction | undefined;
    if (change?.signal && knowsShapes(own)) return [[name, own] as const];
    return name === 'systematic' ? [[name, shapes] as const] : [];
  });
  const made = <T>(make: (of: WeightFunction, degree: number) => T): Record<string, T> =>
    Object.fromEntries(
      [['nominal', shapes] as const, ...others].map(([name, of]) => [
        name,
        make(of, name === 'systematic' ? DEGREE + 1 : DEGREE),
      ]),
    );
  const instead = made(looseWeights);
  return fallback === 'fit-and-count' ? { instead, fits: made(looseFit) } : { instead };
}
