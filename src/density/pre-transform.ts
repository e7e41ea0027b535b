import { userError } from '../base/error.js';
import { didYouMean } from '../base/near.js';

/**
 * How a variable is bent before it is gridded. `probnn` opens both ends of a probability in [0, 1]: y = 1 − √(1 − x^¼), as
 * PIDGen2 bends its ProbNN variables.
 */
export type PreTransform = 'identity' | 'probnn' | 'log10' | 'log' | 'logit';

interface Bend {
  readonly forward: (x: number) => number;
  readonly inverse: (y: number) => number;
  /** dy/dx at x. */
  readonly slope: (x: number) => number;
  /** Which values it takes, and in words. */
  readonly holds: (x: number) => boolean;
  readonly words: string;
}

const positive = (x: number): boolean => x > 0 && x < Infinity;

const BENDS: Readonly<Record<PreTransform, Bend>> = {
  identity: { forward: (x) => x, inverse: (y) => y, slope: () => 1, holds: Number.isFinite, words: 'finite' },
  probnn: {
    forward: (x) => 1 - Math.sqrt(1 - Math.sqrt(Math.sqrt(x))),
    inverse: (y) => (1 - (1 - y) * (1 - y)) ** 4,
    slope: (x) => 0.125 * x ** -0.75 * (1 - x ** 0.25) ** -0.5,
    holds: (x) => x >= 0 && x <= 1,
    words: 'between 0 and 1',
  },
  log10: {
    forward: Math.log10,
    inverse: (y) => 10 ** y,
    slope: (x) => 1 / (x * Math.LN10),
    holds: positive,
    words: 'positive',
  },
  log: { forward: Math.log, inverse: Math.exp, slope: (x) => 1 / x, holds: positive, words: 'positive' },
  logit: {
    forward: (x) => Math.log(x) - Math.log1p(-x),
    inverse: (y) => (y >= 0 ? 1 / (1 + Math.exp(-y)) : Math.exp(y) / (1 + Math.exp(y))),
    slope: (x) => 1 / (x * (1 - x)),
    holds: (x) => x > 0 && x < 1,
    words: 'between 0 and 1, both excluded',
  },
};

export const PRE_TRANSFORMS = Object.keys(BENDS) as readonly PreTransform[];

/**
 * The named transform as functions of one number.
 *
 * @throws userError `density.transform` for an unknown name
 * @example preTransform('probnn').inverse(1) // 1
 */
export function preTransform(name: PreTransform): Bend {
  if (!Object.hasOwn(BENDS, name)) {
    throw userError({
      code: 'density.transform',
      message: `unknown transform "${name as string}"`,
      expected: PRE_TRANSFORMS.join(', '),
      hint: didYouMean(name, PRE_TRANSFORMS),
    });
  }
  return BENDS[name];
}
