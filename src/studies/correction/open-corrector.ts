import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { openSession, type Session } from '../../graph/session.js';
import { correctBlock, type Corrector } from './corrector.js';
import { readManifest, type Manifest } from './manifest.js';

/** What a corrector is made from; a thread opens its own. */
export interface CorrectorSpec {
  /** `correction.onnx` or `correction.json`. */
  readonly file: string;
  /** Every replica as well, from `replicas.bin` beside the file. */
  readonly replicas: boolean;
}

/**
 * A corrector that works in this thread.
 *
 * @throws userError `correction.not-a-product`, `correction.no-replicas`
 */
export async function openCorrector(spec: CorrectorSpec): Promise<Corrector> {
  // Loaded where needed: every thread pays for what it loads.
  if (!spec.file.endsWith('.json')) return onnxCorrector(spec);
  const { tableCorrector } = await import('./apply-table.js');
  return tableCorrector(spec.file);
}

async function onnxCorrector({ file, replicas }: CorrectorSpec): Promise<Corrector> {
  const model = await readFile(file);
  const manifest = readManifest(model, file);
  const more = replicas ? await replicasBeside(file, manifest) : undefined;
  // Opened with the first block: where threads do the work, this one needs none.
  let session: Promise<Session> | undefined;
  return {
    columns: [...manifest.variables, ...manifest.given].map((c) => c.column),
    define: manifest.define,
    ahead: 1,
    async correct(block, coverage) {
      session ??= openSession(model, { threads: 1 });
      const added = await correctBlock(await session, manifest, block, coverage);
      return more ? { ...added, ...(await more.correct(block)) } : added;
    },
    async close() {
      await (await session)?.close();
      await more?.close();
    },
  };
}

async function replicasBeside(file: string, manifest: Manifest) {
  const { replicaCorrector } = await import('./replicas-file.js');
  return replicaCorrector(path.join(path.dirname(file), 'replicas.bin'), manifest, 1);
}
