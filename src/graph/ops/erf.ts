import { add, mul, neg, sub, div } from './arithmetic.js';
import { abs, exp } from './functions.js';
import type { Tensor } from '../tensor.js';

// Chebyshev series of ln(erfc(z)/t) + z² in t = 2/(2 + z), z ≥ 0 (method: Press et al., Numerical Recipes, 3rd ed., §6.2.2).
const SERIES = [
  -1.3026537197817094, 0.64196979235649, 1.9476473204185836e-2, -9.561514786808631e-3, -9.46595344482036e-4,
  3.66839497852761e-4, 4.2523324806907e-5, -2.0278578112534e-5, -1.624290004647e-6, 1.30365583558e-6, 1.5626441722e-8,
  -8.5238095915e-8, 6.529054439e-9, 5.059343495e-9, -9.91364156e-10, -2.27365122e-10, 9.6467911e-11, 2.394038e-12,
  -6.886027e-12, 8.94487e-13, 3.13092e-13, -1.12708e-13, 3.81e-16, 7.106e-15, -1.523e-15, -9.4e-17, 1.21e-16, -2.8e-17,
];

/** erf x = 2/√π ∫₀ˣ e^(−t²) dt. ONNX Runtime has it in single precision only; in double it is composed, to 1e-15 absolute. */
export function erf(x: Tensor): Tensor {
  return x.graph.operation(
    'erf',
    [x],
    (t) => [t.dtype === 'float64' ? composed(t) : t.graph.raw('Erf', [t], t.shape, {}, t.dtype)],
    ([g], [t]) => [g && mul(g, mul(exp(neg(mul(t, t))), 2 / Math.sqrt(Math.PI)))],
  )[0];
}

function composed(x: Tensor): Tensor {
  const z = abs(x);
  const t = div(2, add(z, 2));
  const twice = sub(mul(t, 4), 2);
  // Clenshaw's recurrence, from the highest term down.
  let d: Tensor | undefined;
  let dd: Tensor | undefined;
  for (let j = SERIES.length - 1; j > 0; j--) {
    const next: Tensor = d
      ? add(dd ? sub(mul(twice, d), dd) : mul(twice, d), SERIES[j])
      : add(mul(twice, 0), SERIES[j]);
    dd = d;
    d = next;
  }
  const series = sub(mul(add(mul(twice, d!), SERIES[0]), 0.5), dd!);
  const complement = mul(t, exp(sub(series, mul(z, z))));
  const sign = x.graph.raw('Sign', [x], x.shape, {}, x.dtype);
  return mul(sign, sub(1, complement));
}
