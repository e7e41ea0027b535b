import { Command } from 'commander';
import { version } from '../base/version.js';
import { addGlobals } from './globals.js';
import { register as apply } from './apply.js';
import { register as check } from './check.js';
import { register as convert } from './convert.js';
import { register as demo } from './demo.js';
import { register as explain } from './explain.js';
import { register as inspect } from './inspect.js';
import { register as pid } from './pid.js';
import { register as plot } from './plot.js';
import { register as run } from './run.js';
import { register as task } from './task.js';

/** The command line: every command registers itself; the global options are the same everywhere. */
export function makeProgram(): Command {
  const program = new Command('datamc')
    .description('brings simulation and data into agreement, and says how well')
    .version(version)
    .exitOverride()
    .configureOutput({ outputError: () => {} })
    .addHelpText('after', '\nBegin with: datamc demo correction');
  for (const register of [run, demo, check, inspect, convert, plot, apply, pid, explain, task]) register(program);
  addGlobals(program);
  return program;
}
