#!/usr/bin/env node
import { commandLine } from './command-line.js';

// A reader that has seen enough (`datamc inspect x | head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

await commandLine(process.argv.slice(2));
