import { userError } from '../../base/error.js';
import { edge } from './file.js';
import { refineKnots } from './knots.js';
import { cornerMasks, gridFormula, gridParameters } from './multilinear.js';
import type { Content, Correction, Edge } from './schema.js';

/** Corrected values of `x`, each in the company of the conditioning values of its row. */
export type TransferMap = (x: Float64Array, given: readonly Float64Array[]) => Float64Array | Promise<Float64Array>;

export interface GivenGrid {
  readonly name: string;
  readonly description?: string | undefined;
  /** Points at which the map is tabulated: interpolated between them, constant beyond. */
  readonly knots: ArrayLike<number>;
  /** Steps instead of interpolation: the knots are values of a discrete column (charge, year), each up to the middle to the next. */
  readonly step?: boolean | undefined;
}

export interface TransferMapOptions {
  readonly name: string;
  /** The column to correct: the name of the input. */
  readonly column: string;
  readonly description?: string | undefined;
  readonly unit?: string | undefined;
  /** Where knots start: increasing, from the lowest to the highest value that the map was made for. */
  readonly edges: ArrayLike<number>;
  readonly nominal: TransferMap;
  readonly up: TransferMap;
  readonly down: TransferMap;
  /** At most three conditioning columns. */
  readonly given?: readonly GivenGrid[] | undefined;
  /** Values up to and including this pass unchanged (a logarithm's domain). */
  readonly unchangedUpTo?: number | undefined;
  /** Values from this on pass unchanged (the upper end of a logit's domain). */
  readonly unchangedFrom?: number | undefined;
  /** Deviation allowed from the exact map: the larger of a part of the band's half-width (0.05) and of `scale` (10⁻⁴). */
  readonly tolerance?: { readonly ofBand?: number; readonly ofScale?: number } | undefined;
  /** The scale at x: the whole range of `edges`, unless told otherwise ((x) => |x| for logarithmic variables). */
  readonly scale?: ((x: number) => number) | undefined;
  /** At most so many knots in x (default 400). */
  readonly most?: number | undefined;
}

export interface TransferMapCorrection {
  readonly correction: Correction;
  /** Knots in the corrected column. */
  readonly knots: Float64Array;
  /** Largest deviation from the exact map along x, as a multiple of what is allowed: above 1 only if `most` was reached. */
  readonly excess: number;
  /** The same, half-way between the knots of the conditioning columns; 0 without. */
  readonly excessGiven: number;
}

export const VARIATIONS = ['nominal', 'up', 'down'] as const;

/**
 * A transfer map, with its band, as a correctionlib correction: inputs `variation` (nominal, up, down), the conditioning
 * columns and the column; output the corrected value. Between knots the map is linear in the column (and in each
 * conditioning column), hence continuous everywhere; outside the outermost knots it goes on along its last piece.
 *
 * Knots are added until the pieces follow the exact map within the tolerance at a quarter, half and three quarters of
 * every piece, for every variation and at every knot of the conditioning columns.
 *
 * @throws if the map returns what is not finite, or there are more than three conditioning columns
 */
export async function transferMapCorrection(options: TransferMapOptions): Promise<TransferMapCorrection> {
  const given = options.given ?? [];
  if (given.length > 3) {
    throw userError({
      code: 'correctionlib.given',
      message: 'a formula has four variables at most',
      got: `${given.length} conditioning columns`,
      expected: 'three or fewer',
    });
  }
  const grids = given.map((g) => Float64Array.from(g.knots));
  const points = product(grids);
  const start = Float64Array.from(options.edges);
  const allowed = tolerance(options, start);
  const { x: knots, excess } = await refineKnots({
    start,
    most: options.most ?? 400,
    excess: async (low, middle, high) => {
      const at = await Promise.all([low, middle, high].map((x) => table(options, x, points)));
      return middle.map((_, i) => {
        let worst = 0;
        for (let p = 0; p < points.length; p++) {
          const k = p * middle.length + i;
          const t = (middle[i] - low[i]) / (high[i] - low[i]);
          for (const v of VARIATIONS) {
            const chord = at[0][v][k] + t * (at[2][v][k] - at[0][v][k]);
            worst = Math.max(worst, Math.abs(at[1][v][k] - chord) / allowed(middle[i], at[1], k));
          }
        }
        return worst;
      });
    },
  });
  const values = await table(options, knots, points);
  const smooth = given.map((g) => g.step !== true);
  return {
    correction: assemble(options, given, grids, smooth, knots, values),
    knots,
    excess,
    excessGiven: await betweenGiven(options, grids, smooth, knots, values, allowed),
  };
}

type Table = Readonly<Record<(typeof VARIATIONS)[number], Float64Array>>;

/** All variations at every x for every conditioning point: [point, x]. */
async function table(
  options: TransferMapOptions,
  x: Float64Array,
  points: readonly (readonly number[])[],
): Promise<Table> {
  const n = x.length;
  const all = Float64Array.from({ length: points.length * n }, (_, i) => x[i % n]);
  const given = (options.given ?? []).map((_, g) => Float64Array.from(all, (_v, i) => points[Math.floor(i / n)][g]));
  const entries: [string, Float64Array][] = [];
  for (const variation of VARIATIONS) {
    const out = await options[variation](all, given);
    const bad = out.findIndex((v) => !Number.isFinite(v));
    if (bad >= 0) {
      throw userError({
        code: 'correctionlib.map',
        message: `the map of "${options.column}" (${variation}) is not finite`,
        path: `${options.column} = ${all[bad]}`,
        got: String(out[bad]),
        hint: 'choose edges within the range that the map was made for',
      });
    }
    // A map may hand out the same buffer each time.
    entries.push([variation, out.slice()]);
  }
  return Object.fromEntries(entries) as unknown as Table;
}

