import { userError } from '../base/error.js';
import { allWeightsAt, weightsAt, type WeightFunction } from './weight-function.js';

/** Weight functions by name: `nominal`, and any number of systematic variants. */
export type WeightVariants = Readonly<Record<string, WeightFunction>>;

/** The column of a variant: `sWeight_nominal`, `sWeight_systematic`, `sWeight_tail`. */
export const weightColumn = (variant: string): string => `sWeight_${variant}`;

/** @throws userError `fit.variants` where there is no `nominal` one, or a name is no part of a column's name */
export function checkVariants(variants: Readonly<Record<string, unknown>>): void {
  const names = Object.keys(variants);
  const bad = names.find((name) => !/^\w+$/.test(name));
  if (names.includes('nominal') && bad === undefined) return;
  throw userError({
    code: 'fit.variants',
    message: bad === undefined ? 'there are no weights called "nominal"' : `"${bad}" cannot name a column of weights`,
    got: names.join(', '),
    expected: '"nominal" and names of letters, digits and underscores',
  });
}

/**
 * Columns of weights: the signal's of every variant, `sWeight_<variant>`, times the events' own weights where they have some.
 *
 * @param options.components also every component's, as `sWeight_<variant>_<component>`
 * @example weightColumns({ nominal, tail }, mass) // { sWeight_nominal, sWeight_tail }
 */
export function weightColumns(
  variants: WeightVariants,
  x: Float64Array,
  options: { readonly weights?: Float64Array | undefined; readonly components?: boolean | undefined } = {},
): Record<string, Float64Array> {
  checkVariants(variants);
  const { weights } = options;
  const out: Record<string, Float64Array> = {};
  const put = (name: string, w: Float64Array): void => {
    if (weights) w.forEach((v, e) => (w[e] = v === 0 ? 0 : v * weights[e]));
    out[name] = w;
  };
  for (const [variant, w] of Object.entries(variants)) {
    put(weightColumn(variant), weightsAt(w, x));
    if (!options.components) continue;
    for (const [name, column] of Object.entries(allWeightsAt(w, x))) put(`${weightColumn(variant)}_${name}`, column);
  }
  return out;
}
