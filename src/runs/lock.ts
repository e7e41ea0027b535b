import { link, readFile, rename, unlink, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { DatamcError, userError } from '../base/error.js';
import { temporaryName } from './files.js';
import { alive, startOf } from './process.js';

/** Who writes into a run directory. */
export interface Holder {
  readonly pid: number;
  readonly start: string;
  readonly host: string;
  readonly since: string;
  readonly token: string;
}

export interface LockOptions {
  /** Wait for the other one (default), or fail at once, naming it. */
  readonly wait?: boolean;
  /** Told once, when there is somebody to wait for. */
  readonly onWait?: (holder: Holder) => void;
  readonly signal?: AbortSignal;
  readonly pollMs?: number;
}

/**
 * Become the only writer. A lock left by a process of this host that has ended is taken over.
 *
 * @returns a function that gives the lock back
 * @throws userError `run.locked` with `wait: false`, naming process, host and time
 */
export async function takeLock(file: string, options: LockOptions = {}): Promise<() => Promise<void>> {
  const mine: Holder = {
    pid: process.pid,
    start: startOf(process.pid) ?? '?',
    host: hostname(),
    since: new Date().toISOString(),
    token: randomUUID(),
  };
  let told = false;
  for (;;) {
    const other = await tryLock(file, mine);
    if (!other) break;
    if (options.wait === false) throw locked(file, other);
    if (!told) options.onWait?.(other);
    told = true;
    if (options.signal?.aborted) {
      throw new DatamcError({ code: 'run.interrupted', message: 'interrupted while waiting for another run' }, 130);
    }
    await sleep(options.pollMs ?? 500, undefined, options.signal ? { signal: options.signal } : {}).catch(() => {});
  }
  return async () => {
    if ((await readHolder(file))?.token === mine.token) await unlink(file);
  };
}

/** Who holds a lock, if anybody living does. */
export async function lockHolder(file: string): Promise<Holder | undefined> {
  const holder = await readHolder(file);
  return holder && !stale(holder) ? holder : undefined;
}

async function tryLock(file: string, mine: Holder): Promise<Holder | undefined> {
  // Written aside and linked into place: nobody ever sees a lock without its holder.
  const aside = temporaryName(file);
  await writeFile(aside, JSON.stringify(mine));
  try {
    try {
      await link(aside, file);
      return undefined;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const other = await readHolder(file);
    if (!other) return tryLock(file, mine); // given back in between
    if (!stale(other)) return other;
    // Only who holds the lock on this stale lock may replace it; two waiters cannot both take it over.
    const over = `${file}.${other.token}`;
    const rival = await tryLock(over, mine);
    if (rival) return rival;
    try {
      const now = await readHolder(file);
      if (now?.token !== other.token) return now ?? other;
      await rename(aside, file);
      return undefined;
    } finally {
      await unlink(over);
    }
  } finally {
    await unlink(aside).catch(() => {});
  }
}

const damaged: Holder = { pid: 0, start: '', host: '', since: '', token: 'damaged' };

const stale = (holder: Holder): boolean =>
  holder.token === damaged.token || (holder.host === hostname() && !alive(holder.pid, holder.start));

async function readHolder(file: string): Promise<Holder | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as Holder;
  } catch {
    return damaged; // a lock is whole from its birth on: this one went through a crash of the machine
  }
}

/** `process 4711 on vm since 2026-11-24 04:00:00 UTC` */
export const describeHolder = (holder: Holder): string =>
  `process ${holder.pid} on ${holder.host} since ${holder.since.slice(0, 19).replace('T', ' ')} UTC`;

const locked = (file: string, holder: Holder) =>
  userError({
    code: 'run.locked',
    message: `another run writes into this directory: ${describeHolder(holder)}`,
    path: file,
    hint: 'leave --no-wait out to wait for it; if that process is gone for good, remove the lock file',
  });
