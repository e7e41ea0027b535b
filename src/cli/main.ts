#!/usr/bin/env node
import { CommanderError } from 'commander';
import { asDatamcError, errorText } from './print-error.js';
import { makeProgram } from './program.js';

const argv = process.argv.slice(2);
const wants = (flag: string): boolean => argv.includes(flag);

// A reader that has seen enough (`datamc inspect x | head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

try {
  const program = makeProgram();
  if (!argv.length) program.outputHelp();
  else await program.parseAsync(argv, { from: 'user' });
} catch (error) {
  if (error instanceof CommanderError && error.exitCode === 0) process.exitCode = 0;
  else {
    const ours = asDatamcError(error);
    process.stderr.write(`${errorText(ours.data)}\n`);
    if (wants('--debug')) process.stderr.write(`${ours.stack ?? ''}\n${cause(ours.cause)}`);
    if (wants('--json')) process.stdout.write(`${JSON.stringify({ error: ours.data })}\n`);
    process.exitCode = ours.status;
  }
}

function cause(error: unknown): string {
  return error instanceof Error ? `caused by ${error.stack}\n` : '';
}
