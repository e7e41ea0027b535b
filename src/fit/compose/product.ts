import type { ScalarAlgebra } from '../algebra.js';
import type { Pdf, PdfParameter, PdfVariable } from '../pdf.js';
import { layout, type Part } from './part.js';

/** A product of densities of different variables, which are then independent: f(x) · g(y). */
export function productPdf(options: {
  readonly name: string;
  readonly variables: readonly PdfVariable[];
  readonly parameters: readonly PdfParameter[];
  readonly parts: readonly Part[];
}): Pdf {
  const { name, variables, parameters, parts } = options;
  const inside = layout(parts, variables.length);
  return {
    name,
    variables,
    parameters,
    columns: inside.columns,
    exchanges: inside.exchanges,
    constantCount: inside.constantCount,
    constants: <T>(a: ScalarAlgebra<T>, p: readonly T[], scale?: T): readonly T[] =>
      parts.flatMap(({ pdf }, k) => pdf.constants(a, inside.parametersOf(k, p), k === 0 ? scale : undefined)),
    density: (a, x, p, c) =>
      parts
        .map(({ pdf }, k) => pdf.density(a, inside.eventsOf(k, x), inside.parametersOf(k, p), inside.constantsOf(k, c)))
        .reduce((product, f) => a.mul(product, f)),
    // The other variables are integrated over, which gives 1.
    integral(a, low, high, p, c) {
      const factors = parts.map(({ pdf, variables: own }, k) => {
        const [from, to] = own[0] === 0 ? [low, high] : variables[own[0]].range;
        return pdf.integral(a, from, to, inside.parametersOf(k, p), inside.constantsOf(k, c));
      });
      return factors.reduce((product, f) => a.mul(product, f));
    },
    breaks: (p) =>
      parts.flatMap(({ pdf, variables: own }, k) => (own[0] === 0 ? pdf.breaks(inside.parametersOf(k, p)) : [])),
    draw(key, n, p) {
      const out: Float64Array[] = [];
      parts.forEach(({ pdf, variables: own }, k) => {
        const columns = pdf.draw(key.split('factor', k), n, inside.parametersOf(k, p));
        own.forEach((variable, v) => (out[variable] = columns[v]));
      });
      return out;
    },
  };
}
