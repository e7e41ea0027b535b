import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll } from 'vitest';
import { DatamcError, type ErrorData } from '../../../src/base/error.js';
import { openStore, type EventStore } from '../../../src/events/store.js';

/** A directory and a store for one test file. */
export async function scratch(): Promise<{
  dir: string;
  store: EventStore;
  file(name: string, content: string | Uint8Array): string;
}> {
  const dir = mkdtempSync(path.join(tmpdir(), 'datamc-events-'));
  const store = await openStore({ cache: path.join(dir, 'cache'), threads: 2 });
  afterAll(async () => {
    await store.close();
    rmSync(dir, { recursive: true, force: true });
  });
  const file = (name: string, content: string | Uint8Array): string => {
    const full = path.join(dir, name);
    writeFileSync(full, content);
    return full;
  };
  return { dir, store, file };
}

/** The data of the user error that some work ends in. */
export async function userErrorOf(work: () => Promise<unknown>): Promise<ErrorData> {
  try {
    await work();
  } catch (error) {
    if (error instanceof DatamcError && error.status === 2) return error.data;
    throw error;
  }
  throw new Error('no error');
}
