import { binValidity, type BinValidity } from '../../../fit/bin-validity.js';
import type { SavedWeights } from '../../../formats/weights-file.js';
import type { CellRows } from '../tables/cell-rows.js';
import { isPure, rowsInside, sideBands } from './pure-samples.js';

/** Events of a pure sample that are tested; of more, every second or third: the test sees what matters with these. */
const MOST = 40_000;

/** A pure sample with the cells of its events. */
function pure(name: string, rows: CellRows, chosen: Uint32Array, weighted: boolean) {
  const step = Math.ceil(chosen.length / MOST);
  const kept = step > 1 ? chosen.filter((_, i) => i % step === 0) : chosen;
  const take = (values: Float64Array): Float64Array => Float64Array.from(kept, (row) => values[row]);
  return {
    name,
    x: take(rows.x),
    bins: Int32Array.from(kept, (row) => rows.cells[row]),
    ...(weighted ? { weights: take(rows.own) } : {}),
  };
}

/**
 * Whether weights of one fit may be trusted in each cell: side bands of the data, and simulated signal where truth tells it,
 * must look alike in the fit variable in the cell and elsewhere.
 */
export function cellValidity(
  saved: SavedWeights,
  cells: number,
  rows: { readonly data: CellRows; readonly signal?: CellRows | undefined },
  options: { readonly falseAlarm: number; readonly weighted: { readonly data: boolean; readonly signal: boolean } },
): BinValidity[] {
  const { lower, upper } = sideBands(saved.variants['nominal']);
  const bands = [lower, upper].filter((band) => band !== undefined);
  // Both side bands are one sample: a background that bends moves events from one to the other, which neither sees.
  const outside = Uint32Array.from(bands.flatMap((band) => [...rowsInside(rows.data.x, band)]));
  const samples = bands.length > 0 ? [pure('side bands', rows.data, outside.sort(), options.weighted.data)] : [];
  const { signal } = rows;
  if (signal && isPure(signal.x, saved.variants['nominal'], bands))
    samples.push(pure('simulated signal', signal, Uint32Array.from(signal.x.keys()), options.weighted.signal));
  const tested = samples.filter((sample) => sample.x.length > 2);
  if (tested.length === 0 || cells === 1)
    return Array.from({ length: cells }, (_, bin) => ({
      bin,
      status: 'untested' as const,
      reasons: ['nothing to compare with: no side bands and no true signal'],
      tests: [],
    }));
  return binValidity(tested, cells, { falseAlarm: options.falseAlarm });
}
