import { bernsteinTerms } from '../../../fit/cow-terms.js';
import type { Component } from '../../../fit/component.js';
import { cow } from '../../../fit/cow.js';
import { gaussLegendre } from '../../../fit/normalise.js';
import { sideband } from '../../../fit/sideband.js';
import type { WeightFunction } from '../../../fit/weight-function.js';
import type { CellFit } from './count-by-fit.js';
import { sideBands } from './pure-samples.js';

/** The density of all components together, as the function I of other weights: it gives the smallest variance. */
export function totalDensity({ components, yields }: WeightFunction): Component {
  const all = Object.values(yields).reduce((sum, n) => sum + n, 0);
  return {
    name: 'total',
    breaks: components.flatMap((c) => c.breaks ?? []),
    density: (x) =>
      components.reduce((sum, c) => {
        const f = c.density(x);
        const share = yields[c.name] / all;
        return sum.map((v, i) => v + share * f[i]);
      }, new Float64Array(x.length)),
  };
}

const signalOf = (fit: WeightFunction): Component[] => fit.components.filter((c) => fit.signal.includes(c.name));

/** A background is a polynomial where one that goes through it in a few places is nowhere further off than this, of its largest value. */
const POLYNOMIAL = 0.01;
const PLACES = 200;

/** Whether a density is, to what matters here, a polynomial of a degree: it is compared with the one through Chebyshev's nodes. */
export function isPolynomial({ density }: Component, degree: number, [low, high]: readonly [number, number]): boolean {
  const nodes = Float64Array.from({ length: degree + 1 }, (_, k) => Math.cos((Math.PI * (k + 0.5)) / (degree + 1)));
  const at = (u: Float64Array): Float64Array => density(u.map((v) => low + ((v + 1) * (high - low)) / 2));
  const through = at(nodes);
  const places = Float64Array.from({ length: PLACES + 1 }, (_, i) => (2 * i) / PLACES - 1);
  const values = at(places);
  const largest = values.reduce((m, v) => Math.max(m, v), 0);
  return places.every((u, i) => {
    let sum = 0;
    for (let k = 0; k <= degree; k++) {
      let basis = 1;
      for (let j = 0; j <= degree; j++) if (j !== k) basis *= (u - nodes[j]) / (nodes[k] - nodes[j]);
      sum += basis * through[k];
    }
    return Math.abs(sum - values[i]) <= POLYNOMIAL * largest;
  });
}

/** A shape times each of the Bernstein polynomials of a degree, normalised: any polynomial distortion of it. */
function distorted(shape: Component, degree: number, range: readonly [number, number]): Component[] {
  const [low, high] = range;
  return bernsteinTerms(shape.name, degree, range).map((term) => {
    const product = (x: Float64Array): Float64Array => {
      const [f, b] = [shape.density(x), term.density(x)];
      return f.map((v, i) => v * b[i]);
    };
    const edges = [...new Set([low, ...(shape.breaks ?? []).filter((b) => b > low && b < high), high])].sort(
      (a, b) => a - b,
    );
    const { nodes, weights } = gaussLegendre(16);
    let area = 0;
    for (let i = 0; i + 1 < edges.length; i++)
      for (let piece = 0; piece < PIECES; piece++) {
        const half = (edges[i + 1] - edges[i]) / (2 * PIECES);
        const middle = edges[i] + (2 * piece + 1) * half;
        const values = product(Float64Array.from(nodes, (u) => middle + half * u));
        for (let k = 0; k < values.length; k++) area += half * weights[k] * values[k];
      }
    return { name: term.name, breaks: shape.breaks, density: (x) => product(x).map((v) => v / area) };
  });
}
const PIECES = 20;

/**
 * A background that may be another in every cell: any polynomial of a degree where the fitted one is one; else the fitted shape
 * times a polynomial of second degree. Several backgrounds each keep a yield of their own; those that are no polynomials, such as
 * a second peak, keep their shape too.
 */
export function looseBackground(fit: WeightFunction, degree: number): Component[] {
  const background = fit.components.filter((c) => !fit.signal.includes(c.name));
  const [smooth, others] = [true, false].map((is) =>
    background.filter((c) => isPolynomial(c, degree, fit.range) === is),
  );
  if (smooth.length > 0) return [...bernsteinTerms('background', degree, fit.range), ...renamed(others)];
  return others.length === 1 ? distorted(others[0], degree - 1, fit.range) : renamed(others);
}

const renamed = (components: readonly Component[]): Component[] =>
  components.map((c) => ({ ...c, name: `${c.name}-shape` }));

/** The signal's shapes, and a loose background: for a fit of a cell's own events. */
export const looseFit = (fit: WeightFunction, degree: number): CellFit => ({
  components: [...signalOf(fit), ...looseBackground(fit, degree)],
  signal: fit.signal,
  range: fit.range,
});

/**
 * Custom orthogonal weights with a loose background: right wherever the background's shape is among those, also where it differs
 * from that of the fit.
 */
export function looseWeights(fit: WeightFunction, degree: number): WeightFunction {
  const signal = signalOf(fit);
  const variance = positive(totalDensity(fit), fit.range);
  const all = [...signal, ...looseBackground(fit, degree)];
  return cow(all, fit.range, { variance, signal: signal.map((c) => c.name) }).weights;
}

/** Weights divide by it: it must not vanish, as an argus background does at its end point. */
function positive(density: Component, [low, high]: readonly [number, number]): Component {
  const floor = 1e-3 / (high - low);
  return { ...density, density: (x) => density.density(x).map((v) => Math.max(v, floor)) };
}

/** Side-band subtraction with the bands that the fit tells; undefined where there are none. */
export function bandWeights(fit: WeightFunction): WeightFunction | undefined {
  const { lower, upper } = sideBands(fit);
  const bands = [lower, upper].filter((band) => band !== undefined);
  if (bands.length === 0) return undefined;
  const window: [number, number] = [lower?.[1] ?? fit.range[0], upper?.[0] ?? fit.range[1]];
  const background = fit.components.filter((c) => !fit.signal.includes(c.name));
  return sideband({
    range: fit.range,
    window,
    sidebands: bands,
    ...(background.length === 1 ? { scale: background[0] } : {}),
  });
}
