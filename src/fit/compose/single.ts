import type { Density } from '../density.js';
import { shapeIntegral } from '../normalise.js';
import { numberAlgebra } from '../number-algebra.js';
import type { Pdf } from '../pdf.js';
import { inverseCumulative } from '../toys.js';

/**
 * A density, normalised on its range.
 *
 * @param lookUp take a template's values from a column that is made once (default); false where the shape is evaluated
 * at other places than the events' own (under a convolution)
 * @example singlePdf(gaussian([1.8, 1.95]), 'D0_M')
 */
export function singlePdf(density: Density, variable: string, lookUp = true): Pdf {
  const [low, high] = density.range;
  const values = lookUp ? density.values?.bind(density) : undefined;
  return {
    name: density.name,
    variables: [{ name: variable, range: density.range }],
    parameters: density.parameters.map((parameter) => ({ ...parameter, variable: 0 })),
    columns: values ? [([x]) => values(x)] : [],
    exchanges: [],
    constantCount: 1,
    constants: (a, parameters, scale = a.constant(1)) => [
      a.div(scale, shapeIntegral(a, density, low, high, parameters)),
    ],
    density: (a, x, parameters, [norm]) => a.mul(norm, values ? x[1] : density.shape(a, x[0], parameters)),
    integral: (a, from, to, parameters, [norm]) =>
      a.mul(norm, shapeIntegral(a, density, Math.max(from, low), Math.min(to, high), parameters)),
    breaks: (parameters) => density.breaks?.(parameters) ?? [],
    draw(key, n, parameters) {
      const shape = (x: number): number => density.shape(numberAlgebra, x, parameters);
      return [inverseCumulative(shape, low, high, density.breaks?.(parameters)).draw(key, n)];
    },
  };
}