function tolerance(options: TransferMapOptions, start: Float64Array): (x: number, t: Table, k: number) => number {
  const { ofBand = 0.05, ofScale = 1e-4 } = options.tolerance ?? {};
  const span = start[start.length - 1] - start[0];
  const scale = options.scale ?? (() => span);
  return (x, t, k) => Math.max(0.5 * ofBand * Math.abs(t.up[k] - t.down[k]), ofScale * scale(x), Number.MIN_VALUE);
}

/** The deviation half-way between neighbouring knots of each interpolated conditioning column. */
async function betweenGiven(
  options: TransferMapOptions,
  grids: readonly Float64Array[],
  smooth: readonly boolean[],
  knots: Float64Array,
  values: Table,
  allowed: (x: number, t: Table, k: number) => number,
): Promise<number> {
  let worst = 0;
  const strides = grids.map((_, g) => grids.slice(g + 1).reduce((n, other) => n * other.length, 1));
  for (let g = 0; g < grids.length; g++) {
    if (!smooth[g] || grids[g].length < 2) continue;
    const middles = grids[g].subarray(1).map((v, i) => 0.5 * (v + grids[g][i]));
    const points = product(grids.map((grid, other) => (other === g ? middles : grid)));
    const exact = await table(options, knots, points);
    for (let p = 0; p < points.length; p++) {
      const outer = Math.floor(p / (strides[g] * middles.length));
      const index = Math.floor(p / strides[g]) % middles.length;
      const low = (outer * grids[g].length + index) * strides[g] + (p % strides[g]);
      for (let i = 0; i < knots.length; i++) {
        const k = p * knots.length + i;
        for (const v of VARIATIONS) {
          const chord = 0.5 * (values[v][low * knots.length + i] + values[v][(low + strides[g]) * knots.length + i]);
          worst = Math.max(worst, Math.abs(exact[v][k] - chord) / allowed(knots[i], exact, k));
        }
      }
    }
  }
  return worst;
}

/** Every combination of grid points, the last grid fastest. */
const product = (grids: readonly Float64Array[]): number[][] =>
  grids.reduce<number[][]>((rows, grid) => rows.flatMap((row) => Array.from(grid, (v) => [...row, v])), [[]]);

function assemble(
  options: TransferMapOptions,
  given: readonly GivenGrid[],
  grids: readonly Float64Array[],
  smooth: readonly boolean[],
  knots: Float64Array,
  values: Table,
): Correction {
  // The formula's variables: the column itself, then the interpolated conditioning columns.
  const interpolated = given.flatMap((g, i) => (smooth[i] ? [{ name: g.name, axis: i }] : []));
  const { unchangedUpTo: unchanged, unchangedFrom: beyond = Infinity } = options;
  const givenEdges = grids.map((grid, g) => (smooth[g] ? pieces(grid) : steps(grid)));
  const first = unchanged === undefined ? [] : [edge(justAbove(unchanged))];
  const above = [...knots.subarray(1, knots.length - 1)].filter(
    (k) => unchanged === undefined || k > justAbove(unchanged),
  );
  const skipped = knots.length - 2 - above.length;
  const inside = above.filter((k) => k < beyond);
  const last = beyond === Infinity ? [] : [edge(beyond)];
  const xEdges: Edge[] = ['-inf', ...first, ...inside, ...last, 'inf'];
  const cells = product(givenEdges.map((e) => Float64Array.from({ length: e.length - 1 }, (_, i) => i)));
  const node = (variation: (typeof VARIATIONS)[number]): Content => {
    const content = cells.flatMap((cell): Content[] => {
      const linear = Array.from({ length: inside.length + 1 }, (_, i): Content => {
        const parameters = gridParameters(knots, grids, smooth, cell, i + skipped, values[variation]);
        return { nodetype: 'formularef', index: 0, parameters };
      });
      const parameters = cornerMasks(interpolated.length + 1).map((mask) => (mask === 1 ? 1 : 0));
      const identity: Content = { nodetype: 'formularef', index: 0, parameters };
      return [...first.map(() => identity), ...linear, ...last.map(() => identity)];
    });
    return {
      nodetype: 'multibinning',
      inputs: [...given.map((g) => g.name), options.column],
      edges: [...givenEdges, xEdges],
      content,
      flow: 'clamp',
    };
  };
  const unit = options.unit ? ` [${options.unit}]` : '';
  return {
    name: options.name,
    description: options.description,
    version: 1,
    inputs: [
      { name: 'variation', type: 'string', description: 'nominal, or up and down: the ends of the ±1σ band' },
      ...given.map((g) => ({ name: g.name, type: 'real' as const, description: g.description })),
      { name: options.column, type: 'real', description: `value in simulation${unit}` },
    ],
    output: { name: `${options.column}_corrected`, type: 'real', description: `corrected value${unit}` },
    generic_formulas: [
      {
        nodetype: 'formula',
        expression: gridFormula(interpolated.length + 1),
        parser: 'TFormula',
        variables: [options.column, ...interpolated.map((v) => v.name)],
      },
    ],
    data: { nodetype: 'category', input: 'variation', content: VARIATIONS.map((key) => ({ key, value: node(key) })) },
  };
}

/** One bin beyond each end, where the map stays as at the last knot. */
const pieces = (grid: Float64Array): Edge[] => ['-inf', ...grid, 'inf'];

const steps = (grid: Float64Array): Edge[] => ['-inf', ...grid.subarray(1).map((v, i) => 0.5 * (v + grid[i])), 'inf'];

/** An edge that leaves `v` itself below it. */
const justAbove = (v: number): number => (v === 0 ? 1e-300 : v + Math.abs(v) * Number.EPSILON);
