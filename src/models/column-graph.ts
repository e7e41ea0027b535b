import { add, div, mul, neg, sub } from '../graph/ops/arithmetic.js';
import { abs, exp, log, softplus, sqrt, square } from '../graph/ops/functions.js';
import type { Tensor } from '../graph/tensor.js';
import type { ColumnTransform } from './column-transform.js';

interface Pair {
  readonly forward: (x: Tensor) => Tensor;
  readonly inverse: (y: Tensor) => Tensor;
  /** ln |dy/dx| as a function of y; absent where it is zero. */
  readonly logSlope?: (y: Tensor) => Tensor;
}

const sign = (x: Tensor): Tensor => x.graph.raw('Sign', [x], x.shape, {}, x.dtype);

/** The column transforms (see column-transform.ts) as parts of a graph, made of operations that exist in double precision. */
export const COLUMN_GRAPHS: Readonly<Record<ColumnTransform, Pair>> = {
  none: { forward: (x) => x, inverse: (y) => y },
  log10: {
    forward: (x) => mul(log(x), Math.LOG10E),
    inverse: (y) => exp(mul(y, Math.LN10)),
    logSlope: (y) => sub(-Math.log(Math.LN10), mul(y, Math.LN10)),
  },
  log: { forward: log, inverse: exp, logSlope: neg },
  logit: {
    forward: (x) => sub(log(x), log(sub(1, x))),
    inverse: (y) => div(1, add(1, exp(neg(y)))),
    logSlope: (y) => add(softplus(y), softplus(neg(y))),
  },
  asinh: {
    forward: (x) => mul(sign(x), log(add(abs(x), sqrt(add(square(x), 1))))),
    inverse: (y) => mul(sub(exp(y), exp(neg(y))), 0.5),
    // −ln cosh y, without overflow.
    logSlope: (y) => sub(Math.LN2, add(abs(y), softplus(mul(abs(y), -2)))),
  },
};
