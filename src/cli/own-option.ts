import { Option } from 'commander';
import { assignments } from './options.js';

/** For repeated `--with`: modules by their path, definitions as `name(a, b)=expression`. */
function ownVariable(
  text: string,
  before: readonly (string | Record<string, string>)[] = [],
): (string | Record<string, string>)[] {
  const module = /\.m?js$/.test(text) && !text.includes('=');
  return [...before, module ? text : assignments(text)];
}

export type OwnGiven = ReturnType<typeof ownVariable>;

/** `--with`, own variables. */
export const ownOption = (): Option =>
  new Option(
    '--with <variable>',
    'own variable: a module (.js), or "name(a, b)=expression"; may be repeated',
  ).argParser(ownVariable);
