import { taskError, userError } from '../../../base/error.js';
import { covarianceRoot, type Matrix } from '../../../stats/cholesky.js';
import { normals, seedKey, type Key } from '../../../stats/key.js';
import type { LoadedTable } from './load-tables.js';
import type { ParsedWeightOptions } from './options.js';
import type { SharedGroup } from './shared-cells.js';
import { isOtherSide, type WeightCells } from './weight-cells.js';

const MOST = 2e8;

/**
 * Variations of all cells: for variation i, W = R + δ_stat + Σ δ_syst, δ_stat independent from bin to bin, δ of a systematic source
 * one normal number for all bins of all tables (or, with correlation `none`, one for each bin): z·up for z ≥ 0, |z|·down for z < 0. The tables of
 * candidates that pass a cut and of those that fail it share their numbers, of opposite sign for `stat`. Tables of several cuts on the
 * same candidates have δ_stat with the correlation that is known of them: those that come later are mixed of their own number and
 * those before.
 * With a covariance matrix, δ = L z instead. The numbers depend on the seed, the table's name, the source and i
 * alone: more variations, other blocks or further tables change none of them (but that later tables on the same candidates go with earlier ones).
 *
 * Source: the model of basf2's `sysvar`, with shared bins; docs/pid-formats.md, "The model".
 */
export function weightToys(cells: WeightCells, options: ParsedWeightOptions, root?: CovarianceOfCells): Float64Array[] {
  const { variations, correlation } = options;
  if (variations * cells.count > MOST)
    throw taskError({
      code: 'apply.variations',
      message: 'too many variations of too many bins for the memory',
      got: `${variations} × ${cells.count}`,
      expected: `${MOST} at most`,
    });
  const key = seedKey(options.seed).split('weights');
  const partner = new Map(cells.tables.map((t) => [t, cells.tables.find((other) => isOtherSide(other, t))]));
  return Array.from({ length: variations }, (_, i) => {
    const toy = cells.value.slice();
    if (root) {
      const z = normals(key.split('covariance', i), root.rank);
      root.rows.forEach((row, k) => {
        for (let r = 0; r < root.rank; r++) toy[cells.order[k]] += row[r] * z[r];
      });
      return toy;
    }
    for (const source of cells.sources) {
      const own = key.split(source.name);
      const add = (cell: number, z: number): void => {
        toy[cell] += z >= 0 ? z * source.up[cell] : -z * source.down[cell];
      };
      if (source.name === 'stat' || correlation === 'none')
        independent(cells, { key: own, variation: i, partner, opposed: source.name === 'stat' }, add);
      else {
        const [z] = normals(own.split('all', i), 1);
        for (const cell of cells.order) add(cell, z);
      }
    }
    return toy;
  });
}

/**
 * A normal number of its own for every bin of every table. The weights of candidates that fail a cut come of the same
 * efficiencies as those of candidates that pass: what raises the one lowers the other, and the number of both stays what it was.
 */
function independent(cells: WeightCells, draw: Draw, add: (cell: number, z: number) => void): void {
  const numbers = (t: LoadedTable): Float64Array =>
    normals(draw.key.split(t.name, draw.variation), t.table.cells.length + (t.rest ? 1 : 0));
  for (const t of cells.tables) {
    const first = cells.offset.get(t) as number;
    const passing = draw.partner.get(t);
    const own = passing ?? t;
    const sign = passing && draw.opposed ? -1 : 1;
    const group = draw.opposed ? cells.shared.groups.find((g) => g.tables.includes(own)) : undefined;
    const z = group ? mixed(group, own, numbers) : numbers(own);
    for (let c = 0; c < z.length; c++) if (cells.measured[first + c]) add(first + c, sign * z[c]);
  }
}

/** Numbers of a table that go with those of the tables which were counted on the same candidates; the first one's are its own. */
function mixed(
  { tables, mix }: SharedGroup,
  own: LoadedTable,
  numbers: (t: LoadedTable) => Float64Array,
): Float64Array {
  const [m, k] = [tables.length, tables.indexOf(own)];
  const raw = tables.slice(0, k + 1).map(numbers);
  return raw[k].map((z, c) => (c < mix.length ? raw.reduce((sum, r, j) => sum + mix[c][k * m + j] * r[c], 0) : z));
}

interface Draw {
  readonly key: Key;
  readonly variation: number;
  /** By the table of candidates that fail a cut: that of those that pass it. */
  readonly partner: ReadonlyMap<LoadedTable, LoadedTable | undefined>;
  /** Statistics; systematic shifts have their signs in both tables. */
  readonly opposed: boolean;
}

export interface CovarianceOfCells {
  readonly matrix: Matrix;
  readonly rows: readonly Float64Array[];
  readonly rank: number;
}

/** @throws userError where the matrix does not fit the tables */
export function covarianceOfCells(matrix: Matrix, cells: WeightCells, path: string): CovarianceOfCells {
  if (matrix.length !== cells.order.length)
    throw userError({
      code: 'apply.covariance',
      message: 'the covariance matrix does not fit the tables',
      path,
      got: `${matrix.length} rows`,
      expected: `${cells.order.length}: one for each row of ${cells.tables.map((t) => t.name).join(', ')}, in that order`,
    });
  const rows = covarianceRoot(matrix);
  return { matrix, rows, rank: rows[0]?.length ?? 0 };
}
