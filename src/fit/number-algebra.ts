import { erf, erfc } from '../stats/special/erf.js';
import type { ScalarAlgebra } from './algebra.js';

/** Formulas over plain numbers: curves, toys, templates. */
export const numberAlgebra: ScalarAlgebra<number> = {
  constant: (value) => value,
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  neg: (a) => -a,
  exp: Math.exp,
  log: Math.log,
  sqrt: Math.sqrt,
  choose: (test, negative, otherwise) => (test < 0 ? negative : otherwise),
  erf,
  erfc,
  atan: Math.atan,
  valueOf: (a) => a,
};
