import { erf, erfc } from '../stats/special/erf.js';
import type { ScalarAlgebra } from './algebra.js';
import { faddeevaSlope, rationalFaddeeva } from './faddeeva.js';
import { numberAlgebra } from './number-algebra.js';

/**
 * A number with its exact first and second derivatives in those variables it depends on; the others' are zero and take
 * neither room nor time.
 */
export interface Dual {
  readonly value: number;
  /** Numbers of the variables, rising. */
  readonly on: readonly number[];
  /** ∂/∂on[i] */
  readonly gradient: Float64Array;
  /** ∂²/∂on[i]∂on[j] for j ≤ i, at i (i + 1) / 2 + j. */
  readonly hessian: Float64Array;
}

const NONE: readonly number[] = [];
const EMPTY = new Float64Array(0);

export const constantDual = (value: number): Dual => ({ value, on: NONE, gradient: EMPTY, hessian: EMPTY });

/** The variable of number `index` at a value. */
export const variableDual = (value: number, index: number): Dual => ({
  value,
  on: [index],
  gradient: Float64Array.of(1),
  hessian: Float64Array.of(0),
});

/** The first derivatives in variables 0 … k − 1. */
export function gradientOf(a: Dual, k: number): Float64Array {
  const out = new Float64Array(k);
  a.on.forEach((variable, i) => (out[variable] = a.gradient[i]));
  return out;
}

/** The second derivatives in variables 0 … k − 1: a symmetric k × k matrix, row by row. */
export function hessianOf(a: Dual, k: number): Float64Array {
  const out = new Float64Array(k * k);
  a.on.forEach((row, i) => {
    for (let j = 0; j <= i; j++) {
      const column = a.on[j];
      out[row * k + column] = out[column * k + row] = a.hessian[(i * (i + 1)) / 2 + j];
    }
  });
  return out;
}

/** f(a), given f, f′ and f″ at the value of a. */
function chain(a: Dual, value: number, first: number, second: number): Dual {
  const n = a.on.length;
  if (n === 0) return constantDual(value);
  const gradient = new Float64Array(n);
  const hessian = new Float64Array(a.hessian.length);
  for (let i = 0, at = 0; i < n; i++) {
    gradient[i] = first * a.gradient[i];
    const bend = second * a.gradient[i];
    for (let j = 0; j <= i; j++, at++) hessian[at] = first * a.hessian[at] + bend * a.gradient[j];
  }
  return { value, on: a.on, gradient, hessian };
}

/** s·a + t·b + c·a·b in derivatives: what every binary operation comes to. */
function combine(value: number, a: Dual, s: number, b: Dual, t: number, c: number): Dual {
  if (b.on.length === 0) return a.on.length === 0 ? constantDual(value) : chain(a, value, s, 0);
  if (a.on.length === 0) return chain(b, value, t, 0);
  const on = a.on === b.on ? a.on : union(a.on, b.on);
  const [p, q] = [spread(a, on), spread(b, on)];
  const n = on.length;
  const gradient = new Float64Array(n);
  const hessian = new Float64Array((n * (n + 1)) / 2);
  for (let i = 0, at = 0; i < n; i++) {
    gradient[i] = s * p.gradient[i] + t * q.gradient[i];
    const [ci, cj] = [c * p.gradient[i], c * q.gradient[i]];
    for (let j = 0; j <= i; j++, at++)
      hessian[at] = s * p.hessian[at] + t * q.hessian[at] + ci * q.gradient[j] + cj * p.gradient[j];
  }
  return { value, on, gradient, hessian };
}

function union(a: readonly number[], b: readonly number[]): readonly number[] {
  const out: number[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const next = Math.min(a[i] ?? Infinity, b[j] ?? Infinity);
    out.push(next);
    if (a[i] === next) i++;
    if (b[j] === next) j++;
  }
  // Operands that depend on the same variables share one list, so that the next operation need not compare.
  return out.length === a.length ? a : out.length === b.length ? b : out;
}

