import { userError } from '../../../base/error.js';
import type { JsonObject } from '../../../base/json.js';
import type { EventStore, EventTable } from '../../../events/store.js';
import { withTemporaryStore } from '../../../events/temporary-store.js';
import { pick } from '../../../fit/component.js';
import { classifierSPlot, type SpeciesSample } from '../../../models/classifier-splot.js';
import { seedKey } from '../../../stats/key.js';
import { asNumber } from './abcd-weights.js';
import { both } from '../both.js';
import { openFiles, type FileOptions, type FileSample } from './open-files.js';

export interface ClassifierWeightsOptions extends FileOptions {
  readonly data: FileSample;
  readonly signal: FileSample;
  readonly backgrounds: readonly (FileSample & { readonly name: string })[];
  /** Kinematic variables, none of identification: columns or expressions. */
  readonly features: readonly string[];
  /** Variables that the output must not depend on in any species: what the weights are for. */
  readonly controls?: readonly string[] | undefined;
  readonly select?: string | undefined;
  readonly out: string;
  readonly seed?: number | undefined;
  readonly folds?: number | undefined;
  readonly bins?: number | undefined;
  /** Bootstrap replicas of the templates, as columns. */
  readonly replicas?: number | undefined;
  readonly epochs?: number | undefined;
}

/**
 * sWeights of a sample without a mass peak, in the output of a classifier (see `classifierSPlot`): writes every row and
 * column of the data with the output (`sWeight_output`) and the columns of weights. Rows that fail the cut or lack a feature have weight 0.
 *
 * @throws userError `pid.features` where there are none
 * @example await classifierWeights({ data, signal, backgrounds: [{ name: 'qqbar', files: ['qq.root'] }], features: ['thrust', 'pt'], controls: ['electronID'], out: 'weighted.parquet' })
 */
export async function classifierWeights(options: ClassifierWeightsOptions): Promise<JsonObject> {
  const { features, out, seed = 1, folds, bins, replicas, epochs, warn } = options;
  if (features.length === 0)
    throw userError({ code: 'pid.features', message: 'there are no features', expected: 'kinematic variables' });
  return withTemporaryStore(options.jobs, async (store) => {
    const signal = await species(store, 'signal', options.signal, options);
    const backgrounds: SpeciesSample[] = [];
    for (const b of options.backgrounds) backgrounds.push(await species(store, b.name, b, options));
    const { table, rows, columns, weights, count } = await recorded(store, options);
    const found = await classifierSPlot(
      signal,
      backgrounds,
      { features: columns, ...(weights ? { weights } : {}) },
      {
        key: seedKey(seed).split('classifier weights'),
        folds,
        bins,
        replicas,
        ...(epochs ? { epochs } : {}),
        threads: 1,
      },
    );
    for (const reason of found.reasons) warn?.(`the weights may not be trusted: ${reason}`);
    const full = (values: Float64Array, none: number): Float64Array => {
      const column = new Float64Array(count).fill(none);
      rows.forEach((row, i) => (column[row] = values[i]));
      return column;
    };
    const written = {
      ...Object.fromEntries(Object.entries(found.columns).map(([name, w]) => [name, full(w, 0)])),
      sWeight_output: full(found.output, Number.NaN),
    };
    await table.writeWith(out, { any: '1' }, ({ any }, first) =>
      Object.fromEntries(Object.entries(written).map(([name, c]) => [name, c.slice(first, first + any.length)])),
    );
    const { nominal } = found.variants;
    return {
      rows: count,
      weighted: rows.length,
      yields: { ...nominal.yields },
      valid: found.valid,
      reasons: [...found.reasons],
      checks: nominal.checks.map((c) => c.message),
      columns: Object.keys(written),
      out,
    };
  });
}

async function species(
  store: EventStore,
  name: string,
  sample: FileSample,
  options: ClassifierWeightsOptions,
): Promise<SpeciesSample> {
  const { features, controls = [], select, warn } = options;
  const table = await openFiles(store, { ...sample, select: both(sample.select, select) }, options, name);
  const read = await table.read(
    {
      ...Object.fromEntries(features.map((f, i) => [`f${i}`, f])),
      ...Object.fromEntries(controls.map((c, i) => [`c${i}`, c])),
      ...(sample.weight === undefined ? {} : { w: sample.weight }),
    },
    { path: name },
  );
  const all = Object.values(read);
  const rows = Uint32Array.from([...all[0].keys()].filter((e) => all.every((c) => Number.isFinite(c[e]))));
  if (rows.length < all[0].length) warn?.(`${name}: rows without a value are left out`, all[0].length - rows.length);
  return {
    name,
    features: features.map((_, i) => pick(read[`f${i}`], rows)),
    controls: Object.fromEntries(controls.map((c, i) => [c, pick(read[`c${i}`], rows)])),
    ...(sample.weight === undefined ? {} : { weights: pick(read['w'], rows) }),
  };
}

/** Features of the data's usable rows, and which these are among all. */
async function recorded(store: EventStore, options: ClassifierWeightsOptions) {
  const { data, features, select, warn } = options;
  const cut = both(data.select, select);
  const bare = { ...data, select: undefined };
  const table: EventTable = await openFiles(store, bare, options, 'data');
  if (cut !== undefined) table.check(cut, 'select', 'condition');
  const read = await table.read(
    {
      ...Object.fromEntries(features.map((f, i) => [`f${i}`, f])),
      kept: cut === undefined ? '1' : asNumber(cut),
      ...(data.weight === undefined ? {} : { w: data.weight }),
    },
    { path: 'data' },
  );
  const { kept, ...others } = read;
  const all = Object.values(others);
  const rows = Uint32Array.from(
    [...kept.keys()].filter((e) => kept[e] === 1 && all.every((c) => Number.isFinite(c[e]))),
  );
  const failed = kept.reduce((n, v) => n + (v === 1 ? 0 : 1), 0);
  if (kept.length - failed > rows.length)
    warn?.('data: rows without a value have weight 0', kept.length - failed - rows.length);
  if (failed) warn?.('data: rows that fail the cut have weight 0', failed);
  return {
    table,
    rows,
    count: kept.length,
    columns: features.map((_, i) => pick(read[`f${i}`], rows)),
    weights: data.weight === undefined ? undefined : pick(read['w'], rows),
  };
}
