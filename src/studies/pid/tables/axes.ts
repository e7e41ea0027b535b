import { bisectRight } from 'd3-array';
import { concatenate } from '../../../base/concatenate.js';
import type { EventTable } from '../../../events/store.js';
import type { TableAxis } from '../../../hist/weight-table.js';
import { weightedQuantile } from '../../../stats/quantile.js';
import type { BinningSpec } from '../../values.js';

/** Edges of a binning whose ends are told. */
export function edgesOf(spec: Exclude<BinningSpec, { quantiles: number }>): number[] {
  if ('edges' in spec) return [...spec.edges];
  const { from, to, bins, log } = spec;
  return Array.from({ length: bins + 1 }, (_, i) => {
    if (i === 0 || i === bins) return i === 0 ? from : to;
    return log ? from * (to / from) ** (i / bins) : from + ((to - from) * i) / bins;
  });
}

/** What quantiles are taken of. */
export interface QuantileSource {
  readonly table: EventTable;
  readonly weight?: string | undefined;
  readonly where?: string | undefined;
}

/**
 * The axes of a table. Quantiles hold equal shares of the weight in `sources` together (of the first million rows of each), the
 * smallest and the largest value inside; bins that would be empty are left out.
 */
export async function axesOf(
  binning: Readonly<Record<string, BinningSpec>>,
  sources: readonly QuantileSource[],
): Promise<TableAxis[]> {
  const axes: TableAxis[] = [];
  for (const [column, spec] of Object.entries(binning)) {
    const edges = 'quantiles' in spec ? await quantileEdges(column, spec.quantiles, sources) : edgesOf(spec);
    axes.push({ column, edges });
  }
  return axes;
}

/** Rows that quantiles are taken of, per source: bounded memory. */
const ENOUGH = 1_000_000;

async function quantileEdges(column: string, bins: number, sources: readonly QuantileSource[]): Promise<number[]> {
  const parts: { values: Float64Array; weights: Float64Array }[] = [];
  for (const { table, weight, where } of sources) {
    let rows = 0;
    for await (const { x, w } of table.scan({ x: column, w: weight ?? '1' }, { where, lenient: true })) {
      const kept = Uint32Array.from(x.keys()).filter((i) => Number.isFinite(x[i]) && Number.isFinite(w[i]));
      parts.push({ values: pick(x, kept), weights: pick(w, kept) });
      rows += x.length;
      if (rows >= ENOUGH) break;
    }
  }
  const values = concatenate(parts.map((p) => p.values));
  const inner = weightedQuantile(
    { values, weights: concatenate(parts.map((p) => p.weights)) },
    Array.from({ length: bins - 1 }, (_, i) => (i + 1) / bins),
  );
  const sorted = values.sort();
  const [low, high] = [sorted[0], sorted[sorted.length - 1]];
  // Bins are right-closed: the first edge lies just below the smallest value; where all are 0 there is no scale to go by.
  const edges = [low - (Math.max(Math.abs(low), high - low) || 1) * 1e-12];
  let held = 0;
  for (const edge of [...inner, high]) {
    // Between whole numbers lie edges that no value tells apart.
    const upTo = bisectRight(sorted, edge);
    if (upTo === held) continue;
    edges.push(edge);
    held = upTo;
  }
  return edges;
}

const pick = (values: Float64Array, rows: Uint32Array): Float64Array => Float64Array.from(rows, (row) => values[row]);
