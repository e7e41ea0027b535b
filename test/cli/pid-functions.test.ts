import { expect, test } from 'vitest';
import { makeProgram } from '../../src/cli/program.js';
import * as library from '../../src/index.js';

const commands = makeProgram()
  .commands.find((c) => c.name() === 'pid')
  ?.commands.map((c) => c.name());

const camel = (name: string): string => name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

// Notebooks, Snakemake and b2luigi call what the command line calls.
test.each(commands ?? [])('pid %s is a function of the library', (command) => {
  const name = camel(command);
  const own = `pid${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  const found = [name, own].filter((n) => typeof (library as Record<string, unknown>)[n] === 'function');
  expect(found, `${name} or ${own}`).toHaveLength(1);
});
