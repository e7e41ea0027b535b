import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { openStore, type EventStore } from './store.js';

/**
 * Does work with a store of event tables whose cache goes away after it, whatever happens.
 *
 * @example await withTemporaryStore(2, async (store) => (await store.open({ files: ['data.root'] })).about())
 */
export async function withTemporaryStore<T>(
  threads: number | undefined,
  work: (store: EventStore) => Promise<T>,
): Promise<T> {
  const cache = await mkdtemp(path.join(os.tmpdir(), 'datamc-events-'));
  try {
    const store = await openStore({ cache, temporary: true, threads });
    try {
      return await work(store);
    } finally {
      await store.close();
    }
  } finally {
    await rm(cache, { recursive: true, force: true });
  }
}
