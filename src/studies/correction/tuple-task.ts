import path from 'node:path';
import type { JsonObject } from '../../base/json.js';
import { openStore } from '../../events/store.js';
import { provenanceStamp } from '../../runs/provenance.js';
import type { TaskContext } from '../../runs/task.js';
import { warnLeftOut } from './left-out.js';
import { openCorrector } from './open-corrector.js';
import type { PrepareParams } from './prepare.js';
import { writeCorrected } from './write-corrected.js';

/** Task: the simulation's files with the corrected columns beside their own; every row, in order. */
export async function tupleTask(context: TaskContext): Promise<JsonObject> {
  const { samples, define } = context.params as unknown as Pick<PrepareParams, 'samples' | 'define'>;
  const { tree, explode } = samples.simulation;
  const spec = { file: path.join(context.input('products').dir, 'products', 'correction.onnx'), replicas: false };
  const corrector = await openCorrector(spec);
  const store = await openStore({ cache: context.cache, threads: context.threads });
  try {
    const sample = {
      files: context.files,
      ...(tree === undefined ? {} : { tree }),
      ...(explode === undefined ? {} : { explode }),
    };
    const table = await store.open(sample, { define, path: 'samples.simulation' });
    warnLeftOut(table.columns, context.warn);
    const coverage = await writeCorrected(table, path.join(context.dir, 'simulation.parquet'), corrector, {
      spec,
      threads: context.threads,
      metadata: { datamc: provenanceStamp(context.provenance) },
      progress: context.progress,
    });
    return { ...coverage };
  } finally {
    await corrector.close();
    await store.close();
  }
}
