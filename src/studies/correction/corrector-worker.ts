import { parentPort, workerData } from 'node:worker_threads';
import { DatamcError, type ErrorData, type ExitStatus } from '../../base/error.js';
import type { Added, Coverage } from './corrector.js';
import { openCorrector, type CorrectorSpec } from './open-corrector.js';

/** To a thread: a block to correct, or `close`. */
export type Request = Readonly<Record<string, Float64Array>> | 'close';

/** From a thread, for each block in turn. */
export type Answer =
  | { readonly added: Added; readonly coverage: Coverage }
  /** An error of the house loses its class on the way and is made anew. */
  | { readonly failed: { readonly message: string; readonly data?: ErrorData; readonly status?: ExitStatus } };

const port = parentPort!;
const corrector = openCorrector(workerData as CorrectorSpec);
// The failure is reported with the answer to the first block.
corrector.catch(() => undefined);

async function answer(block: Readonly<Record<string, Float64Array>>): Promise<void> {
  try {
    const coverage: Coverage = { rows: 0, corrected: 0, unchanged: 0, extrapolated: 0 };
    const added = await (await corrector).correct(block, coverage);
    const memory = new Set(Object.values(added).map((values) => values.buffer as ArrayBuffer));
    port.postMessage({ added, coverage } satisfies Answer, [...memory]);
  } catch (error) {
    const { message } = error as Error;
    const failed = error instanceof DatamcError ? { message, data: error.data, status: error.status } : { message };
    port.postMessage({ failed } satisfies Answer);
  }
}

let last = Promise.resolve();
port.on('message', (request: Request) => {
  last = last.then(async () => {
    if (request !== 'close') return answer(request);
    await corrector.then((c) => c.close()).catch(() => undefined);
    port.close();
  });
});
