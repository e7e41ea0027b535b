import type { JsonObject } from '../../../base/json.js';
import { withTemporaryStore } from '../../../events/temporary-store.js';
import { abcdOfSums, regionOf, weightIn, type AbcdOptions, type Region } from '../../../fit/abcd.js';
import { weightColumn } from '../../../fit/weight-columns.js';
import { openFiles, type FileOptions, type FileSample } from './open-files.js';

export interface AbcdWeightsOptions extends FileSample, FileOptions, AbcdOptions {
  /** Two conditions that are independent of each other in background. */
  readonly first: string;
  readonly second: string;
  readonly out: string;
}

/**
 * Background subtraction by two selections, as columns of weights: reads the file twice, once to count the regions, and writes
 * every row and column with `sWeight_nominal`, `sWeight_transfer_up` and `sWeight_transfer_down`. Rows that fail `select` or have no
 * weight get 0.
 *
 * @throws userError `fit.abcd` where a control region has no background
 * @example await abcdWeights({ files: ['taus.root'], first: 'isolation < 0.1', second: 'thrust > 0.9', out: 'weighted.parquet' })
 */
export async function abcdWeights(options: AbcdWeightsOptions): Promise<JsonObject> {
  const { first, second, weight, out, warn } = options;
  return withTemporaryStore(options.jobs, async (store) => {
    // The selection is a column here: rows that fail it stay in the output.
    const table = await openFiles(store, { ...options, select: undefined }, options, 'IN');
    const { select } = options;
    for (const [at, cut] of Object.entries({ first, second, select }))
      if (cut !== undefined) table.check(cut, at, 'condition');
    const expressions = {
      first: asNumber(first),
      second: asNumber(second),
      kept: select === undefined ? '1' : asNumber(select),
      weight: weight ?? '1',
    };
    const sums: Record<Region, number> = { A: 0, B: 0, C: 0, D: 0 };
    const squares: Record<Region, number> = { A: 0, B: 0, C: 0, D: 0 };
    const counted = { rows: 0, cut: 0, missing: 0 };
    for await (const block of table.scan(expressions)) {
      for (let e = 0; e < block['first'].length; e++) {
        counted.rows++;
        const w = block['weight'][e];
        if (block['kept'][e] !== 1) counted.cut++;
        else if (!Number.isFinite(w)) counted.missing++;
        else {
          const region = regionOf(block['first'][e] === 1, block['second'][e] === 1);
          sums[region] += w;
          squares[region] += w * w;
        }
      }
    }
    if (counted.missing) warn?.('rows whose weight is not finite: weight 0', counted.missing);
    const found = abcdOfSums({ sums, squares }, options);
    await table.writeWith(out, expressions, (block) => {
      const { first: a, second: b, kept, weight: own } = block;
      const columns = Object.entries(found.weights).map(([variant, of]) => [
        weightColumn(variant),
        a.map((_, e) =>
          kept[e] === 1 && Number.isFinite(own[e]) ? own[e] * weightIn(of, regionOf(a[e] === 1, b[e] === 1)) : 0,
        ),
      ]);
      return Object.fromEntries(columns) as Record<string, Float64Array>;
    });
    const { transfer, signal, background, counts } = found;
    return { ...counted, signal, background, transfer, counts, out };
  });
}

/** A condition as 0 or 1. */
export const asNumber = (condition: string): string => `(${condition}) ? 1 : 0`;
