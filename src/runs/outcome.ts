import { DatamcError, type ErrorData, type ExitStatus } from '../base/error.js';
import { systemError } from '../base/system-error.js';

/** An error as plain data: it crosses from workers and batch jobs. */
export interface Failure {
  readonly data: ErrorData;
  readonly status: ExitStatus;
  readonly stack?: string;
}

/** What went wrong, as plain data. Anything but a `DatamcError` is a fault of the task. */
export function failureOf(error: unknown, task: string): Failure {
  const known = error instanceof DatamcError ? error : systemError(error);
  if (known) return { data: known.data, status: known.status, ...(known.stack ? { stack: known.stack } : {}) };
  const message = error instanceof Error ? error.message : String(error);
  const data = { code: 'task.crashed', message: firstLine(message) || 'it failed without a message', path: task };
  return { data, status: 1, ...(error instanceof Error && error.stack ? { stack: error.stack } : {}) };
}

/** The error again, with the stack it had where it was thrown. */
export function failureError(failure: Failure): DatamcError {
  const error = new DatamcError(failure.data, failure.status);
  if (failure.stack) error.stack = failure.stack;
  return error;
}

const firstLine = (text: string): string => text.split('\n', 1)[0].trim();
