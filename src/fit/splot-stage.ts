import { userError } from '../base/error.js';
import { invertSymmetric } from '../stats/symmetric.js';
import { evaluateComponents, type FitEvents } from './component.js';
import type { SPlot } from './splot.js';
import { signalNames } from './weight-function.js';
import { products, type FirstStage } from './weighted-covariance.js';
import { totalDensity } from './yields.js';

/** How components change with the shape parameters that floated in the fit before the weights were made. */
export interface ShapeSlopes {
  /** By component: ∂f/∂λ at every x, one array a shape parameter that it has. Names tell parameters apart: equal ones are shared. */
  readonly [component: string]: readonly { readonly parameter: string; slope(x: Float64Array): Float64Array }[];
}

/**
 * The estimation behind sWeights, for `weightedCovariance`: the yields, the elements of V⁻¹, and, where given, the shape
 * parameters that were fitted on the same events. Without shapes they count as known, as everywhere in sPlot.
 *
 * All events must lie inside the range, and carry the weights that the fit had.
 *
 * @example weightedCovariance({ scores, weights: sWeight }, sPlotStage(splot, { x: mass }))
 */
export function sPlotStage(made: SPlot, events: FitEvents, shapes: ShapeSlopes = {}): FirstStage {
  const { components, range, yields: byName, signal } = made.weights;
  const names = components.map((c) => c.name);
  const data = evaluateComponents(components, events, range);
  if (data.x.length !== events.x.length)
    throw userError({
      code: 'fit.outside',
      message: 'events lie outside the range of the weights',
      got: `${events.x.length - data.x.length} of ${events.x.length}`,
      hint: 'leave them out of the weighted fit: their weight is 0',
    });
  const yields = names.map((name) => byName[name]);
  const total = totalDensity(data.densities, yields);
  const n = total.length;
  const own = (e: number): number => (data.weights ? data.weights[e] : 1);
  // f_k/D and, for shapes, f_k^a/D and D^a/D.
  const f = data.densities.map((d) => d.map((v, e) => v / total[e]));
  const parameters = [...new Set(names.flatMap((name) => (shapes[name] ?? []).map((s) => s.parameter)))];
  const shape = parameters.map((parameter) => {
    const of = names.map((name, k) => {
      const found = (shapes[name] ?? []).find((s) => s.parameter === parameter);
      return { k, slope: found?.slope(data.x).map((v, e) => v / total[e]) };
    });
    const sum = new Float64Array(n);
    for (const { k, slope } of of) slope?.forEach((v, e) => (sum[e] += yields[k] * v));
    return { of, sum };
  });
  // First the likelihood's parameters: yields, then shapes; J is minus the Fisher information.
  const scores = [...f, ...shape.map((s) => s.sum)];
  const fisher = products(scores, data.weights);
  const inverse = invertSymmetric(fisher, [...names, ...parameters]).matrix;
  const influence = inverse.map((row) => {
    const out = new Float64Array(n);
    scores.forEach((score, b) => {
      for (let e = 0; e < n; e++) out[e] -= row[b] * own(e) * score[e];
    });
    return out;
  });
  const rows = signalNames(components, signal).map((name) => names.indexOf(name));
  const v = made.covariance;
  const weightOf = v.map((row) =>
    f.reduce((s, column, l) => s.map((u, e) => u + row[l] * column[e]), new Float64Array(n)),
  );
  const w = rows.reduce((s, k) => s.map((u, e) => u + weightOf[k][e]), new Float64Array(n));
  const slopes = f.map((column) => w.map((u, e) => -own(e) * u * column[e]));
  for (const { of, sum } of shape) {
    const slope = w.map((u, e) => -u * sum[e]);
    for (const { k, slope: fk } of of) {
      const share = rows.reduce((s, r) => s + v[r][k], 0);
      fk?.forEach((d, e) => (slope[e] += share * d));
    }
    slopes.push(slope.map((u, e) => own(e) * u));
  }
  // Then the elements of V⁻¹: Σ_e f_k f_l/D² − (V⁻¹)_kl = 0, J = −1 in themselves.
  const likelihood = scores.length;
  for (let k = 0; k < f.length; k++) {
    for (let l = 0; l <= k; l++) {
      const psi = f[k].map((u, e) => own(e) * u * f[l][e]);
      const element = psi.map((u) => -u);
      for (let b = 0; b < likelihood; b++) {
        let slope = 0;
        if (b < f.length) for (let e = 0; e < n; e++) slope -= 2 * psi[e] * f[b][e];
        else {
          const { of, sum } = shape[b - f.length];
          const [a, c] = [of[k].slope, of[l].slope];
          for (let e = 0; e < n; e++)
            slope += own(e) * ((a ? a[e] * f[l][e] : 0) + (c ? c[e] * f[k][e] : 0)) - 2 * psi[e] * sum[e];
        }
        // B J_a⁻¹ψ_a − ψ
        for (let e = 0; e < n; e++) element[e] += slope * influence[b][e];
      }
      influence.push(element);
      const both = k === l ? 1 : 2;
      slopes.push(
        Float64Array.from({ length: n }, (_, e) =>
          rows.reduce((s, r) => s - (own(e) * both * (v[r][k] * weightOf[l][e] + v[r][l] * weightOf[k][e])) / 2, 0),
        ),
      );
    }
  }
  return { influence, slopes };
}
