import { parentPort, workerData } from 'node:worker_threads';
import { countShare, type Shared } from './count-share.js';

const share = await countShare(workerData as Shared);
parentPort?.postMessage(
  share,
  'keys' in share ? [share.keys.buffer as ArrayBuffer, share.sums.buffer as ArrayBuffer] : [],
);
