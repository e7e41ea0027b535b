import type { Command, CommanderError, Option } from 'commander';
import { userError, type DatamcError } from '../base/error.js';
import { nearMatches } from '../base/near.js';

/**
 * What is wrong with a command line, as an error of ours. An option that is not known is told first: where `--variable` is missing,
 * it may be there as `--varible`.
 */
export function commandError(error: CommanderError, program: Command, argv: readonly string[]): DatamcError {
  const { command, name, words } = commandOf(program, argv);
  const strange = unknownOption(command, words);
  if (strange !== undefined) return unknownError(strange, command, name, error);
  const [first, ...rest] = error.message.replace(/^error: /, '').split('\n');
  const near = /\(Did you mean (.*)\?\)/.exec(rest.join(' '))?.[1];
  const what = command.commands.length ? 'its commands' : 'its options';
  const help = command === program ? 'datamc --help lists commands' : `${name} --help lists ${what}`;
  const hint = near ? `did you mean ${near.replace(/^one of /, '')}?` : help;
  return userError({ code: error.code.replace('commander', 'command'), message: first, hint }, { cause: error });
}

/** The command that the first words name, and the words after it. */
function commandOf(program: Command, argv: readonly string[]) {
  let command = program;
  let at = 0;
  for (; at < argv.length; at++) {
    const next = command.commands.find((sub) => sub.name() === argv[at]);
    if (next === undefined) break;
    command = next;
  }
  return { command, name: ['datamc', ...argv.slice(0, at)].join(' '), words: argv.slice(at) };
}

// A dash that a text editor has made long is meant as one; a number below 0 is none.
const isOption = (word: string): boolean => /^[-–—]+[^\d.\s–—-]/.test(word);

/** The first option among the words that the command does not have. Words that an option takes as its values are none. */
function unknownOption(command: Command, words: readonly string[]): string | undefined {
  const known = new Map<string, Option>(
    command.options.flatMap((o) => [o.long, o.short].flatMap((flag) => (flag == null ? [] : [[flag, o] as const]))),
  );
  for (let i = 0; i < words.length && words[i] !== '--'; i++) {
    const [flag] = words[i].split('=', 1);
    const option = known.get(flag);
    if (option === undefined) {
      if (isOption(flag) && flag !== '--help' && flag !== '-h') return flag;
    } else if (option.required && flag === words[i]) i++;
  }
  return undefined;
}

function unknownError(flag: string, command: Command, name: string, cause: Error): DatamcError {
  const names = command.options.flatMap(({ long }) => (long == null ? [] : [long.slice(2)]));
  const near = nearMatches(flag.replace(/^[-–—]+/, ''), names).map((other) => `--${other}`);
  const group = command.commands.length > 0;
  const message = `unknown option '${flag}'`;
  const after = `options stand after the command; ${name} --help lists commands`;
  const hint = near.length ? `did you mean ${near.join(' or ')}?` : group ? after : `${name} --help lists its options`;
  return userError({ code: 'command.unknownOption', message, hint }, { cause });
}
