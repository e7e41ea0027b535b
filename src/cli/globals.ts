import { Option, type Command } from 'commander';
import { availableParallelism } from 'node:os';
import { positiveInteger, seed as parseSeed } from './options.js';

/** Options that every command takes. */
export interface Globals {
  readonly quick: boolean;
  readonly seed?: number;
  readonly jobs: number;
  /** Whether `--jobs` was given. */
  readonly jobsGiven: boolean;
  readonly executor: 'local' | 'slurm' | 'inline';
  readonly out?: string;
  readonly json: boolean;
  readonly debug: boolean;
}

/** Entries that `--quick` reads of each sample. */
const FEW = 20_000;

/**
 * `--quick` of a command that has something to leave out. Those that look into files, turn one format into another or write a value
 * beside every row take it too, so that it can be said to any, and stamp what they tell.
 *
 * @param what is left out; by default entries, see `quickEntries`
 */
export const quickOption = (what = 'only the first 20 000 entries of each sample'): Option =>
  new Option('--quick', `${what}; stamped on what is drawn and told`);

/** With `--quick`, so many entries; undefined: all. */
export const quickEntries = (quick: boolean): number | undefined => (quick ? FEW : undefined);

const options = (): Option[] => [
  quickOption('nothing to leave out here'),
  new Option('--seed <n>', 'fixes every random number; the study file names it otherwise').argParser(parseSeed),
  new Option('--jobs <n>', 'threads to keep busy (default: all cores)').argParser(positiveInteger),
  new Option('--executor <name>', 'where tasks run').choices(['local', 'slurm', 'inline']).default('local'),
  new Option('--out <dir>', 'where the outcome goes'),
  new Option('--json', 'one JSON object on stdout, everything else on stderr'),
  new Option('--debug', 'show the stack of an error'),
];

/** Adds the global options to every command below `program`. An argument `<out>` may be given as `--out` as well: see `outArgument`. */
export function addGlobals(program: Command): void {
  for (const command of program.commands) {
    if (command.commands.length) addGlobals(command);
    else {
      const told = command.options.map((own) => own.long);
      for (const argument of command.registeredArguments) if (argument.name() === 'out') argument.required = false;
      for (const option of options())
        if (!told.includes(option.long)) command.addOption(option.helpGroup('Options of every command:'));
    }
  }
}

export function globalsOf(raw: Readonly<Record<string, unknown>>): Globals {
  const { seed, jobs, out } = raw as { seed?: number; jobs?: number; out?: string };
  return {
    quick: raw['quick'] === true,
    jobs: jobs ?? availableParallelism(),
    jobsGiven: jobs !== undefined,
    executor: (raw['executor'] as Globals['executor'] | undefined) ?? 'local',
    json: raw['json'] === true,
    debug: raw['debug'] === true,
    ...(seed === undefined ? {} : { seed }),
    ...(out === undefined ? {} : { out }),
  };
}
