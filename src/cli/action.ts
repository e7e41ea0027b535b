import type { Command } from 'commander';
import { globalsOf, type Globals } from './globals.js';
import { openIo, type Io } from './io.js';

/** What a command's handler is given. */
export interface Invocation {
  /** Positional arguments; a variadic one is a list. */
  readonly args: readonly (string | string[] | undefined)[];
  /** The command's own options and the global ones, as commander parsed them. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly globals: Globals;
  readonly io: Io;
  /** Exit status where nothing was thrown, such as 1 after a run with a failed task. */
  exit(status: number): void;
}

/** Makes a commander action of a handler. */
export function action(handler: (invocation: Invocation) => Promise<void>) {
  return async (...parameters: unknown[]): Promise<void> => {
    const command = parameters.pop() as Command;
    parameters.pop();
    const options = command.optsWithGlobals() as Record<string, unknown>;
    const globals = globalsOf(options);
    const io = openIo(globals.json);
    try {
      await handler({
        args: parameters as (string | string[] | undefined)[],
        options,
        globals,
        io,
        exit: (status) => (process.exitCode = status),
      });
    } finally {
      io.status(undefined);
    }
  };
}
