import type { Reporter } from './execute.js';
import type { Job } from './prepare.js';

/** Somewhere to do tasks. All of them leave the same bytes in the cache. */
export interface Executor {
  readonly name: string;
  /** Tasks started at once: `jobs` counts threads, `all` leaves the queueing to somebody else. */
  readonly capacity: number | 'all';
  /** Do one task; resolves when its outcome is in the cache, rejects with what went wrong. */
  run(job: Job, report: Reporter): Promise<void>;
  /** Stop everything, running tasks included. */
  close(): Promise<void>;
}
