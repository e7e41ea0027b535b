import { ticks } from 'd3-array';
import type { EventTable } from '../../../events/store.js';
import { withoutCodes } from './no-value-codes.js';
import { weightedQuantile } from '../../../stats/quantile.js';

const MOST = 200_000;

/** Bins of round width over the central values of a variable; whole numbers of few kinds get bins of their own. */
export async function niceEdges(
  table: EventTable,
  variable: string,
  options: { readonly where?: string | undefined; readonly share: readonly [number, number]; readonly bins: number },
): Promise<number[]> {
  const values: number[] = [];
  for await (const { v } of table.scan({ v: variable }, { where: options.where, lenient: true })) {
    for (const x of v) if (Number.isFinite(x)) values.push(x);
    if (values.length > MOST) break;
  }
  return values.length === 0 ? [0, 1] : roundEdges(values, options);
}

/** The same of values themselves, one at least; −999 and the like, where they stand for no value, are left out. */
export function roundEdges(
  values: readonly number[],
  options: { readonly share: readonly [number, number]; readonly bins: number },
): number[] {
  const real = withoutCodes(values);
  const [low, high] = weightedQuantile({ values: Float64Array.from(real) }, options.share);
  const whole = real.every(Number.isInteger) && high - low < options.bins;
  if (whole) return Array.from({ length: high - low + 2 }, (_, i) => low - 0.5 + i);
  if (!(high > low)) return [low - 0.5, low + 0.5];
  const inner = ticks(low, high, options.bins);
  const step = inner[1] - inner[0];
  const first = Math.floor(low / step + 1e-9);
  const last = Math.ceil(high / step - 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}
