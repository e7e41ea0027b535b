import type { CovarianceOfCells } from './toys.js';
import type { WeightCells } from './weight-cells.js';

/** Columns of weights for one block of rows, by what stands after `Weight`. */
export type WeightColumns = Record<string, Float64Array>;

export interface WeightColumnOptions {
  readonly correlation: 'full' | 'none';
  /** Up and down of every source as well. */
  readonly sources: boolean;
}

/** One source of uncertainty: R + shift of every cell, and whether all cells move at once. */
interface Moved {
  readonly name: string;
  readonly up: Float64Array;
  readonly down: Float64Array;
  readonly together: boolean;
  /** Weights of failing candidates move the other way: a source whose shifts do not say so themselves. */
  readonly back: boolean;
}

/**
 * The weight of each row: the product over its particles' cells; its up and down (68 % band); its variations.
 *
 * A source that moves all bins together moves all factors at once: Π(R + shift). What is independent from bin to bin is added
 * in quadrature over the distinct bins, so that two particles in one bin move together, with the correlation of tables that were
 * counted on the same candidates. A covariance matrix takes the place of
 * all sources; its band is that of first order.
 *
 * @returns a function of the cells of each particle, one array a particle, of one length
 */
export function eventWeights(
  cells: WeightCells,
  toys: readonly Float64Array[],
  { correlation, sources }: WeightColumnOptions,
  covariance?: CovarianceOfCells,
): (placed: readonly Int32Array[]) => WeightColumns {
  const { value } = cells;
  const moved = (covariance ? [] : cells.sources).map(({ name, up, down }): Moved => ({
    name,
    up: value.map((v, c) => v + up[c]),
    down: value.map((v, c) => v + down[c]),
    together: name !== 'stat' && correlation === 'full',
    back: name === 'stat',
  }));
  const sigma = covariance && bandOfCovariance(cells, covariance);
  return (placed) => {
    const rows = placed[0].length;
    const [nominal, high, low] = [0, 0, 0].map(() => new Float64Array(rows));
    const apart = sources ? moved.map(() => [new Float64Array(rows), new Float64Array(rows)] as const) : [];
    const own = new Int32Array(placed.length);
    for (let i = 0; i < rows; i++) {
      for (let p = 0; p < own.length; p++) own[p] = placed[p][i];
      const w = product(value, own);
      nominal[i] = w;
      // The plain NaN where there is no weight: other NaN have a sign that some formats show.
      if (w !== w) {
        high[i] = low[i] = NaN;
        for (const [up, down] of apart) up[i] = down[i] = NaN;
        continue;
      }
      let [above, below] = [0, 0];
      for (let s = 0; s < moved.length; s++) {
        const { up, down, together, back } = moved[s];
        const [u, d] = together
          ? [product(up, own) - w, product(down, own) - w]
          : [
              quadrature(cells, up, back ? down : up, own, w, back),
              -quadrature(cells, down, back ? up : down, own, w, back),
            ];
        const [most, least] = [Math.max(u, d, 0), Math.min(u, d, 0)];
        above += most * most;
        below += least * least;
        if (!sources) continue;
        apart[s][0][i] = w + u;
        apart[s][1][i] = w + d;
      }
      if (sigma) above = below = sigma(own);
      high[i] = w + Math.sqrt(above);
      low[i] = w - Math.sqrt(below);
    }
    const columns: WeightColumns = { '': nominal };
    apart.forEach(([up, down], s) => {
      columns[`_${moved[s].name}_up`] = up;
      columns[`_${moved[s].name}_down`] = down;
    });
    columns['_up'] = high;
    columns['_down'] = low;
    toys.forEach((toy, k) => (columns[`_${k}`] = products(toy, placed)));
    return columns;
  };
}

/**
 * The same for one particle, whose weight depends on its cell alone: made once for all cells, then looked up.
 *
 * @returns a function from the cells of rows to their columns
 */
export function weightsOfOne(
  cells: WeightCells,
  toys: readonly Float64Array[],
  options: WeightColumnOptions,
  covariance?: CovarianceOfCells,
): (placed: Int32Array) => WeightColumns {
  const every = Int32Array.from({ length: cells.count }, (_, c) => c);
  const columns = Object.entries(eventWeights(cells, toys, options, covariance)([every]));
  return (placed) => Object.fromEntries(columns.map(([name, values]) => [name, products(values, [placed])]));
}

function product(values: Float64Array, own: Int32Array): number {
  let out = values[own[0]];
  for (let p = 1; p < own.length; p++) out *= values[own[p]];
  return out;
}

function products(values: Float64Array, placed: readonly Int32Array[]): Float64Array {
  const [first, ...others] = placed;
  const out = new Float64Array(first.length);
  for (let i = 0; i < out.length; i++) out[i] = values[first[i]];
  for (const other of others) for (let i = 0; i < out.length; i++) out[i] *= values[other[i]];
  return out;
}

/**
 * How far the product moves where every bin moves on its own: the quadratic sum over distinct bins, ≥ 0. The weights of candidates
 * that pass and that fail in a bin move at once, and like bins of tables on the same candidates as far as they share them.
 *
 * @param shares whether this source is the statistics of the candidates
 */
function quadrature(
  { value, counterpart, shared }: WeightCells,
  passing: Float64Array,
  failing: Float64Array,
  own: Int32Array,
  w: number,
  shares: boolean,
): number {
  const before: { readonly bin: number; readonly moved: number }[] | undefined =
    shares && shared.groups.length > 0 ? [] : undefined;
  let sum = 0;
  for (let p = 0; p < own.length; p++) {
    const bin = counterpart[own[p]];
    let [other, first] = [1, true];
    for (let q = 0; q < own.length; q++) {
      const cell = own[q];
      if (counterpart[cell] !== bin) other *= value[cell];
      else {
        if (q < p) first = false;
        other *= cell === bin ? passing[cell] : failing[cell];
      }
    }
    if (!first) continue;
    const moved = other - w;
    sum += moved * moved;
    if (!before) continue;
    for (const one of before) sum += 2 * shared.correlation(bin, one.bin) * moved * one.moved;
    before.push({ bin, moved });
  }
  return Math.sqrt(Math.max(0, sum));
}

/** The variance of a product to first order: its gradient on both sides of the covariance. */
function bandOfCovariance(cells: WeightCells, { matrix }: CovarianceOfCells): (own: Int32Array) => number {
  const place = new Int32Array(cells.count).fill(-1);
  cells.order.forEach((cell, k) => (place[cell] = k));
  const slope = (own: Int32Array, without: number): number =>
    own.reduce((out, cell, p) => (p === without ? out : out * cells.value[cell]), 1);
  return (own) => {
    let variance = 0;
    for (let p = 0; p < own.length; p++) {
      for (let q = 0; q < own.length; q++) {
        const [j, k] = [place[own[p]], place[own[q]]];
        if (j >= 0 && k >= 0) variance += slope(own, p) * slope(own, q) * matrix[j][k];
      }
    }
    return Math.max(0, variance);
  };
}
