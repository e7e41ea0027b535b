import type { Command } from 'commander';
import { userError } from '../base/error.js';
import { checkPlace } from '../base/make-folder.js';
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

/**
 * The arguments, with `--out` in the place of `<out>` where that was left out.
 *
 * @throws userError `cli.out` where neither or both are there
 */
function outArgument(command: Command, args: Invocation['args'], out: string | undefined): Invocation['args'] {
  const place = command.registeredArguments.findIndex((argument) => argument.name() === 'out');
  if (place < 0 || (out === undefined) !== (args[place] === undefined)) {
    return place < 0 || out === undefined ? args : args.map((given, i) => (i === place ? out : given));
  }
  throw userError({
    code: 'cli.out',
    message: out === undefined ? 'where should the outcome go?' : 'two places are named for the outcome',
    ...(out === undefined ? {} : { got: `${String(args[place])} and --out ${out}` }),
    expected: command.registeredArguments.map((argument) => argument.name().toUpperCase()).join(' '),
    hint: 'the last argument, or --out',
  });
}

/** Options that name a file or folder to write. */
const PLACES = ['out', 'sweights', 'figures', 'write', 'writeSysvar', 'schema'];

/** Refuses places that cannot be written before any work is done. */
async function checkPlaces(command: Command, args: Invocation['args'], options: Invocation['options']): Promise<void> {
  const out = args[command.registeredArguments.findIndex((argument) => argument.name() === 'out')];
  for (const place of [out, ...PLACES.map((name) => options[name])])
    if (typeof place === 'string') await checkPlace(place);
}

/** Makes a commander action of a handler. */
export function action(handler: (invocation: Invocation) => Promise<void>) {
  return async (...parameters: unknown[]): Promise<void> => {
    const command = parameters.pop() as Command;
    parameters.pop();
    const options = command.optsWithGlobals() as Record<string, unknown>;
    const globals = globalsOf(options);
    const io = openIo(globals.json, globals.quick);
    try {
      const args = outArgument(command, parameters as (string | string[] | undefined)[], globals.out);
      await checkPlaces(command, args, options);
      await handler({
        args,
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
