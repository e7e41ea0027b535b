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

/** Rows of a block that the map takes, and for each whether it lies outside the training range. */
export function classify(manifest: Manifest, block: Readonly<Record<string, Float64Array>>): Uint8Array {
  const columns = [...manifest.variables, ...manifest.given];
  const rows = block['x0'].length;
  const flags = new Uint8Array(rows);
  columns.forEach(({ transform, low, high }, i) => {
    const { holds } = domainOf(transform);
    const values = block[`x${i}`];
    for (let row = 0; row < rows; row++) {
      const value = values[row];
      if (!holds(value)) flags[row] = FLAG.unchanged;
      else if ((value < low || value > high) && flags[row] === FLAG.corrected) flags[row] = FLAG.extrapolated;
    }
  });
  return flags;
}

/**
 * Corrects a block of rows with an open session of `correction.onnx`: the new columns, in double precision. Rows outside
 * the map's domain keep their value, and their up and down equal it.
 *
 * @param block columns `x0`, `x1`, …: the variables, then the given columns, in their own units
 */
export async function correctBlock(
  session: Session,
  manifest: Manifest,
  block: Readonly<Record<string, Float64Array>>,
  coverage: Coverage,
): Promise<Record<string, Float64Array | Uint8Array>> {
  const columns = [...manifest.variables, ...manifest.given];
  const rows = block['x0'].length;
  const width = columns.length;
  const flags = classify(manifest, block);
  // Values the map cannot take are replaced for the computation alone, so that no NaN slows it down.
  const fallback = columns.map(({ low, high }) => (low > 0 ? Math.sqrt(low * high) : (low + high) / 2));
  const input = new Float32Array(rows * width);
  for (let row = 0; row < rows; row++) {
    const bad = flags[row] === FLAG.unchanged;
    for (let i = 0; i < width; i++) input[row * width + i] = bad ? fallback[i] : block[`x${i}`][row];
  }
  const out = await session.run({ input: { data: input, dims: [rows, width] } });
  const added: Record<string, Float64Array | Uint8Array> = {};
  manifest.variables.forEach(({ column }, k) => {
    const names = addedColumns(column);
    const take = (output: string): Float64Array => {
      const values = out[output].data as Float32Array;
      const original = block[`x${k}`];
      const count = manifest.variables.length;
      return original.map((value, row) => (flags[row] === FLAG.unchanged ? value : values[row * count + k]));
    };
    added[names.nominal] = take('output');
    if (manifest.band) {
      added[names.up] = take('up');
      added[names.down] = take('down');
    }
    added[names.flag] = flags;
  });
  coverage.rows += rows;
  for (const flag of flags) {
    if (flag === FLAG.unchanged) coverage.unchanged++;
    else if (flag === FLAG.extrapolated) coverage.extrapolated++;
    else coverage.corrected++;
  }
  return added;
}
