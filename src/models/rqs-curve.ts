import { add, div, mul, neg, sub } from '../graph/ops/arithmetic.js';
import { graphOf } from '../graph/ops/broadcast.js';
import { abs, clip, sqrt, square } from '../graph/ops/functions.js';
import { matmul } from '../graph/ops/linear.js';
import { concat, slice, split } from '../graph/ops/reshape.js';
import { dim } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';

/**
 * The bin of each point: `left` corner and `size` as (x, y) pairs `[pair 2, one 1, point P]`, and the slopes at its
 * left and right knot `[one 1, side 2, point P]`. In units of the box, which is [−½, ½] in x and in y.
 */
export interface Bins {
  readonly left: Tensor;
  readonly size: Tensor;
  readonly slope: Tensor;
}

/** Gradients with respect to {@link Bins}, and to the coordinate that was given. */
export interface BinGradients {
  readonly coordinate: Tensor;
  readonly left: Tensor;
  readonly size: Tensor;
  readonly slope: Tensor;
}

export interface Curve {
  readonly value: Tensor;
  /** |d value / d coordinate|. Its gradient below is taken with respect to its logarithm. */
  readonly derivative: Tensor;
  /** Vector-Jacobian product for gradients with respect to the value and to ln(derivative), which may be one number. */
  vjp(value: Tensor, logDerivative: Tensor): BinGradients;
}

export type Tails = 'linear' | 'identity';

/**
 * Rational-quadratic curve through each point's bin (Durkan et al. 2019, arXiv:1906.04032, equations 4 and 5), written
 * with t = θ, q = 1 − θ and A = (s t + d₀ q, s q + d₁ t):
 * δ = t A₀ + q A₁, ρ = q A₀ + t A₁, f = t A₀/δ, y = y₀ + h f, dy/dx = (s/δ)² ρ.
 * Outside the box the curve goes on as a straight line, with slope 1 (`identity`) or the edge's own slope (`linear`).
 * All numbers per point keep the layout `[1, 1, P]` and pairs theirs: no reshapes in between.
 */
export function curve(x: Tensor, bins: Bins, tails: Tails): Curve {
  const beyond = sub(x, clip(x, -0.5, 0.5));
  const [x0, y0] = split(bins.left, 'pair', [1, 1]);
  const [width, height] = split(bins.size, 'pair', [1, 1]);
  // x itself, not x kept in the box: outside, θ is then 0 or 1 to the last digit, whatever the knots' rounding.
  const theta = clip(div(sub(x, x0), width), 0, 1);
  const core = shapeOf(theta, bins, width, height);
  const { f, derivative } = core;
  const value = add(add(y0, mul(height, f)), tails === 'linear' ? mul(beyond, derivative) : beyond);
  return {
    value,
    derivative,
    vjp(gy, gl) {
      if (tails === 'identity') return core.vjp(gy, gl, theta, beyond, gy);
      // y = y_edge + beyond·d_edge: the edge slope also moves the line.
      const line = mul(gy, derivative);
      return core.vjp(gy, add(gl, mul(line, beyond)), theta, beyond, line);
    },
  };
}

/**
 * The inverse: the point's bin was found by y. θ solves a quadratic equation; with u = (y − y₀)/h, v = 1 − u and
 * e = d₀ v − d₁ u its discriminant is e² + 4 s² u v, a sum of two terms that are never negative, and the root is taken
 * in the form without cancellation on either side of e = 0.
 */
