import { stat } from 'node:fs/promises';
import path from 'node:path';
import { userError } from '../../base/error.js';
import type { JsonObject } from '../../base/json.js';
import { withTemporaryStore } from '../../events/temporary-store.js';
import { openApplyInput } from '../apply-input.js';
import type { ApplyRequest } from '../study.js';
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
      const { define, columns: used } = corrector;
      const { table } = await openApplyInput(store, request, { define, used });
      warnLeftOut(table.columns, request.warn);
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
