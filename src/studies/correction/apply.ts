import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { userError } from '../../base/error.js';
import type { JsonObject } from '../../base/json.js';
import { emptyFile } from '../../events/file-error.js';
import { openStore, type EventStore } from '../../events/store.js';
import { openSession } from '../../graph/session.js';
import type { ApplyRequest } from '../study.js';
import { tableCorrector } from './apply-table.js';
import { correctBlock, type Coverage } from './corrector.js';
import { warnLeftOut } from './left-out.js';
import { neededDefinitions, readManifest, type Manifest } from './manifest.js';
import { replicaCorrector } from './replicas-file.js';

type Block = Readonly<Record<string, Float64Array>>;
type Added = Record<string, Float64Array | Uint8Array>;

/** Something that adds columns to blocks of rows. */
export interface Corrector {
  readonly columns: readonly string[];
  readonly define: Readonly<Record<string, string>>;
  correct(block: Block, coverage: Coverage): Promise<Added>;
  close(): Promise<void>;
}

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

/** A corrector from `correction.onnx`. */
async function onnxCorrector(file: string, threads: number, replicas: boolean): Promise<Corrector> {
  const model = await readFile(file);
  const manifest: Manifest = readManifest(model, file);
  const session = await openSession(model, { threads });
  const more = replicas
    ? await replicaCorrector(path.join(path.dirname(file), 'replicas.bin'), manifest, threads)
    : undefined;
  return {
    columns: [...manifest.variables, ...manifest.given].map((c) => c.column),
    define: manifest.define,
    async correct(block, coverage) {
      const added = await correctBlock(session, manifest, block, coverage);
      return more ? { ...added, ...(await more.correct(block)) } : added;
    },
    async close() {
      await session.close();
      await more?.close();
    },
  };
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

const ROWS = 65_536;

/**
 * `datamc apply`: every input column and row, in order, with the corrected columns beside them. Values that the map cannot
 * take are passed through with a flag; coverage is returned.
 */
export async function applyCorrection(request: ApplyRequest): Promise<JsonObject> {
  const file = await productFile(request.product);
  if (request.replicas && file.endsWith('.json'))
    throw userError({
      code: 'correction.no-replicas',
      message: 'correction.json holds the band, not the replicas',
      path: file,
      hint: 'apply the run directory, or its products/correction.onnx',
    });
  const corrector = file.endsWith('.json')
    ? await tableCorrector(file)
    : await onnxCorrector(file, Math.max(1, request.jobs), request.replicas);
  const cache = await mkdtemp(path.join(os.tmpdir(), 'datamc-apply-'));
  const store = await openStore({ cache });
  const coverage: Coverage = { rows: 0, corrected: 0, unchanged: 0, extrapolated: 0 };
  try {
    const table = await openInput(store, request, corrector);
    for (const { message, count } of table.warnings) request.warn(message, count);
    warnLeftOut(table.columns, request.warn);
    const total = await table.count();
    if (total === 0) throw emptyFile(request.input, `${request.input} has no rows`);
    const expressions = Object.fromEntries(corrector.columns.map((column, i) => [`x${i}`, column]));
    const { rows } = await table.writeWith(
      request.output,
      expressions,
      async (block) => {
        const added = await corrector.correct(block, coverage);
        request.progress(coverage.rows, total, 'rows');
        return added;
      },
      { rows: ROWS, path: request.input },
    );
    if (coverage.unchanged)
      request.warn('rows outside the domain of the map: passed through unchanged, flag 1', coverage.unchanged);
    if (coverage.extrapolated)
      request.warn('rows outside the range of the training events: corrected, flag 2', coverage.extrapolated);
    return {
      rows,
      coverage: rows ? coverage.corrected / rows : 0,
      corrected: coverage.corrected,
      extrapolated: coverage.extrapolated,
      unchanged: coverage.unchanged,
      output: request.output,
    };
  } finally {
    await corrector.close();
    await store.close();
    await rm(cache, { recursive: true, force: true });
  }
}
