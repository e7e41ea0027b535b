import type { Algebra, ScalarAlgebra } from '../algebra.js';
import type { Density, DensityParameter, Range } from '../density.js';
import { integrate } from '../normalise.js';
import { numberAlgebra } from '../number-algebra.js';
import { FLOOR, guarded, lowest } from './guard.js';

/** A polynomial in u ∈ [−1, 1] with its primitive. */
export interface Polynomial {
  value<T>(a: Algebra<T>, u: T, parameters: readonly T[]): T;
  primitive<T>(a: Algebra<T>, u: T, parameters: readonly T[]): T;
}

/**
 * A polynomial as a density on a range: guarded against negative values where limits of the parameters alone cannot do
 * it. The integral is the polynomial's own where that is positive all over the range, else it is that of the guarded
 * shape, by quadrature: normalised in either case.
 */
export function polynomialDensity(options: {
  readonly name: string;
  readonly range: Range;
  readonly degree: number;
  readonly parameters: readonly DensityParameter[];
  readonly polynomial: Polynomial;
  readonly guard: boolean;
}): Density {
  const { name, range, degree, parameters, polynomial, guard } = options;
  const [low, high] = range;
  const half = 0.5 * (high - low);
  const middle = 0.5 * (low + high);
  const unit = <T>(a: Algebra<T>, x: T): T => a.mul(a.sub(x, a.constant(middle)), a.constant(1 / half));
  function shape<T>(a: Algebra<T>, x: T, p: readonly T[]): T {
    const s = polynomial.value(a, unit(a, x), p);
    return guard ? guarded(a, s) : s;
  }
  const plain = (p: readonly number[]) => lowest((u) => polynomial.value(numberAlgebra, u, p), degree);
  function integral<T>(a: ScalarAlgebra<T>, from: T, to: T, p: readonly T[]): T {
    const values = p.map((v) => a.valueOf(v));
    const least = guard ? plain(values) : { value: 1, at: 0 };
    if (least.value > FLOOR) {
      const [u, v] = [unit(a, from), unit(a, to)];
      const area = a.sub(polynomial.primitive(a, v, p), polynomial.primitive(a, u, p));
      return a.mul(a.constant(half), area);
    }
    // Along t ∈ [0, 1], so that ends that depend on parameters keep their derivatives.
    const length = a.sub(to, from);
    const [start, whole] = [a.valueOf(from), a.valueOf(length)];
    const sum = integrate(
      a,
      (t) => shape(a, a.add(from, a.mul(t, length)), p),
      (t) => shape(numberAlgebra, start + t * whole, values),
      0,
      1,
      [(middle + half * least.at - start) / whole],
    );
    return a.mul(length, sum);
  }
  return { name, range, parameters, shape, integral };
}
