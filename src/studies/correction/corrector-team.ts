import { SHARE_ENV, Worker } from 'node:worker_threads';
import { DatamcError } from '../../base/error.js';
import type { Added, Corrector, Coverage } from './corrector.js';
import type { Answer, Request } from './corrector-worker.js';
import type { CorrectorSpec } from './open-corrector.js';

interface Waiting {
  readonly done: (answer: { added: Added; coverage: Coverage }) => void;
  readonly fail: (error: unknown) => void;
}

interface Member {
  readonly worker: Worker;
  /** Blocks that it has not answered for, in order. */
  readonly waiting: Waiting[];
}

/** Below this many rows the start of the threads costs more than they save. */
const WORTHWHILE = 150_000;
/** Reading and writing keep up with about this many. */
const MOST = 8;

/**
 * The same corrector on several threads: ONNX Runtime holds the thread that calls it, so each has its own. Blocks are
 * answered for with the same numbers whatever the number of threads. Node cannot load the TypeScript source in a thread:
 * there, and where there are few rows, the corrector itself is returned.
 */
export function correctorTeam(corrector: Corrector, spec: CorrectorSpec, threads: number, rows: number): Corrector {
  if (threads < 2 || rows < WORTHWHILE || !import.meta.url.endsWith('.js')) return corrector;
  const team = Array.from({ length: Math.min(threads, MOST) }, () => member(spec));
  return {
    columns: corrector.columns,
    define: corrector.define,
    // One block under way and one waiting for each: none is idle while a block is read or written.
    ahead: 2 * team.length,
    async correct(block, coverage) {
      const { worker, waiting } = team.reduce((a, b) => (b.waiting.length < a.waiting.length ? b : a));
      const answer = new Promise<{ added: Added; coverage: Coverage }>((done, fail) => waiting.push({ done, fail }));
      const memory = new Set(Object.values(block).map((values) => values.buffer as ArrayBuffer));
      worker.postMessage(block satisfies Request, [...memory]);
      const { added, coverage: more } = await answer;
      for (const key of Object.keys(more) as (keyof Coverage)[]) coverage[key] += more[key];
      return added;
    },
    async close() {
      await Promise.all(
        team.map(async ({ worker, waiting }) => {
          // After an error blocks may be left: nobody waits for them any more.
          if (waiting.length > 0) return worker.terminate();
          const ended = new Promise((resolve) => worker.once('exit', resolve));
          worker.postMessage('close' satisfies Request);
          return ended;
        }),
      );
    },
  };
}

function member(spec: CorrectorSpec): Member {
  const worker = new Worker(new URL('./corrector-worker.js', import.meta.url), { workerData: spec, env: SHARE_ENV });
  const waiting: Waiting[] = [];
  const failAll = (error: unknown): void => {
    for (const { fail } of waiting.splice(0)) fail(error);
  };
  worker.on('message', (answer: Answer) => {
    const first = waiting.shift();
    if ('added' in answer) return first?.done(answer);
    const { message, data, status } = answer.failed;
    first?.fail(data && status !== undefined ? new DatamcError(data, status) : new Error(message));
  });
  worker.on('error', failAll);
  worker.on('exit', () => failAll(new Error('internal: a thread that corrects rows ended')));
  return { worker, waiting };
}
