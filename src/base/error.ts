/**
 * Errors are data: what went wrong, where, what was got and expected, and the way out.
 * The command line prints them in two lines and exits with `status`; nothing is lost on the way.
 */
export interface ErrorData {
  /** Stable, dotted, lower-case: `events.unknown-column`. */
  readonly code: string;
  /** One sentence, lower-case, no full stop: `unknown column "kaonId"`. */
  readonly message: string;
  /** Where: a file, a key of the study file (`samples.data.select`), a line and column. */
  readonly path?: string | undefined;
  readonly got?: string | undefined;
  readonly expected?: string | undefined;
  /** The way out: a near match, the command to run next. */
  readonly hint?: string | undefined;
}

/** Exit status: 2 if the user can mend it, 1 if a task failed, 130 if interrupted. */
export type ExitStatus = 1 | 2 | 130;

export class DatamcError extends Error {
  readonly data: ErrorData;
  readonly status: ExitStatus;

  constructor(data: ErrorData, status: ExitStatus, options?: ErrorOptions) {
    super(data.message, options);
    this.name = 'DatamcError';
    this.data = data;
    this.status = status;
  }
}

/** An error the user can mend: bad input, unknown key or column, unreadable file. Exit status 2. */
export const userError = (data: ErrorData, options?: ErrorOptions): DatamcError => new DatamcError(data, 2, options);

/** A failure of the work itself: training diverged, budget used up. Exit status 1. */
export const taskError = (data: ErrorData, options?: ErrorOptions): DatamcError => new DatamcError(data, 1, options);
