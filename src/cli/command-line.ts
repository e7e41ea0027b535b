import { CommanderError } from 'commander';
import { commandError } from './command-error.js';
import { asDatamcError, errorText } from './print-error.js';
import { makeProgram } from './program.js';

/**
 * Do what a command line says: results to stdout, all else to stderr, the outcome in `process.exitCode`. Throws nothing.
 *
 * @param argv the words after `datamc`
 */
export async function commandLine(argv: readonly string[]): Promise<void> {
  const program = makeProgram();
  try {
    if (!argv.length) program.outputHelp();
    else await program.parseAsync([...argv], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) process.exitCode = 0;
    else {
      const ours = error instanceof CommanderError ? commandError(error, program, argv) : asDatamcError(error);
      process.stderr.write(`${errorText(ours.data)}\n`);
      if (argv.includes('--debug')) process.stderr.write(`${ours.stack ?? ''}\n${cause(ours.cause)}`);
      if (argv.includes('--json')) process.stdout.write(`${JSON.stringify({ error: ours.data })}\n`);
      process.exitCode = ours.status;
    }
  }
}

function cause(error: unknown): string {
  return error instanceof Error ? `caused by ${error.stack}\n` : '';
}
