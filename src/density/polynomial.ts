import { apply, dot, inverse } from '../fit/dense.js';
import { gaussLegendre } from '../fit/normalise.js';

/** Polynomials of so many terms that each has at least this many effective events. */
const PER_TERM = 20;
const DEGREES = [0, 4, 4, 3, 2, 2, 2];
const POINTS = [0, 48, 24, 14, 9, 7, 5];
const MOST_STEPS = 60;

/** Exponents of all monomials up to a total degree, the constant left out. */
export function terms(dims: number, degree: number): number[][] {
  let list: number[][] = [[]];
  for (let a = 0; a < dims; a++)
    list = list.flatMap((term) => {
      const left = degree - term.reduce((s, v) => s + v, 0);
      return Array.from({ length: left + 1 }, (_, d) => [...term, d]);
    });
  return list.filter((term) => term.some((d) => d > 0));
}

/** Legendre polynomials up to a degree at points of [−1, 1]: [degree][point]. */
export function legendre(points: ArrayLike<number>, degree: number): Float64Array[] {
  const out = [Float64Array.from(points, () => 1), Float64Array.from(points)];
  for (let d = 2; d <= degree; d++)
    out.push(Float64Array.from(points, (t, i) => ((2 * d - 1) * t * out[d - 1][i] - (d - 1) * out[d - 2][i]) / d));
  return out.slice(0, degree + 1);
}

/** Rows of terms over the product of points: each term's value at every point, C order. */
export function features(tables: readonly Float64Array[][], list: readonly number[][]): Float64Array[] {
  return list.map((term) => {
    let row = Float64Array.of(1);
    term.forEach((d, a) => {
      const factor = tables[a][d];
      const next = new Float64Array(row.length * factor.length);
      for (let i = 0, at = 0; i < row.length; i++)
        for (let j = 0; j < factor.length; j++) next[at++] = row[i] * factor[j];
      row = next;
    });
    return row;
  });
}

/** Σ counts × term for every term, one axis contracted after the other. */
function moments(
  counts: Float64Array,
  tables: readonly Float64Array[][],
  list: readonly number[][],
  total: number,
): Float64Array {
  const memo = new Map<string, Float64Array>();
  const contracted = (suffix: readonly number[]): Float64Array => {
    if (suffix.length === 0) return counts;
    const name = suffix.join(' ');
    const known = memo.get(name);
    if (known) return known;
    const before = contracted(suffix.slice(1));
    const factor = tables[tables.length - suffix.length][suffix[0]];
    const n = factor.length;
    const out = new Float64Array(before.length / n);
    for (let i = 0, at = 0; i < out.length; i++) {
      let sum = 0;
      for (let j = 0; j < n; j++) sum += before[at++] * factor[j];
      out[i] = sum;
    }
    memo.set(name, out);
    return out;
  };
  return Float64Array.from(list, (term) => contracted(term)[0] / total);
}

/**
 * The density exp(polynomial) of least assumption: on a box, with the same moments as the events up to a degree (4 in one and
 * two dimensions, 3 in three, 2 above; fewer where events are few). Maximum likelihood of a convex problem, by Newton's
 * method; a normal distribution, and one whose mean moves with another axis, are among what it knows exactly.
 *
 * @param counts Σw on the product of the nodes, C order
 * @param nodes places of each axis, evenly from −1 to 1
 * @returns the density at every node up to a factor, or undefined where there is none (too few events, moments that no
 *   positive density has)
 */
export function polynomialDensity(
  counts: Float64Array,
  nodes: readonly Float64Array[],
  effective: number,
): Float64Array | undefined {
  const dims = nodes.length;
  const total = counts.reduce((s, v) => s + v, 0);
  if (!(total > 0)) return undefined;
  for (let degree = DEGREES[dims]; degree > 0; degree--) {
    const list = terms(dims, degree);
    if (effective < PER_TERM * list.length) continue;
    const tables = nodes.map((n) => legendre(n, degree));
    const theta = solve(moments(counts, tables, list, total), list, dims, degree, effective);
    if (!theta) continue;
    const rows = features(tables, list);
    const out = new Float64Array(counts.length);
    rows.forEach((row, m) => {
      for (let i = 0; i < out.length; i++) out[i] += theta[m] * row[i];
    });
    return out.map(Math.exp);
  }
  return undefined;
}

/** Coefficients whose density has the moments; a weak pull to zero keeps them finite. */
function solve(
  wanted: Float64Array,
  list: readonly number[][],
  dims: number,
  degree: number,
  effective: number,
): Float64Array | undefined {
  const rule = gaussLegendre(POINTS[dims]);
  const rows = features(
    Array.from({ length: dims }, () => legendre(rule.nodes, degree)),
    list,
  );
  const volume = features(
    Array.from({ length: dims }, () => [rule.weights]),
    [new Array<number>(dims).fill(0)],
  )[0];
  const m = list.length;
  const pull = 1 / effective;
  let theta = new Float64Array(m);
  const at = (t: Float64Array) => {
    const eta = new Float64Array(volume.length);
    rows.forEach((row, k) => {
      for (let i = 0; i < eta.length; i++) eta[i] += t[k] * row[i];
    });
    const top = eta.reduce((a, b) => Math.max(a, b), -Infinity);
    const p = eta.map((e, i) => volume[i] * Math.exp(e - top));
    const z = p.reduce((s, v) => s + v, 0);
    return { p: p.map((v) => v / z), loss: top + Math.log(z) - dot(t, wanted) + 0.5 * pull * dot(t, t) };
  };
  let here = at(theta);
  for (let step = 0; step < MOST_STEPS; step++) {
    const mean = Float64Array.from(rows, (row) => dot(row, here.p));
    const slope = mean.map((v, k) => v - wanted[k] + pull * theta[k]);
    if (slope.every((g) => Math.abs(g) < 1e-7)) return theta;
    const hessian = new Float64Array(m * m);
    for (let a = 0; a < m; a++) {
      const weighted = rows[a].map((v, i) => v * here.p[i]);
      for (let b = 0; b <= a; b++) {
        const c = dot(weighted, rows[b]) - mean[a] * mean[b];
        hessian[a * m + b] = hessian[b * m + a] = c;
      }
      hessian[a * m + a] += pull;
    }
    const inverted = inverse(hessian, m);
    if (!inverted) return undefined;
    const move = apply(inverted, slope);
    let length = 1;
    let next = at(theta.map((t, k) => t - move[k]));
    while (!(next.loss <= here.loss + 1e-12) && length > 1e-4) {
      length /= 2;
      next = at(theta.map((t, k) => t - length * move[k]));
    }
    if (!(next.loss <= here.loss + 1e-12)) return undefined;
    theta = theta.map((t, k) => t - length * move[k]);
    here = next;
  }
  return undefined;
}
