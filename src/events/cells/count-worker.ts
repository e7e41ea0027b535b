import { parentPort } from 'node:worker_threads';
import { countShare, type Share, type Shared } from './count-share.js';

const port = parentPort!;
/** Answers come in the order of the questions. */
let last: Promise<void> = Promise.resolve();

async function answer(shared: Shared): Promise<void> {
  const share: Share = await countShare(shared);
  port.postMessage(share, 'keys' in share ? [share.keys.buffer as ArrayBuffer, share.sums.buffer as ArrayBuffer] : []);
}

port.on('message', (shared: Shared) => {
  last = last.then(() => answer(shared));
});
