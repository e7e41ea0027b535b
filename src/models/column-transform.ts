import { userError } from '../base/error.js';
import { didYouMean } from '../base/near.js';

/** How a column is bent before a model sees it; what comes out is bent back. */
export type ColumnTransform = 'none' | 'log10' | 'log' | 'logit' | 'asinh';

export const COLUMN_TRANSFORMS: readonly ColumnTransform[] = ['none', 'log10', 'log', 'logit', 'asinh'];

interface Pair {
  readonly forward: (x: number) => number;
  readonly inverse: (y: number) => number;
  /** ln |dy/dx| as a function of y, the transformed value. */
  readonly logSlope: (y: number) => number;
}

const softplus = (y: number): number => Math.max(y, 0) + Math.log1p(Math.exp(-Math.abs(y)));

const PAIRS: Readonly<Record<ColumnTransform, Pair>> = {
  none: { forward: (x) => x, inverse: (y) => y, logSlope: () => 0 },
  log10: {
    forward: Math.log10,
    inverse: (y) => 10 ** y,
    logSlope: (y) => -y * Math.LN10 - Math.log(Math.LN10),
  },
  log: { forward: Math.log, inverse: Math.exp, logSlope: (y) => -y },
  logit: {
    forward: (x) => Math.log(x) - Math.log1p(-x),
    inverse: (y) => (y >= 0 ? 1 / (1 + Math.exp(-y)) : Math.exp(y) / (1 + Math.exp(y))),
    logSlope: (y) => softplus(y) + softplus(-y),
  },
  asinh: { forward: Math.asinh, inverse: Math.sinh, logSlope: (y) => -Math.log(Math.cosh(y)) },
};

/**
 * The named transform as functions of one number. Outside its domain (log of x ≤ 0, logit outside 0 < x < 1) `forward`
 * gives NaN or an infinity; the caller counts those and passes the values through.
 *
 * @throws userError `models.column-transform` for an unknown name
 * @example columnTransform('log10').inverse(-2) // 0.01
 */
export function columnTransform(name: ColumnTransform): Pair {
  if (!Object.hasOwn(PAIRS, name)) {
    throw userError({
      code: 'models.column-transform',
      message: `unknown column transform "${name as string}"`,
      expected: COLUMN_TRANSFORMS.join(', '),
      hint: didYouMean(name, COLUMN_TRANSFORMS),
    });
  }
  return PAIRS[name];
}

/** The transform of every value, in double precision. */
export const transformColumn = (name: ColumnTransform, values: ArrayLike<number>): Float64Array =>
  name === 'none' ? Float64Array.from(values) : Float64Array.from(values, columnTransform(name).forward);
