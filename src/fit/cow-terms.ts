import { userError } from '../base/error.js';
import type { Component } from './component.js';
import type { Range } from './density.js';
import type { SavedDensity } from './saved-density.js';

/** A Bernstein polynomial as plain data, normalised on the range. */
export interface SavedBernstein {
  readonly kind: 'bernstein';
  readonly degree: number;
  readonly term: number;
  readonly range: Range;
}

/** A density times a Legendre polynomial on the range. */
export interface SavedLegendre {
  readonly kind: 'legendre';
  readonly of: SavedDensity;
  readonly degree: number;
  readonly range: Range;
}

/**
 * The Bernstein polynomials of one degree as `degree + 1` terms of a background, `NAME-0` …: positive densities that span
 * every polynomial up to that degree, so that a background whose polynomial changes with the control variable is
 * still a combination of them.
 *
 * @example bernsteinTerms('background', 2, [1.8, 1.95]).map((c) => c.name) // background-0, background-1, background-2
 */
export function bernsteinTerms(name: string, degree: number, range: Range): Component[] {
  checkDegree(degree);
  return Array.from({ length: degree + 1 }, (_, term) =>
    bernsteinTerm(`${name}-${term}`, { kind: 'bernstein', degree, term, range }),
  );
}

/** One of them, from what is saved of it. */
export function bernsteinTerm(name: string, saved: SavedBernstein): Component {
  const { degree, term } = saved;
  const [low, high] = saved.range;
  const norm = ((degree + 1) / (high - low)) * choose(degree, term);
  return {
    name,
    saved,
    density: (xs) =>
      xs.map((x) => {
        if (!(x >= low && x <= high)) return 0;
        const u = (x - low) / (high - low);
        return norm * u ** term * (1 - u) ** (degree - term);
      }),
  };
}

/**
 * A component times 1, u, u², … up to `degree`, u the fit variable scaled to [−1, 1] (Legendre polynomials): for a shape
 * that bends slowly with the control variable, such as an exponential of changing slope. Not densities: they turn
 * negative and are not normalised, which COWs allow. The first is the component itself.
 *
 * @example cow([signal, ...polynomialTerms(background, 2, range)], range, { variance: 'unity' })
 */
export function polynomialTerms(component: Component, degree: number, range: Range): Component[] {
  checkDegree(degree);
  return Array.from({ length: degree + 1 }, (_, k) =>
    k === 0 ? component : legendreTerm(`${component.name}-${k}`, component, k, range),
  );
}

/** A component times one Legendre polynomial. */
export function legendreTerm(name: string, component: Component, degree: number, range: Range): Component {
  const [low, high] = range;
  return {
    name,
    breaks: component.breaks,
    ...(component.saved ? { saved: { kind: 'legendre', of: component.saved, degree, range } } : {}),
    density(xs) {
      const f = component.density(xs);
      return xs.map((x, e) => f[e] * legendre(degree, (2 * x - low - high) / (high - low)));
    },
  };
}

function legendre(degree: number, u: number): number {
  let [before, here] = [1, u];
  for (let k = 1; k < degree; k++) [before, here] = [here, ((2 * k + 1) * u * here - k * before) / (k + 1)];
  return here;
}

const choose = (n: number, k: number): number => {
  let out = 1;
  for (let i = 1; i <= k; i++) out = (out * (n - k + i)) / i;
  return out;
};

function checkDegree(degree: number): void {
  if (Number.isInteger(degree) && degree >= 0 && degree <= 20) return;
  throw userError({
    code: 'fit.terms',
    message: 'wrong degree of extra background terms',
    got: String(degree),
    expected: 'a whole number from 0 to 20',
  });
}