/** The derivatives of `a` laid out over more variables. */
function spread(a: Dual, on: readonly number[]): Pick<Dual, 'gradient' | 'hessian'> {
  if (a.on === on) return a;
  const gradient = new Float64Array(on.length);
  const hessian = new Float64Array((on.length * (on.length + 1)) / 2);
  const place = a.on.map((variable) => on.indexOf(variable));
  for (let i = 0, at = 0; i < place.length; i++) {
    gradient[place[i]] = a.gradient[i];
    for (let j = 0; j <= i; j++, at++) hessian[(place[i] * (place[i] + 1)) / 2 + place[j]] = a.hessian[at];
  }
  return { gradient, hessian };
}

const TWO_OVER_ROOT_PI = 2 / Math.sqrt(Math.PI);

/**
 * Exact second-order forward mode: every operation carries value, gradient and Hessian.
 *
 * @example const [x, y] = [variableDual(2, 0), variableDual(3, 1)];
 * hessianOf(dualAlgebra.mul(x, y), 2) // [0, 1, 1, 0]
 */
export const dualAlgebra: ScalarAlgebra<Dual> = {
  constant: constantDual,
  add: (a, b) => combine(a.value + b.value, a, 1, b, 1, 0),
  sub: (a, b) => combine(a.value - b.value, a, 1, b, -1, 0),
  mul: (a, b) => combine(a.value * b.value, a, b.value, b, a.value, 1),
  div: (a, b) => {
    const inverse = 1 / b.value;
    const value = a.value / b.value;
    if (b.on.length === 0) return chain(a, value, inverse, 0);
    const reciprocal = chain(b, inverse, -inverse * inverse, 2 * inverse ** 3);
    return combine(value, a, inverse, reciprocal, a.value, 1);
  },
  neg: (a) => chain(a, -a.value, -1, 0),
  exp: (a) => {
    const y = Math.exp(a.value);
    return chain(a, y, y, y);
  },
  log: (a) => chain(a, Math.log(a.value), 1 / a.value, -1 / (a.value * a.value)),
  sqrt: (a) => {
    const y = Math.sqrt(a.value);
    return chain(a, y, 0.5 / y, -0.25 / (y * a.value));
  },
  choose: (test, negative, otherwise) => (test.value < 0 ? negative : otherwise),
  erf: (a) => chain(a, erf(a.value), ...bell(a.value, 1)),
  erfc: (a) => chain(a, erfc(a.value), ...bell(a.value, -1)),
  atan: (a) => {
    const d = 1 / (1 + a.value * a.value);
    return chain(a, Math.atan(a.value), d, -2 * a.value * d * d);
  },
  valueOf: (a) => a.value,
  faddeeva(x, y) {
    const [u, v] = rationalFaddeeva(numberAlgebra, x.value, y.value);
    // w′ = −2zw + 2i/√π and w″ = −2w − 2zw′; w is analytic, so ∂/∂y = i ∂/∂x.
    const [ux, vx] = faddeevaSlope(x.value, y.value, u, v);
    const [uxx, vxx] = [-2 * (u + x.value * ux - y.value * vx), -2 * (v + x.value * vx + y.value * ux)];
    return [chain2(u, x, y, [ux, -vx], [uxx, -vxx, -uxx]), chain2(v, x, y, [vx, ux], [vxx, uxx, -vxx])];
  },
};

/** f(a, b), given its value and derivatives ∂a, ∂b and ∂aa, ∂ab, ∂bb. */
function chain2(
  value: number,
  a: Dual,
  b: Dual,
  [fa, fb]: readonly [number, number],
  [faa, fab, fbb]: readonly [number, number, number],
): Dual {
  const slopes = combine(value, a, fa, b, fb, fab);
  return combine(value, slopes, 1, combine(0, chain(a, 0, 0, faa), 1, chain(b, 0, 0, fbb), 1, 0), 1, 0);
}

/** First and second derivative of ±erf. */
function bell(x: number, sign: number): readonly [number, number] {
  const first = sign * TWO_OVER_ROOT_PI * Math.exp(-x * x);
  return [first, -2 * x * first];
}
