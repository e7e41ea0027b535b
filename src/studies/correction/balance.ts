import type { WeightedValues } from './quantile-map.js';

/** Columns of one sample with the weight of each row. */
export interface WeightedColumns {
  readonly columns: readonly Float64Array[];
  readonly weights: Float64Array;
}

interface Cell {
  readonly a: Uint32Array;
  readonly b: Uint32Array;
}

const sumAt = (weights: Float64Array, rows: Uint32Array): number => {
  let sum = 0;
  for (const i of rows) sum += weights[i];
  return sum;
};

/**
 * Where a column is halved over the rows of both samples: at its median or, where that is the value of many, at the value
 * after it, whichever parts them more evenly.
 */
function pooledCut(a: Float64Array, rowsA: Uint32Array, b: Float64Array, rowsB: Uint32Array): number {
  const values = new Float64Array(rowsA.length + rowsB.length);
  rowsA.forEach((row, i) => (values[i] = a[row]));
  rowsB.forEach((row, i) => (values[rowsA.length + i] = b[row]));
  values.sort();
  const median = values[values.length >> 1];
  const from = values.indexOf(median);
  const to = values.lastIndexOf(median) + 1;
  return from >= values.length - to ? median : values[to];
}

/**
 * Weights that give sample `a` the distribution of sample `b` in the given columns: the density ratio on cells of equal
 * population, found by halving the pooled sample at its median, one column after another.
 *
 * A conditional map leaves its conditioning variables unchanged, so simulation and data can be compared after it only
 * where they agree in those. The weights multiply the sample's own and keep its sum of weights.
 *
 * @param cell cells are halved while both halves keep at least this many events of each sample
 * @returns the factor for every row of `a`; rows in a cell where either sample has no positive weight get 0
 */
export function balancingWeights(a: WeightedColumns, b: WeightedColumns, cell = 200): Float64Array {
  const factors = new Float64Array(a.weights.length).fill(1);
  if (a.columns.length === 0) return factors;
  const totalA = a.weights.reduce((s, w) => s + w, 0);
  const totalB = b.weights.reduce((s, w) => s + w, 0);
  const open: { cell: Cell; axis: number; failed: number }[] = [
    { cell: { a: Uint32Array.from(a.weights.keys()), b: Uint32Array.from(b.weights.keys()) }, axis: 0, failed: 0 },
  ];
  for (let next = open.pop(); next; next = open.pop()) {
    const { cell: rows, axis, failed } = next;
    const columnA = a.columns[axis];
    const columnB = b.columns[axis];
    const cut = pooledCut(columnA, rows.a, columnB, rows.b);
    const lower: Cell = { a: rows.a.filter((i) => columnA[i] < cut), b: rows.b.filter((i) => columnB[i] < cut) };
    const upper: Cell = { a: rows.a.filter((i) => columnA[i] >= cut), b: rows.b.filter((i) => columnB[i] >= cut) };
    const following = (axis + 1) % a.columns.length;
    if (Math.min(lower.a.length, lower.b.length, upper.a.length, upper.b.length) >= cell) {
      open.push({ cell: lower, axis: following, failed: 0 }, { cell: upper, axis: following, failed: 0 });
    } else if (failed + 1 < a.columns.length) {
      open.push({ cell: rows, axis: following, failed: failed + 1 });
    } else {
      const inA = sumAt(a.weights, rows.a) / totalA;
      const inB = sumAt(b.weights, rows.b) / totalB;
      const factor = inA > 0 && inB > 0 ? inB / inA : 0;
      for (const i of rows.a) factors[i] = factor;
    }
  }
  const sum = factors.reduce((s, f, i) => s + f * a.weights[i], 0);
  return sum > 0 ? factors.map((f) => (f * totalA) / sum) : factors.fill(1);
}

/** The weights of a sample times its balancing factors. */
export const balanced = (sample: WeightedValues, factors: Float64Array): WeightedValues => ({
  values: sample.values,
  weights: sample.weights.map((w, i) => w * factors[i]),
});
