import { parentPort, workerData } from 'node:worker_threads';
import { BasketReader } from './basket.js';
import { openBytes } from './byte-source.js';
import { createUnpacker } from './codecs/unpack.js';
import { PlacedDamage } from './damage.js';
import { decodeBranch } from './decode.js';
import type { Answer, Job } from './pool.js';
import type { RootColumn } from './types.js';

/** The memory that a column hands over instead of copying it. */
const buffersOf = (columns: Map<string, RootColumn>): ArrayBuffer[] =>
  [...columns.values()].flatMap((column) => {
    if (column.kind === 'string' || column.kind === 'objects') return [];
    const buffers = [column.values.buffer as ArrayBuffer];
    return column.kind === 'jagged' ? [...buffers, column.offsets.buffer as ArrayBuffer] : buffers;
  });

const port = parentPort!;
const ready = createUnpacker().then((unpacker) => ({
  reader: new BasketReader(openBytes((workerData as { path: string }).path)),
  unpacker,
}));

port.on('message', (job: Job) => {
  void ready.then((decoder) => {
    try {
      const columns = decodeBranch(decoder, job.plan, job.from, job.to);
      port.postMessage({ id: job.id, columns } satisfies Answer, buffersOf(columns));
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const place = error instanceof PlacedDamage ? { place: error.place } : {};
      port.postMessage({ id: job.id, message, ...place } satisfies Answer);
    }
  });
});
