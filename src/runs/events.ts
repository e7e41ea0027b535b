import type { Holder } from './lock.js';
import type { Failure } from './outcome.js';
import type { Prepared } from './prepare.js';

/** What a run tells while it goes on. */
export type RunEvent =
  | { readonly type: 'waiting'; readonly holder: Holder }
  | {
      readonly type: 'checksum';
      readonly file: string;
      readonly bytes: number;
      readonly done: number;
      readonly total: number;
    }
  | { readonly type: 'plan'; readonly tasks: readonly Prepared[]; readonly cached: ReadonlySet<string> }
  /** Some optional tasks failed; the rest goes on without them, as these tasks. */
  | {
      readonly type: 'without';
      readonly failed: readonly string[];
      readonly tasks: readonly Prepared[];
      readonly cached: ReadonlySet<string>;
    }
  | { readonly type: 'started'; readonly task: string }
  | {
      readonly type: 'progress';
      readonly task: string;
      readonly done: number;
      readonly total: number;
      readonly unit?: string | undefined;
    }
  | { readonly type: 'warning'; readonly task: string; readonly message: string; readonly count?: number }
  | { readonly type: 'done'; readonly task: string; readonly seconds: number }
  | { readonly type: 'failed'; readonly task: string; readonly failure: Failure }
  | { readonly type: 'skipped'; readonly task: string; readonly because: string };

export type RunListener = (event: RunEvent) => void;
