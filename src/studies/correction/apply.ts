import { stat } from 'node:fs/promises';
import path from 'node:path';
import { userError } from '../../base/error.js';
import type { JsonObject } from '../../base/json.js';
import { emptyFile } from '../../events/file-error.js';
import type { EventStore } from '../../events/store.js';
import { withTemporaryStore } from '../../events/temporary-store.js';
import { neededDefinitions } from '../needed-definitions.js';
import type { ApplyRequest } from '../study.js';
import type { Corrector } from './corrector.js';
import { warnLeftOut } from './left-out.js';
import { openCorrector } from './open-corrector.js';
import { writeCorrected } from './write-corrected.js';

/** The product file that a path names: itself, or the map of a run directory. */
async function productFile(product: string): Promise<string> {
  if (!(await stat(product)).isDirectory()) return product;
  const file = path.join(product, 'products', 'correction.onnx');
  const there = await stat(file).catch(() => undefined);
  if (there) return file;
  throw userError({
    code: 'correction.unfinished',
    message: 'this run has no products yet',
    path: product,
    hint: 'finish it: datamc run STUDY.yaml',
  });
}

/** Opens the input with those definitions that its columns need and that it does not bring itself. */
async function openInput(store: EventStore, { input, tree }: ApplyRequest, corrector: Corrector) {
  const spec = { files: [input], ...(tree === undefined ? {} : { tree }) };
  const bare = await store.open(spec, { path: 'IN' });
  const brought = new Set(bare.columns.map((c) => c.name));
  const missing = Object.fromEntries(Object.entries(corrector.define).filter(([name]) => !brought.has(name)));
  const wanted = corrector.columns.filter((name) => !brought.has(name));
  return store.open(spec, { define: neededDefinitions(missing, wanted), path: 'IN' });
}

/**
 * `datamc apply`: every input column and row, in order, with the corrected columns beside them. Values that the map cannot
 * take are passed through with a flag; coverage is returned.
 */
export async function applyCorrection(request: ApplyRequest): Promise<JsonObject> {
  const { replicas, jobs, output } = request;
  const file = await productFile(request.product);
  if (replicas && file.endsWith('.json'))
    throw userError({
      code: 'correction.no-replicas',
      message: 'correction.json holds the band, not the replicas',
      path: file,
      hint: 'apply the run directory, or its products/correction.onnx',
    });
  const spec = { file, replicas };
  const corrector = await openCorrector(spec);
  try {
    return await withTemporaryStore(jobs, async (store) => {
      const table = await openInput(store, request, corrector);
      for (const { message, count } of table.warnings) request.warn(message, count);
      warnLeftOut(table.columns, request.warn);
      if ((await table.about()) === 0) throw emptyFile(request.input, `${request.input} has no rows`);
      const { rows, corrected, unchanged, extrapolated } = await writeCorrected(table, output, corrector, {
        spec,
        threads: jobs,
        path: request.input,
        progress: request.progress,
      });
      if (unchanged) request.warn('rows outside the domain of the map: passed through unchanged, flag 1', unchanged);
      if (extrapolated) request.warn('rows outside the range of the training events: corrected, flag 2', extrapolated);
      return { rows, coverage: rows ? corrected / rows : 0, corrected, extrapolated, unchanged, output };
    });
  } finally {
    await corrector.close();
  }
}
