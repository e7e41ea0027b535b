import { setImmediate as nextTurn } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { FlatFile } from '../parquet/flat-file.js';
import { Unsuited } from '../parquet/unsuited.js';
import type { CountPlan } from './block-counter.js';
import { mergeGroups, type CellGroups } from './cell-groups.js';
import { countShare, type Share, type Shared } from './count-share.js';

/** Rows for which another thread is worth starting. */
const WORTH_A_THREAD = 1_000_000;

/** Counts row groups, which threads take one after the other from a common list. @throws Unsuited */
export async function countTogether(
  plan: CountPlan,
  files: readonly FlatFile[],
  columns: readonly string[],
  threads: number,
  worthwhile = WORTH_A_THREAD,
): Promise<CellGroups | 'overflow'> {
  const groups = files.reduce((n, file) => n + file.groups.length, 0);
  const rows = files.reduce((n, file) => n + file.groups.reduce((m, group) => m + group.rows, 0), 0);
  // Node cannot load the TypeScript source in a thread: there, this one counts all.
  const most = import.meta.url.endsWith('.js') ? Math.min(threads, groups, Math.ceil(rows / worthwhile)) : 1;
  const shared: Shared = { plan, files, columns, next: new SharedArrayBuffer(4) };
  const workers = Array.from({ length: most - 1 }, () => startWorker(shared));
  try {
    // An error here must not leave those of the workers unheard.
    const results = await Promise.all([...workers.map((w) => w.share), countShare(shared, nextTurn)]);
    return together(results, plan.weights.length);
  } finally {
    for (const { worker } of workers) void worker.terminate();
  }
}

function startWorker(shared: Shared): { worker: Worker; share: Promise<Share> } {
  const worker = new Worker(new URL('./count-worker.js', import.meta.url), { workerData: shared });
  const share = new Promise<Share>((done, fail) => {
    worker.once('message', done);
    worker.once('error', fail);
    worker.once('exit', () => fail(new Error('a thread that counted rows has ended')));
  });
  share.catch(() => undefined);
  return { worker, share };
}

function together(shares: readonly Share[], weights: number): CellGroups | 'overflow' {
  const parts: CellGroups[] = [];
  for (const share of shares) {
    if ('unsuited' in share) throw new Unsuited(share.unsuited);
    parts.push(share);
  }
  return shares.some((share) => 'overflow' in share && share.overflow) ? 'overflow' : mergeGroups(parts, weights);
}
