import type { JsonObject } from '../../../base/json.js';
import type { EventTable } from '../../../events/store.js';
import { withTemporaryStore } from '../../../events/temporary-store.js';
import { weightColumns } from '../../../fit/weight-columns.js';
import { readWeights, type SavedWeights } from '../../../formats/weights-file.js';
import { openApplyInput } from '../../apply-input.js';
import type { ApplyRequest } from '../../study.js';

export interface WeightCoverage {
  readonly rows: number;
  /** Rows that have a weight: inside the range, and passing the cut of the fit. */
  readonly weighted: number;
  readonly outside: number;
  readonly missing: number;
  readonly cut: number;
}

/**
 * Adds the columns `sWeight_<variant>` to every row, in blocks. Rows outside the range of the fit, without a value of
 * its variable, or that fail its cut, have weight 0 and are counted.
 */
export async function writeWeighted(
  table: EventTable,
  output: string,
  saved: SavedWeights,
  options: {
    components?: boolean;
    path?: string;
    metadata?: Readonly<Record<string, string>>;
    /** End of the columns' names: `_v1` makes `sWeight_nominal_v1`. */
    suffix?: string;
    progress?(done: number, total: number, unit?: string): void;
  } = {},
): Promise<WeightCoverage> {
  const coverage = { rows: 0, weighted: 0, outside: 0, missing: 0, cut: 0 };
  const total = await table.about();
  const [low, high] = saved.variants['nominal'].range;
  table.check(saved.variable, options.path);
  if (saved.select !== undefined) table.check(saved.select, options.path, 'condition');
  const expressions = {
    x: saved.variable,
    ...(saved.select === undefined ? {} : { kept: `(${saved.select}) ? 1 : 0` }),
    ...(saved.weight === undefined ? {} : { weight: saved.weight }),
  };
  const add = (block: Record<string, Float64Array>): Record<string, Float64Array> => {
    const { x, kept, weight } = block;
    for (let e = 0; e < x.length; e++) {
      if (kept && kept[e] !== 1) {
        coverage.cut++;
        x[e] = NaN;
      } else if (Number.isNaN(x[e]) || (weight && !Number.isFinite(weight[e]))) {
        coverage.missing++;
        x[e] = NaN;
      } else if (x[e] >= low && x[e] <= high) coverage.weighted++;
      else coverage.outside++;
    }
    coverage.rows += x.length;
    options.progress?.(coverage.rows, total, 'rows');
    const columns = weightColumns(saved.variants, x, { weights: weight, components: options.components });
    const { suffix = '' } = options;
    return Object.fromEntries(Object.entries(columns).map(([name, values]) => [`${name}${suffix}`, values]));
  };
  await table.writeWith(output, expressions, add, { path: options.path, metadata: options.metadata });
  return coverage;
}

/** `datamc apply weights/<mode>.json IN OUT`; with `replicas` every component's weights too. */
export async function applyWeights(request: ApplyRequest): Promise<JsonObject> {
  const { product, output, jobs } = request;
  const saved = await readWeights(product);
  return withTemporaryStore(jobs, async (store) => {
    const used = [saved.variable, saved.select, saved.weight].filter((text) => text !== undefined);
    const { table } = await openApplyInput(store, request, { define: saved.define, used });
    const { replicas: components, input: from, progress } = request;
    const found = await writeWeighted(table, output, saved, { components, path: from, progress });
    const { rows, weighted, outside, missing, cut } = found;
    if (outside) request.warn(`rows outside the range of ${saved.variable}: weight 0`, outside);
    if (missing) request.warn(`rows without a value of ${saved.variable} or of the event weight: weight 0`, missing);
    if (cut) request.warn(`rows that fail the cut of the fit, ${saved.select}: weight 0`, cut);
    return { rows, coverage: rows ? weighted / rows : 0, weighted, outside, missing, cut, output };
  });
}
