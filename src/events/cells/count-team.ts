import { setImmediate as nextTurn } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { FlatFile } from '../parquet/flat-file.js';
import { Unsuited } from '../parquet/unsuited.js';
import type { CountPlan } from './block-counter.js';
import { mergeGroups, type CellGroups } from './cell-groups.js';
import { countShare, type Share, type Shared } from './count-share.js';

/** Rows for which another thread is worth starting. */
const WORTH_A_THREAD = 1_000_000;

interface Helper {
  readonly worker: Worker;
  /** What it is to count, in order: it answers in the same. */
  readonly waiting: { readonly done: (share: Share) => void; readonly fail: (error: Error) => void }[];
}

/**
 * Threads that count row groups together. They start at the first large count and end with `close`: one that has counted before is
 * faster, since its code is compiled.
 */
export class CountTeam {
  private readonly helpers: Helper[] = [];

  constructor(
    private readonly threads: number,
    private readonly worthwhile = WORTH_A_THREAD,
  ) {}

  /**
   * @param columns those that the chunks of the files are of, in order
   * @throws Unsuited
   */
  async count(
    plan: CountPlan,
    files: readonly FlatFile[],
    columns: readonly string[],
  ): Promise<CellGroups | 'overflow'> {
    const groups = files.reduce((n, file) => n + file.groups.length, 0);
    const rows = files.reduce((n, file) => n + file.groups.reduce((m, group) => m + group.rows, 0), 0);
    // Node cannot load the TypeScript source in a thread: there, this one counts all.
    const compiled = import.meta.url.endsWith('.js');
    const most = compiled ? Math.min(this.threads, groups, Math.ceil(rows / this.worthwhile)) : 1;
    while (this.helpers.length < most - 1) this.start();
    const shared: Shared = { plan, files, columns, next: new SharedArrayBuffer(4) };
    const shares = this.helpers.slice(0, most - 1).map((helper) => ask(helper, shared));
    return together(await Promise.all([...shares, countShare(shared, nextTurn)]), plan.weights.length);
  }

  close(): void {
    for (const { worker } of this.helpers) void worker.terminate();
  }

  private start(): void {
    const worker = new Worker(new URL('./count-worker.js', import.meta.url));
    const helper: Helper = { worker, waiting: [] };
    const { waiting } = helper;
    worker.on('message', (share: Share) => {
      waiting.shift()?.done(share);
      // Threads that wait do not keep the process alive.
      if (waiting.length === 0) worker.unref();
    });
    const fail = (error: Error): void => waiting.splice(0).forEach((each) => each.fail(error));
    worker.on('error', fail);
    worker.on('exit', () => {
      // One that has ended is asked no more.
      this.helpers.splice(this.helpers.indexOf(helper), 1);
      fail(new Error('a thread that counted rows has ended'));
    });
    this.helpers.push(helper);
  }
}

function ask({ worker, waiting }: Helper, shared: Shared): Promise<Share> {
  const share = new Promise<Share>((done, fail) => waiting.push({ done, fail }));
  // An error of this thread, which is told first, must not leave this one unheard.
  share.catch(() => undefined);
  worker.ref();
  worker.postMessage(shared);
  return share;
}

function together(shares: readonly Share[], weights: number): CellGroups | 'overflow' {
  const parts: CellGroups[] = [];
  for (const share of shares) {
    if ('unsuited' in share) throw new Unsuited(share.unsuited);
    if (share.overflow) return 'overflow';
    parts.push(share);
  }
  return mergeGroups(parts, weights);
}
