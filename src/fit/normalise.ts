import type { Algebra, ScalarAlgebra } from './algebra.js';
import type { Density } from './density.js';
import { numberAlgebra } from './number-algebra.js';

/** Nodes and weights on [−1, 1] of the Gauss–Legendre rule: Newton's method on the Legendre polynomial. */
export function gaussLegendre(order: number): { readonly nodes: Float64Array; readonly weights: Float64Array } {
  const nodes = new Float64Array(order);
  const weights = new Float64Array(order);
  for (let i = 0; i < order; i++) {
    let x = Math.cos((Math.PI * (i + 0.75)) / (order + 0.5));
    let slope = 1;
    for (let round = 0; round < 20; round++) {
      let [now, before] = [1, 0];
      for (let k = 1; k <= order; k++) [now, before] = [((2 * k - 1) * x * now - (k - 1) * before) / k, now];
      slope = (order * (x * now - before)) / (x * x - 1);
      const step = now / slope;
      x -= step;
      if (Math.abs(step) < 1e-15) break;
    }
    nodes[order - 1 - i] = x;
    weights[order - 1 - i] = 2 / ((1 - x * x) * slope * slope);
  }
  return { nodes, weights };
}

const ORDER = 16;
const RULE = gaussLegendre(ORDER);
const MOST_PANELS = 2000;
const PRECISION = 1e-12;

function rule(f: (x: number) => number, low: number, high: number): number {
  const [middle, half] = [0.5 * (low + high), 0.5 * (high - low)];
  let sum = 0;
  for (let i = 0; i < ORDER; i++) sum += RULE.weights[i] * f(middle + half * RULE.nodes[i]);
  return half * sum;
}

/**
 * Panels on which the 16-point rule integrates `f` to a relative 10⁻¹² of the whole: each is halved until it agrees
 * with its halves. Ends after 2000 panels: a discontinuity that is not among the breaks is then known to 10⁻¹³ of
 * the range.
 */
function panels(f: (x: number) => number, edges: readonly number[]): readonly (readonly [number, number])[] {
  const waiting = edges.slice(1).map((high, i) => {
    return { low: edges[i], high, value: rule(f, edges[i], high) };
  });
  const done: (readonly [number, number])[] = [];
  let total = waiting.reduce((sum, { value }) => sum + Math.abs(value), 0);
  const shortest = 1e-13 * (edges[edges.length - 1] - edges[0]);
  for (let panel = waiting.pop(); panel; panel = waiting.pop()) {
    const { low, high, value } = panel;
    const middle = 0.5 * (low + high);
    const halves = [rule(f, low, middle), rule(f, middle, high)];
    const better = halves[0] + halves[1];
    total += Math.abs(better) - Math.abs(value);
    const agree = Math.abs(better - value) <= PRECISION * total || high - low < shortest;
    if (agree || done.length + waiting.length >= MOST_PANELS) done.push([low, high]);
    else waiting.push({ low: middle, high, value: halves[1] }, { low, high: middle, value: halves[0] });
  }
  return done;
}

/**
 * ∫ f over [low, high] by Gauss–Legendre quadrature, derivatives with respect to parameters included: where to look
 * closely is found with plain numbers, then the formula is summed in its own algebra.
 *
 * @param f the integrand in the algebra of the result
 * @param plain the same with plain numbers
 * @param breaks where the range is divided from the start (peaks, kinks); those outside are left out
 */
export function integrate<T>(
  a: Algebra<T>,
  f: (x: T) => T,
  plain: (x: number) => number,
  low: number,
  high: number,
  breaks: readonly number[] = [],
): T {
  const inner = breaks.filter((x) => x > low && x < high).sort((p, q) => p - q);
  const edges = [low, ...inner, high].filter((x, i, all) => i === 0 || x > all[i - 1]);
  let sum: T | undefined;
  for (const [from, to] of panels(plain, edges)) {
    const [middle, half] = [0.5 * (from + to), 0.5 * (to - from)];
    for (let i = 0; i < ORDER; i++) {
      const part = a.mul(a.constant(half * RULE.weights[i]), f(a.constant(middle + half * RULE.nodes[i])));
      sum = sum === undefined ? part : a.add(sum, part);
    }
  }
  return sum ?? a.constant(0);
}

/** ∫ shape of a density over [low, high]: in closed form where it has one, else by quadrature. */
export function shapeIntegral<T>(
  a: ScalarAlgebra<T>,
  density: Density,
  low: number,
  high: number,
  parameters: readonly T[],
): T {
  if (density.integral) return density.integral(a, a.constant(low), a.constant(high), parameters);
  const values = parameters.map((p) => a.valueOf(p));
  return integrate(
    a,
    (x) => density.shape(a, x, parameters),
    (x) => density.shape(numberAlgebra, x, values),
    low,
    high,
    density.breaks?.(values),
  );
}
