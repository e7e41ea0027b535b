import type { Algebra, ScalarAlgebra } from '../algebra.js';
import { numberAlgebra } from '../number-algebra.js';
import { uniforms } from '../../stats/key.js';
import type { Exchange, Pdf, PdfParameter, PdfVariable } from '../pdf.js';
import { layout, type Part } from './part.js';

export interface SumOptions {
  readonly name: string;
  readonly variables: readonly PdfVariable[];
  readonly parameters: readonly PdfParameter[];
  readonly parts: readonly Part[];
  /** Numbers of the parameters that are fractions: one less than there are parts. */
  readonly fractions: readonly number[];
  readonly exchanges?: readonly Exchange[];
}

/**
 * A sum of normalised densities of the same variables, Σ share_k · f_k. The fractions are recursive: the first is the
 * first part's share, the second is the second part's share of what the first leaves, and so on; the last part has the
 * rest. Whatever their values in [0, 1], the sum is a density.
 */
export function sumPdf({ name, variables, parameters, parts, fractions, exchanges = [] }: SumOptions): Pdf {
  const inside = layout(parts, variables.length);
  function shares<T>(a: Algebra<T>, p: readonly T[], scale: T): readonly T[] {
    let rest = scale;
    const out = fractions.map((index) => {
      const share = a.mul(rest, p[index]);
      rest = a.sub(rest, share);
      return share;
    });
    return [...out, rest];
  }
  const total = <T>(a: Algebra<T>, term: (pdf: Pdf, part: number) => T): T =>
    parts.map(({ pdf }, k) => term(pdf, k)).reduce((sum, t) => a.add(sum, t));
  return {
    name,
    variables,
    parameters,
    columns: inside.columns,
    exchanges: [...inside.exchanges, ...exchanges],
    constantCount: inside.constantCount,
    // A part's share goes into its own constants: the events' formula then has no multiplication more.
    constants<T>(a: ScalarAlgebra<T>, p: readonly T[], scale = a.constant(1)): readonly T[] {
      const share = shares(a, p, scale);
      return parts.flatMap(({ pdf }, k) => pdf.constants(a, inside.parametersOf(k, p), share[k]));
    },
    density: (a, x, p, c) =>
      total(a, (pdf, k) => pdf.density(a, inside.eventsOf(k, x), inside.parametersOf(k, p), inside.constantsOf(k, c))),
    integral: (a, low, high, p, c) =>
      total(a, (pdf, k) => pdf.integral(a, low, high, inside.parametersOf(k, p), inside.constantsOf(k, c))),
    breaks: (p) => parts.flatMap(({ pdf }, k) => pdf.breaks(inside.parametersOf(k, p))),
    draw(key, n, p) {
      const share = shares(numberAlgebra, p, 1);
      const part = uniforms(key.split('part'), n).map((u) => choose(share, u));
      const counts = share.map((_, k) => part.reduce((count, own) => count + (own === k ? 1 : 0), 0));
      const drawn = parts.map(({ pdf }, k) => pdf.draw(key.split('events', k), counts[k], inside.parametersOf(k, p)));
      const next = share.map(() => 0);
      const out = variables.map(() => new Float64Array(n));
      part.forEach((k, i) => {
        parts[k].variables.forEach((variable, v) => (out[variable][i] = drawn[k][v][next[k]]));
        next[k]++;
      });
      return out;
    },
  };
}

function choose(shares: readonly number[], u: number): number {
  let sum = 0;
  for (let k = 0; k < shares.length - 1; k++) if (u < (sum += shares[k])) return k;
  return shares.length - 1;
}
