import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { JsonObject } from '../../base/json.js';
import { openStore } from '../../events/store.js';
import { openSession } from '../../graph/session.js';
import { provenanceStamp } from '../../runs/provenance.js';
import type { TaskContext } from '../../runs/task.js';
import { correctBlock, type Coverage } from './corrector.js';
import { warnLeftOut } from './left-out.js';
import { readManifest } from './manifest.js';
import type { PrepareParams } from './prepare.js';

const ROWS = 65_536;

/** Task: the simulation's files with the corrected columns beside their own; every row, in order. */
export async function tupleTask(context: TaskContext): Promise<JsonObject> {
  const { samples, define } = context.params as unknown as Pick<PrepareParams, 'samples' | 'define'>;
  const file = path.join(context.input('products').dir, 'products', 'correction.onnx');
  const model = await readFile(file);
  const manifest = readManifest(model, file);
  const { tree, explode } = samples.simulation;
  const session = await openSession(model, { threads: context.threads });
  const store = await openStore({ cache: context.cache, threads: context.threads });
  const coverage: Coverage = { rows: 0, corrected: 0, unchanged: 0, extrapolated: 0 };
  try {
    const spec = {
      files: context.files,
      ...(tree === undefined ? {} : { tree }),
      ...(explode === undefined ? {} : { explode }),
    };
    const table = await store.open(spec, { define, path: 'samples.simulation' });
    warnLeftOut(table.columns, context.warn);
    const total = await table.count();
    const expressions = Object.fromEntries(
      [...manifest.variables, ...manifest.given].map(({ column }, i) => [`x${i}`, column]),
    );
    await table.writeWith(
      path.join(context.dir, 'simulation.parquet'),
      expressions,
      async (block) => {
        const added = await correctBlock(session, manifest, block, coverage);
        context.progress(coverage.rows, total, 'rows');
        return added;
      },
      { rows: ROWS, metadata: { datamc: provenanceStamp(context.provenance) } },
    );
    return { ...coverage };
  } finally {
    await session.close();
    await store.close();
  }
}
