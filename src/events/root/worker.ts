import { parentPort, workerData } from 'node:worker_threads';
import { BasketReader } from './basket.js';
import { openBytes } from './byte-source.js';
import { createUnpacker } from './codecs/unpack.js';
import { Memories } from './memory.js';
import type { Result, Task } from './team.js';
import { takePart } from './team.js';

/** From a worker thread: a decoded branch of a task or, without `result`, that it takes no more of it. */
export interface Answer {
  readonly id: number;
  readonly index?: number;
  readonly result?: Result;
}

/** The memory that a result hands over instead of copying it; memory that is used again is shared instead. */
function buffersOf(result: Result): ArrayBuffer[] {
  if (!('columns' in result)) return [];
  return [...result.columns.values()].flatMap((column) => {
    if (column.kind === 'string' || column.kind === 'objects') return [];
    const buffers = [column.values.buffer as ArrayBuffer];
    if (column.kind === 'jagged') buffers.push(column.offsets.buffer as ArrayBuffer);
    return buffers.filter((buffer) => !((buffer as object) instanceof SharedArrayBuffer));
  });
}

const port = parentPort!;
const reader = new BasketReader(openBytes((workerData as { path: string }).path));
const decoder = { reader, unpacker: createUnpacker() };
const memories = new Memories((bytes) => Buffer.from(new SharedArrayBuffer(bytes)));

port.on('message', (task: Task) => {
  const { id, reuse } = task;
  void takePart(task, decoder, memories.of(reuse), (index, result) => {
    port.postMessage({ id, index, result } satisfies Answer, buffersOf(result));
  }).then(() => port.postMessage({ id } satisfies Answer));
});
