import type { ScalarAlgebra } from '../algebra.js';
import type { Density, DensityParameter, Range } from '../density.js';
import { gaussLegendre } from '../normalise.js';
import { clamp, plainParameter } from './parameter.js';
import { smearedArgus } from './smeared-argus.js';

const RULE = gaussLegendre(48);
/** Below this distance from the endpoint, in units of its square, the density counts as zero. */
const EDGE = 1e-12;

/**
 * The background of a mass with an endpoint m0 (ARGUS, Phys. Lett. B 241 (1990) 278), as RooFit writes it:
 * m · (1 − m²/m0²)ᵖ · exp(c · (1 − m²/m0²)) below m0, zero above; p = ½ unless told otherwise, and c < 0 as a rule.
 */
export function argus(range: Range): Density {
  const [low, high] = range;
  const parameters: readonly DensityParameter[] = [
    {
      name: 'm0',
      low: low + 0.02 * (high - low),
      high: high + 3 * (high - low),
      start: (data) => clamp(data.high, low, high),
    },
    plainParameter('c', -10, -500, 500),
    { ...plainParameter('p', 0.5, 0.01, 10), fixed: true },
  ];
  return {
    name: 'argus',
    range,
    parameters,
    shape(a, m, [m0, c, p]) {
      const [one, edge] = [a.constant(1), a.constant(EDGE)];
      const ratio = a.div(m, m0);
      const u = a.sub(one, a.mul(ratio, ratio));
      const beyond = a.sub(u, edge);
      const inside = a.choose(beyond, edge, u);
      const f = a.mul(ratio, a.exp(a.add(a.mul(p, a.log(inside)), a.mul(c, inside))));
      return a.choose(beyond, a.constant(0), f);
    },
    integral: (a, from, to, [m0, c, p]) => a.mul(m0, a.sub(below(a, from, m0, c, p), below(a, to, m0, c, p))),
    smeared: (resolution) => smearedArgus(range, parameters, resolution),
    breaks: ([m0]) => [m0 * Math.sqrt(1 - EDGE)],
  };
}

/**
 * ½ ∫₀ᵘ tᵖ eᶜᵗ dt with u = 1 − m²/m0²: what lies between m and the endpoint. With t = u s⁴ the integrand is smooth,
 * 2 u^(p+1) ∫₀¹ s^(4p+3) e^(c u s⁴) ds: 48 nodes give it to a relative 10⁻¹².
 */
function below<T>(a: ScalarAlgebra<T>, m: T, m0: T, c: T, p: T): T {
  const one = a.constant(1);
  const ratio = a.div(m, m0);
  const u = a.sub(one, a.mul(ratio, ratio));
  if (a.valueOf(u) <= EDGE) return a.constant(0);
  const rate = a.mul(c, u);
  const power = a.add(a.mul(a.constant(4), p), a.constant(3));
  let sum = a.constant(0);
  RULE.nodes.forEach((node, i) => {
    const s = 0.5 * (1 + node);
    const exponent = a.add(a.mul(power, a.constant(Math.log(s))), a.mul(rate, a.constant(s ** 4)));
    sum = a.add(sum, a.mul(a.constant(RULE.weights[i]), a.exp(exponent)));
  });
  return a.mul(a.exp(a.mul(a.add(p, one), a.log(u))), sum);
}
