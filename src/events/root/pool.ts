import { setImmediate as nextTurn } from 'node:timers/promises';
import { SHARE_ENV, Worker } from 'node:worker_threads';
import { basketOf } from './basket.js';
import { hasOwnZstd } from './codecs/zstd.js';
import { PlacedDamage } from './damage.js';
import type { Decoder } from './decode.js';
import { decodeBranch } from './decode.js';
import type { Memory } from './memory.js';
import { Memories } from './memory.js';
import type { BranchPlan } from './plan.js';
import type { Result, Task } from './team.js';
import { takePart } from './team.js';
import type { RootColumn } from './types.js';
import type { Answer } from './worker.js';

/** Decodes branches, in large reads on several threads. They start at the first such read and end with close(). */
export interface WorkerPool {
  /** @param reuse the results of the last read with this number may be written over */
  decode(plans: readonly BranchPlan[], from: number, to: number, reuse?: number): Promise<Map<string, RootColumn>>;
  close(): void;
}

/** Packed megabytes that one thread decodes in a second, by compression; 1500 for LZ4 and bare bytes. */
const speeds: Readonly<Record<string, number>> = { ZL: 250, CS: 250, ZS: hasOwnZstd ? 1000 : 450, XZ: 12 };

/**
 * A thread costs some 100 ms of processor time before it is worth its own: reads of fewer milliseconds than this are better done
 * without, on a machine whose cores are not all idle by far.
 */
const enough = 200;

/** Packed bytes on disk of a branch in a range of entries. */
function packedBytes(plan: BranchPlan, from: number, to: number): number {
  const { first, bytes } = plan.baskets;
  let sum = 0;
  for (let i = basketOf(first, from); i < bytes.length && first[i]! < to; i++) sum += bytes[i]!;
  return sum;
}

/** A task under way: results by index, and how many are still to come. */
interface Running {
  readonly task: Task;
  readonly results: Result[];
  left: number;
  readonly done: () => void;
  readonly fail: (error: Error) => void;
}

export function createPool(path: string, decoder: Decoder, threads: number, worthwhile = enough): WorkerPool {
  // Node cannot load the TypeScript source in a thread: there, everything is decoded in this one.
  const helpers = import.meta.url.endsWith('.js') ? threads - 1 : 0;
  const workers: Worker[] = [];
  const memories = new Memories();
  const running = new Map<number, Running>();
  let tasks = 0;
  let closed = false;

  const settle = (id: number, index: number, result: Result): void => {
    const task = running.get(id);
    if (!task) return;
    task.results[index] = result;
    if (--task.left === 0) task.done();
  };
  const failAll = (error: Error): void => {
    for (const task of running.values()) task.fail(error);
  };
  const start = (): Worker => {
    const worker = new Worker(new URL('./worker.js', import.meta.url), { workerData: { path }, env: SHARE_ENV });
    worker.on('message', ({ id, index, result }: Answer) => {
      if (result && index !== undefined) settle(id, index, result);
      // Threads that wait do not keep the process alive.
      else if (running.size === 0) worker.unref();
    });
    worker.on('error', failAll);
    worker.on('exit', () => failAll(new Error(closed ? 'the file was closed' : `a thread reading ${path} ended`)));
    return worker;
  };

  const together = async (
    { plans, from, to, reuse }: Pick<Task, 'plans' | 'from' | 'to' | 'reuse'>,
    memory: Memory,
  ): Promise<readonly Result[]> => {
    const next = new SharedArrayBuffer(4);
    const task: Task = { id: tasks++, plans, from, to, next, ...(reuse === undefined ? {} : { reuse }) };
    const results: Result[] = [];
    try {
      await new Promise<void>((done, fail) => {
        running.set(task.id, { task, results, left: plans.length, done, fail });
        while (workers.length < Math.min(helpers, plans.length - 1)) workers.push(start());
        for (const worker of workers) {
          worker.ref();
          worker.postMessage(task);
        }
        // This thread decodes too; between branches it hears the others and whatever else happens.
        void takePart(task, decoder, memory, (index, result) => settle(task.id, index, result), nextTurn);
      });
    } finally {
      running.delete(task.id);
      if (running.size === 0) for (const worker of workers) worker.unref();
    }
    return results;
  };

  return {
    async decode(plans, from, to, reuse) {
      const memory = memories.of(reuse);
      const sized = plans.map((plan) => ({ plan, bytes: packedBytes(plan, from, to) }));
      const onDisk = sized.filter(({ bytes }) => bytes > 0).sort((a, b) => b.bytes - a.bytes);
      const tag = onDisk[0] ? decoder.reader.compressionOf(onDisk[0].plan, from) : '';
      const cost = onDisk.reduce((sum, { bytes }) => sum + bytes / 1000, 0) / (speeds[tag] ?? 1500);
      const started = workers.length > 0 && cost > 5;
      if (helpers < 1 || onDisk.length < 2 || !(started || cost > worthwhile))
        return new Map(plans.flatMap((plan) => [...decodeBranch(decoder, plan, from, to, memory)]));
      // The largest first, so that no thread is left with one at the end; embedded baskets stay in this thread.
      const columns = new Map(
        sized
          .filter(({ bytes }) => bytes === 0)
          .flatMap(({ plan }) => [...decodeBranch(decoder, plan, from, to, memory)]),
      );
      const results = await together({ plans: onDisk.map(({ plan }) => plan), from, to, reuse }, memory);
      for (const result of results) {
        if ('place' in result) throw new PlacedDamage(result.place);
        if ('message' in result) throw new Error(result.message);
        for (const [name, column] of result.columns) columns.set(name, column);
      }
      return columns;
    },
    close() {
      closed = true;
      for (const worker of workers) void worker.terminate();
    },
  };
}
