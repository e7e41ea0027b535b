import type { CovarianceOfCells } from './toys.js';
import type { WeightCells } from './weight-cells.js';

/** Columns of weights for one block of rows, by what stands after `Weight`. */
export type WeightColumns = Record<string, Float64Array>;

export interface WeightColumnOptions {
  readonly correlation: 'full' | 'none';
  /** Up and down of every source as well. */
  readonly sources: boolean;
}

/**
 * The weight of each row: the product over its particles' cells; its up and down (68 % band); its variations.
 *
 * A source that moves all bins together moves all factors at once: Π(R + shift). What is independent from bin to bin is added
 * in quadrature over the distinct bins, so that two particles in one bin move together.
 *
 * @param placed the cells of each particle, one array a particle, of one length
 */
export function weightColumns(
  placed: readonly Int32Array[],
  cells: WeightCells,
  toys: readonly Float64Array[],
  { correlation, sources }: WeightColumnOptions,
  covariance?: CovarianceOfCells,
): WeightColumns {
  const rows = placed[0].length;
  const product = (values: Float64Array): Float64Array => {
    const out = new Float64Array(rows);
    const [first, ...others] = placed;
    for (let i = 0; i < rows; i++) out[i] = values[first[i]];
    for (const other of others) for (let i = 0; i < rows; i++) out[i] *= values[other[i]];
    return out;
  };
  const nominal = product(cells.value);
  const columns: WeightColumns = { '': nominal };
  const upper = new Float64Array(rows);
  const lower = new Float64Array(rows);
  const widen = (a: Float64Array, b: Float64Array): void => {
    for (let i = 0; i < rows; i++) {
      upper[i] += Math.max(a[i], b[i], 0) ** 2;
      lower[i] += Math.min(a[i], b[i], 0) ** 2;
    }
  };
  if (covariance) {
    const sigma = fromCovariance(placed, cells, nominal, covariance);
    widen(
      sigma,
      sigma.map((s) => -s),
    );
  }
  const parts = covariance ? [] : cells.sources;
  for (const source of parts) {
    const together = source.name !== 'stat' && correlation === 'full';
    const sides = ([source.up, source.down] as const).map((shift) =>
      together ? jointly(product, cells.value, shift, nominal) : apart(placed, cells.value, shift, nominal),
    );
    // Independent bins: shifts up and down of all bins, each in quadrature.
    const [up, down] = together ? sides : [sides[0], sides[1].map((d) => -d)];
    if (together) widen(up, down);
    else
      for (let i = 0; i < rows; i++) {
        upper[i] += up[i] ** 2;
        lower[i] += down[i] ** 2;
      }
    if (!sources) continue;
    columns[`_${source.name}_up`] = moved(nominal, up);
    columns[`_${source.name}_down`] = moved(nominal, down);
  }
  columns['_up'] = moved(nominal, upper.map(Math.sqrt));
  columns['_down'] = moved(
    nominal,
    lower.map((v) => -Math.sqrt(v)),
  );
  toys.forEach((toy, k) => {
    columns[`_${k}`] = product(toy);
  });
  return columns;
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
  const columns = Object.entries(weightColumns([every], cells, toys, options, covariance));
  return (placed) =>
    Object.fromEntries(
      columns.map(([name, values]) => {
        const out = new Float64Array(placed.length);
        for (let i = 0; i < out.length; i++) out[i] = values[placed[i]];
        return [name, out];
      }),
    );
}

/** The plain NaN where there is no weight: other NaN have a sign that some formats show. */
const moved = (nominal: Float64Array, by: Float64Array): Float64Array =>
  nominal.map((w, i) => (Number.isNaN(w) ? NaN : w + by[i]));

/** How far the product moves when all factors do. */
function jointly(
  product: (values: Float64Array) => Float64Array,
  value: Float64Array,
  shift: Float64Array,
  nominal: Float64Array,
): Float64Array {
  const all = product(value.map((v, c) => v + shift[c]));
  return all.map((w, i) => w - nominal[i]);
}

/** The same where every bin moves on its own: the quadratic sum over distinct bins, ≥ 0. */
function apart(
  placed: readonly Int32Array[],
  value: Float64Array,
  shift: Float64Array,
  nominal: Float64Array,
): Float64Array {
  const out = new Float64Array(nominal.length);
  for (let i = 0; i < out.length; i++) {
    let sum = 0;
    for (let p = 0; p < placed.length; p++) {
      const cell = placed[p][i];
      if (!firstOf(placed, p, i)) continue;
      let other = 1;
      for (const factor of placed) other *= factor[i] === cell ? value[cell] + shift[cell] : value[factor[i]];
      sum += (other - nominal[i]) ** 2;
    }
    out[i] = Math.sqrt(sum);
  }
  return out;
}

/** Whether no particle before p has the same cell. */
function firstOf(placed: readonly Int32Array[], p: number, i: number): boolean {
  for (let q = 0; q < p; q++) if (placed[q][i] === placed[p][i]) return false;
  return true;
}

/** σ of the product, to first order: the gradient on both sides of the covariance. */
function fromCovariance(
  placed: readonly Int32Array[],
  cells: WeightCells,
  nominal: Float64Array,
  { matrix }: CovarianceOfCells,
): Float64Array {
  const place = new Int32Array(cells.count).fill(-1);
  cells.order.forEach((cell, k) => (place[cell] = k));
  return nominal.map((w, i) => {
    if (Number.isNaN(w)) return NaN;
    let variance = 0;
    for (const a of placed) {
      for (const b of placed) {
        const [j, k] = [place[a[i]], place[b[i]]];
        if (j >= 0 && k >= 0)
          variance += slope(placed, cells.value, a, i) * slope(placed, cells.value, b, i) * matrix[j][k];
      }
    }
    return Math.sqrt(Math.max(0, variance));
  });
}

/** The product of all factors but one. */
function slope(placed: readonly Int32Array[], value: Float64Array, without: Int32Array, i: number): number {
  let out = 1;
  for (const other of placed) if (other !== without) out *= value[other[i]];
  return out;
}
