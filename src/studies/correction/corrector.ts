import type { Session } from '../../graph/session.js';
import type { Manifest } from './manifest.js';
import { domainOf } from './transform.js';
import { fileName } from './words.js';

/** What becomes of one value: corrected, passed through unchanged, corrected outside the range of the training events. */
export const FLAG = { corrected: 0, unchanged: 1, extrapolated: 2 } as const;

export interface Coverage {
  rows: number;
  corrected: number;
  unchanged: number;
  extrapolated: number;
}

type Block = Readonly<Record<string, Float64Array>>;
export type Added = Record<string, Float64Array | Uint8Array>;

/** Something that adds columns to blocks of rows. */
export interface Corrector {
  /** Columns that it needs, given as `x0`, `x1`, …, and definitions for those that the table does not bring. */
  readonly columns: readonly string[];
  readonly define: Readonly<Record<string, string>>;
  /** How many blocks it works on at once. */
  readonly ahead: number;
  /** The block's memory may be handed on: it is not read again. */
  correct(block: Block, coverage: Coverage): Promise<Added>;
  close(): Promise<void>;
}

/** Names of the columns that a correction adds for a variable. */
export const addedColumns = (column: string) => {
  const name = fileName(column);
  return {
    nominal: `${name}_corrected`,
    up: `${name}_corrected_up`,
    down: `${name}_corrected_down`,
    flag: `${name}_flag`,
  };
};

/**
 * Rows of a block that the map takes, and for each whether it lies outside the training range. The map computes in single
 * precision, so a value must be in its domain there too: 1 − 10⁻¹² is 1, which has no logit, and 10³⁰⁰ is infinite.
 */
export function classify(manifest: Manifest, block: Readonly<Record<string, Float64Array>>): Uint8Array {
  const columns = [...manifest.variables, ...manifest.given];
  const rows = block['x0'].length;
  const flags = new Uint8Array(rows);
  columns.forEach(({ transform, low, high }, i) => {
    const { holds } = domainOf(transform);
    const values = block[`x${i}`];
    for (let row = 0; row < rows; row++) {
      const value = values[row];
      if (!holds(value) || !holds(Math.fround(value))) flags[row] = FLAG.unchanged;
      else if ((value < low || value > high) && flags[row] === FLAG.corrected) flags[row] = FLAG.extrapolated;
    }
  });
  return flags;
}

// Rows that pass the graph at once. What it computes for them fits the cache of a core: three times the speed of a whole
// block. Results do not depend on how many threads share the blocks, for these start at multiples of this.
const SLICE = 4096;

/**
 * Corrects a block of rows with an open session of `correction.onnx`: the new columns, in double precision. Rows outside
 * the map's domain keep their value, and their up and down equal it.
 *
 * @param block columns `x0`, `x1`, …: the variables, then the given columns, in their own units
 */
export async function correctBlock(
  session: Session,
  manifest: Manifest,
  block: Block,
  coverage: Coverage,
): Promise<Added> {
  const columns = [...manifest.variables, ...manifest.given];
  const values = columns.map((_, i) => block[`x${i}`]);
  const rows = values[0].length;
  const flags = classify(manifest, block);
  // Values the map cannot take are replaced for the computation alone, so that no NaN slows it down.
  const fallback = columns.map(({ low, high }) => (low > 0 ? Math.sqrt(low * high) : (low + high) / 2));
  const added: Added = {};
  const taken: { values: Float64Array; output: string; variable: number }[] = [];
  manifest.variables.forEach(({ column }, variable) => {
    const names = addedColumns(column);
    const take = (output: string): Float64Array => {
      const copy = values[variable].slice();
      taken.push({ values: copy, output, variable });
      return copy;
    };
    added[names.nominal] = take('output');
    if (manifest.band) {
      added[names.up] = take('up');
      added[names.down] = take('down');
    }
    added[names.flag] = flags;
  });
  const width = columns.length;
  const count = manifest.variables.length;
  for (let from = 0; from < rows; from += SLICE) {
    const size = Math.min(SLICE, rows - from);
    const input = new Float32Array(size * width);
    values.forEach((column, i) => {
      for (let r = 0; r < size; r++)
        input[r * width + i] = flags[from + r] === FLAG.unchanged ? fallback[i] : column[from + r];
    });
    const out = await session.run({ input: { data: input, dims: [size, width] } });
    for (const { values: to, output, variable } of taken) {
      const data = out[output].data as Float32Array;
      for (let r = 0; r < size; r++) if (flags[from + r] !== FLAG.unchanged) to[from + r] = data[r * count + variable];
    }
  }
  coverage.rows += rows;
  for (const flag of flags) {
    if (flag === FLAG.unchanged) coverage.unchanged++;
    else if (flag === FLAG.extrapolated) coverage.extrapolated++;
    else coverage.corrected++;
  }
  return added;
}