export function inverseCurve(y: Tensor, bins: Bins, tails: Tails): Curve {
  const g = graphOf(y, bins.left);
  const beyond = sub(y, clip(y, -0.5, 0.5));
  const [x0, y0] = split(bins.left, 'pair', [1, 1]);
  const [width, height] = split(bins.size, 'pair', [1, 1]);
  const [d0, d1] = split(bins.slope, 'side', [1, 1]);
  const s = div(height, width);
  const u = clip(div(sub(y, y0), height), 0, 1);
  const v = sub(1, u);
  const e = sub(mul(d0, v), mul(d1, u));
  const w = add(abs(e), sqrt(add(square(e), mul(mul(mul(u, v), 4), square(s)))));
  const rising = g.raw('GreaterOrEqual', [e, g.constant(0, [], e.dtype)], e.shape, {}, 'bool');
  const su = mul(mul(s, u), 2);
  const sv = mul(mul(s, v), 2);
  const where = (a: Tensor, b: Tensor): Tensor => g.raw('Where', [rising, a, b], a.shape, {}, a.dtype);
  const theta = clip(div(where(su, w), add(where(su, sv), w)), 0, 1);
  const core = shapeOf(theta, bins, width, height);
  const { derivative: slope } = core;
  const value = add(add(x0, mul(width, theta)), tails === 'linear' ? div(beyond, slope) : beyond);
  return {
    value,
    derivative: div(1, slope),
    // By the implicit function theorem, from the forward curve's own product at the solution x:
    // dx = (dy − ∂F/∂φ dφ)/F′ and ln|dx/dy| = −ln F′(x, φ).
    vjp(gx, gl) {
      const outside = tails === 'linear' ? div(beyond, slope) : beyond;
      const forward = (a: Tensor, b: Tensor): BinGradients => {
        if (tails === 'identity') return core.vjp(a, b, theta, outside, a);
        const line = mul(a, slope);
        return core.vjp(a, add(b, mul(line, outside)), theta, outside, line);
      };
      const none = mul(gx, 0);
      const bend = forward(none, add(none, 1)).coordinate;
      const total = div(sub(gx, mul(gl, bend)), slope);
      const back = forward(neg(total), neg(add(none, gl)));
      return { ...back, coordinate: total };
    },
  };
}

function shapeOf(theta: Tensor, bins: Bins, width: Tensor, height: Tensor) {
  const g = graphOf(theta, bins.left);
  const one = dim('one', 1);
  const dtype = theta.dtype;
  const sides = (a: number, b: number): Tensor => g.constant([a, b], [one, dim('side', 2), one], dtype);
  const pair = (a: number, b: number): Tensor => g.constant([a, b], [dim('pair', 2), one, one], dtype);
  const row = (a: number, b: number): Tensor => g.constant([a, b], [dim('side', 1), dim('side', 2)], dtype);
  const s = div(height, width);
  const tq = add(mul(theta, sides(1, -1)), sides(0, 1));
  const qt = sub(1, tq);
  const excess = sub(s, bins.slope);
  const a = add(bins.slope, mul(tq, excess));
  const p = mul(tq, a);
  const delta = matmul(row(1, 1), p);
  const rho = matmul(row(1, 1), mul(qt, a));
  const f = div(slice(p, 'side', 0, 1), delta);
  const ratio = div(s, delta);
  const derivative = mul(mul(ratio, ratio), rho);
  return {
    f,
    derivative,
    vjp(gy: Tensor, gl: Tensor, t: Tensor, beyond: Tensor, tail: Tensor): BinGradients {
      const twice = mul(gl, 2);
      const gf = div(mul(gy, height), delta);
      const gp = sub(mul(gf, sub(sides(1, 0), f)), div(twice, delta));
      const c = div(gl, rho);
      const beyondC = sub(gp, c);
      const ga = add(c, mul(tq, beyondC));
      const slope = mul(ga, qt);
      const gs = add(mul(matmul(row(1, 1), mul(ga, tq)), s), twice);
      const minusTheta = matmul(row(-1, 1), add(mul(a, beyondC), mul(ga, excess)));
      const gx0 = div(minusTheta, width);
      const left = concat([gx0, gy], 'pair');
      const size = add(mul(left, concat([t, f], 'pair')), div(gs, mul(bins.size, pair(-1, 1))));
      const outside = g.raw('Cast', [beyond], beyond.shape, { to: 9 }, 'bool');
      const coordinate = g.raw('Where', [outside, tail, neg(gx0)], gx0.shape, {}, dtype);
      return { coordinate, left, size, slope };
    },
  };
}
