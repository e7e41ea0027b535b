import { taskError } from '../base/error.js';

// Nodes and weights of the 15-point Kronrod rule and of the 7-point Gauss rule inside it (QUADPACK, Piessens et al. 1983).
const NODES = [
  0.9914553711208126, 0.9491079123427585, 0.8648644233597691, 0.7415311855993945, 0.5860872354676911,
  0.4058451513773972, 0.20778495500789848, 0,
];
const KRONROD = [
  0.022935322010529224, 0.06309209262997854, 0.10479001032225017, 0.14065325971552592, 0.1690047266392679,
  0.19035057806478542, 0.20443294007529889, 0.20948214108472782,
];
const GAUSS = [0.1294849661688697, 0.27970539148927664, 0.3818300505051189, 0.4179591836734694];
const X = [...NODES.map((x) => -x), ...NODES.slice(0, 7).reverse()];
const WK = [...KRONROD, ...KRONROD.slice(0, 7).reverse()];
// The Gauss nodes are every second Kronrod node.
const WG = X.map((_, i) => (i % 2 === 1 ? GAUSS[i < 8 ? (i - 1) / 2 : (13 - i) / 2] : 0));

export interface QuadratureOptions {
  /** Where the functions jump or have corners; points outside the range are ignored. */
  readonly breaks?: readonly number[] | undefined;
  /** Of the largest integral of |f|: 1e-10 unless told. */
  readonly tolerance?: number | undefined;
  /** Intervals that may be looked at: 20 000 unless told. */
  readonly budget?: number | undefined;
}

interface Piece {
  readonly low: number;
  readonly high: number;
  readonly values: Float64Array;
  readonly error: number;
}

/**
 * ∫ over [low, high] of several functions at once, adaptively (Gauss–Kronrod 7, 15): halves the interval with the largest
 * error until the sum of errors is below `tolerance` times the largest integral found.
 *
 * @param f values of every function at given points: one array a function
 * @throws taskError `stats.quadrature` where the budget does not suffice or a value is not finite
 * @example integrate((x) => [x.map(Math.exp)], 0, 1) // [e − 1]
 */
export function integrate(
  f: (x: Float64Array) => readonly Float64Array[],
  low: number,
  high: number,
  options: QuadratureOptions = {},
): Float64Array {
  const { tolerance = 1e-10, budget = 20_000 } = options;
  const inside = [...new Set(options.breaks ?? [])].filter((b) => b > low && b < high).sort((a, b) => a - b);
  const edges = [low, ...inside, high];
  const pieces = edges.slice(1).map((edge, i) => piece(f, edges[i], edge));
  let looked = pieces.length;
  for (;;) {
    const sums = new Float64Array(pieces[0].values.length);
    let error = 0;
    let worst = 0;
    pieces.forEach((p, i) => {
      p.values.forEach((v, k) => (sums[k] += v));
      error += p.error;
      if (p.error > pieces[worst].error) worst = i;
    });
    const scale = sums.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
    if (error <= tolerance * scale || error === 0) return sums;
    const { low: a, high: b } = pieces[worst];
    const middle = 0.5 * (a + b);
    // Rounding is reached where halves do not shrink any more.
    if (!(middle > a && middle < b)) return sums;
    if (looked >= budget) throw exhausted(low, high, error / scale, tolerance);
    pieces[worst] = piece(f, a, middle);
    pieces.push(piece(f, middle, b));
    looked += 2;
  }
}

function piece(f: (x: Float64Array) => readonly Float64Array[], low: number, high: number): Piece {
  const half = 0.5 * (high - low);
  const middle = 0.5 * (low + high);
  const columns = f(Float64Array.from(X, (x) => middle + half * x));
  const values = new Float64Array(columns.length);
  let error = 0;
  columns.forEach((y, k) => {
    let kronrod = 0;
    let gauss = 0;
    for (let i = 0; i < X.length; i++) {
      kronrod += WK[i] * y[i];
      gauss += WG[i] * y[i];
    }
    if (!Number.isFinite(kronrod))
      throw taskError({
        code: 'stats.quadrature',
        message: `function ${k} is not finite between ${low} and ${high}`,
        expected: 'finite values',
      });
    values[k] = half * kronrod;
    // The difference is the error of the Gauss rule; that of the Kronrod rule is far smaller (QUADPACK's power 1.5).
    const difference = Math.abs(half * (kronrod - gauss));
    const spread = half * y.reduce((s, v, i) => s + WK[i] * Math.abs(v - kronrod / 2), 0);
    const sharp = spread > 0 ? spread * Math.min(1, (200 * difference) / spread) ** 1.5 : difference;
    error = Math.max(error, Math.min(difference, sharp));
  });
  return { low, high, values, error };
}

const exhausted = (low: number, high: number, got: number, expected: number) =>
  taskError({
    code: 'stats.quadrature',
    message: `the integral from ${low} to ${high} does not settle`,
    got: `a relative error of ${got.toExponential(1)}`,
    expected: `${expected}`,
    hint: 'name the places where the function jumps',
  });
