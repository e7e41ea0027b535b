import { Worker } from 'node:worker_threads';
import { basketOf } from './basket.js';
import type { DamagePlace } from './damage.js';
import { PlacedDamage } from './damage.js';
import type { BranchPlan } from './plan.js';
import type { RootColumn } from './types.js';

/** One branch to decode, and the answer. */
export interface Job {
  readonly id: number;
  readonly plan: BranchPlan;
  readonly from: number;
  readonly to: number;
}
export interface Answer {
  readonly id: number;
  readonly columns?: Map<string, RootColumn>;
  readonly place?: DamagePlace;
  readonly message?: string;
}

/** Decodes branches side by side. Its threads start at the first large read and end with close(). */
export interface WorkerPool {
  /** True if the branches take longer to decode here than to hand out. */
  worthwhile(plans: readonly BranchPlan[], from: number, to: number): boolean;
  decode(plans: readonly BranchPlan[], from: number, to: number): Promise<Map<string, RootColumn>>;
  close(): void;
}

/** Below this many packed bytes starting threads costs more than it saves. */
const enough = 4 << 20;

/** Packed bytes of a branch in a range of entries. */
function packedBytes(plan: BranchPlan, from: number, to: number): number {
  const { first, bytes } = plan.baskets;
  let sum = 0;
  for (let i = basketOf(first, from); i < bytes.length && first[i]! < to; i++) sum += bytes[i]!;
  return sum;
}

interface Waiting {
  readonly job: Job;
  readonly resolve: (columns: Map<string, RootColumn>) => void;
  readonly reject: (error: Error) => void;
}

export function createPool(path: string, threads: number): WorkerPool {
  const script = new URL('./worker.js', import.meta.url);
  // Node cannot load the TypeScript source in a thread: there, everything is decoded in this one.
  const usable = threads > 1 && import.meta.url.endsWith('.js');
  const idle: Worker[] = [];
  const all: Worker[] = [];
  const running = new Map<Worker, Waiting>();
  const queue: Waiting[] = [];
  let next = 0;

  const finish = (worker: Worker, settle: (waiting: Waiting) => void): void => {
    const waiting = running.get(worker);
    running.delete(worker);
    if (waiting) settle(waiting);
  };
  const start = (): Worker => {
    const worker = new Worker(script, { workerData: { path } });
    all.push(worker);
    worker.on('message', (answer: Answer) => {
      finish(worker, ({ resolve, reject }) => {
        if (answer.columns) resolve(answer.columns);
        else reject(answer.place ? new PlacedDamage(answer.place) : new Error(answer.message));
      });
      idle.push(worker);
      pump();
    });
    worker.on('error', (error: Error) => finish(worker, ({ reject }) => reject(error)));
    worker.on('exit', () => {
      all.splice(all.indexOf(worker), 1);
      finish(worker, ({ reject }) => reject(new Error(`a thread reading ${path} ended`)));
    });
    return worker;
  };
  const pump = (): void => {
    while (queue.length > 0) {
      const worker = idle.pop() ?? (all.length < threads ? start() : undefined);
      if (!worker) return;
      const waiting = queue.shift()!;
      running.set(worker, waiting);
      // An idle pool does not keep the process alive.
      worker.ref();
      worker.postMessage(waiting.job);
    }
    for (const worker of idle) worker.unref();
  };

  return {
    worthwhile(plans, from, to) {
      if (!usable || plans.length < 2) return false;
      let sum = 0;
      return plans.some((plan) => (sum += packedBytes(plan, from, to)) > enough);
    },
    async decode(plans, from, to) {
      const sized = plans.map((plan) => ({ plan, bytes: packedBytes(plan, from, to) }));
      // The largest first, so that no thread is left with one at the end.
      sized.sort((a, b) => b.bytes - a.bytes);
      const parts = await Promise.all(
        sized.map(
          ({ plan }) =>
            new Promise<Map<string, RootColumn>>((resolve, reject) => {
              queue.push({ job: { id: next++, plan, from, to }, resolve, reject });
              pump();
            }),
        ),
      );
      return new Map(parts.flatMap((part) => [...part]));
    },
    close() {
      for (const worker of all) void worker.terminate();
    },
  };
}
