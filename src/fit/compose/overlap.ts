import { numberAlgebra } from '../number-algebra.js';
import { integrate } from '../normalise.js';
import type { Pdf, PdfParameter, PdfVariable } from '../pdf.js';
import { inverseCumulative } from '../toys.js';
import { layout, type Part } from './part.js';

/**
 * The product of densities of one and the same variable, f(x)·g(x) over its integral, such as a shape times an
 * efficiency. Normalised by quadrature. The parts must not look templates up (`singlePdf(…, false)`).
 */
export function overlapPdf(options: {
  readonly name: string;
  readonly variable: PdfVariable;
  readonly parameters: readonly PdfParameter[];
  readonly parts: readonly Part[];
}): Pdf {
  const { name, variable, parameters, parts } = options;
  const inside = layout(parts, 1);
  const [low, high] = variable.range;
  const last = inside.constantCount;
  type Own = Pick<Pdf, 'density' | 'breaks'>;
  const product: Own = {
    density: (a, x, p, c) =>
      parts
        .map(({ pdf }, k) => pdf.density(a, inside.eventsOf(k, x), inside.parametersOf(k, p), inside.constantsOf(k, c)))
        .reduce((y, f) => a.mul(y, f)),
    breaks: (p) => parts.flatMap(({ pdf }, k) => pdf.breaks(inside.parametersOf(k, p))),
  };
  const plainConstants = (p: readonly number[]): readonly number[] =>
    parts.flatMap(({ pdf }, k) => pdf.constants(numberAlgebra, inside.parametersOf(k, p)));
  const area: Pdf['integral'] = (a, from, to, p, c) => {
    const values = p.map((v) => a.valueOf(v));
    const constants = c.map((v) => a.valueOf(v));
    return integrate(
      a,
      (x) => product.density(a, [x], p, c),
      (x) => product.density(numberAlgebra, [x], values, constants),
      from,
      to,
      product.breaks(values),
    );
  };
  return {
    name,
    variables: [variable],
    parameters,
    columns: inside.columns,
    exchanges: inside.exchanges,
    constantCount: last + 1,
    constants(a, p, scale = a.constant(1)) {
      const own = parts.flatMap(({ pdf }, k) => pdf.constants(a, inside.parametersOf(k, p)));
      return [...own, a.div(scale, area(a, low, high, p, own))];
    },
    density: (a, x, p, c) => a.mul(c[last], product.density(a, x, p, c)),
    integral: (a, from, to, p, c) => a.mul(c[last], area(a, Math.max(from, low), Math.min(to, high), p, c)),
    breaks: product.breaks,
    draw(key, n, p) {
      const c = plainConstants(p);
      const f = (x: number): number => product.density(numberAlgebra, [x], p, c);
      return [inverseCumulative(f, low, high, product.breaks(p)).draw(key, n)];
    },
  };
}
