import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { makeProgram } from '../../src/cli/program.js';

const page = readFileSync('docs/pid-coming-from.md', 'utf8');
const program = makeProgram();
const globals = program.options.map((option) => option.long);

/** The command that words begin with, and the words that follow. */
function commandOf(words: readonly string[]): { command: Command; rest: readonly string[] } | undefined {
  const top = program.commands.find((c) => c.name() === words[0]);
  if (!top) return undefined;
  if (words[0] !== 'pid') return { command: top, rest: words.slice(1) };
  const command = top.commands.find((c) => c.name() === words[1]);
  return command && { command, rest: words.slice(2) };
}

const longOptions = (command: Command): string[] => [
  ...globals.filter((name): name is string => name !== undefined && name !== null),
  ...command.options.flatMap((o) => (o.long == null ? [] : [o.long])),
];

const lines = page.split('\n').filter((line) => line.startsWith('datamc '));
test('there are commands', () => expect(lines.length).toBeGreaterThan(15));

test.each(lines)('%s', (line) => {
  const words = [...line.matchAll(/"[^"]*"|\S+/g)].map(([word]) => word);
  const found = commandOf(words.slice(1));
  expect(found, 'a command').toBeDefined();
  const { command, rest } = found as NonNullable<typeof found>;
  const known = longOptions(command);
  for (const word of rest.filter((w) => w.startsWith('--'))) expect(known).toContain(word);
  for (const option of command.options.filter((o) => o.mandatory)) expect(rest).toContain(option.long);
});

describe('in the tables', () => {
  const right = page
    .split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('| ---'))
    .map((line) => line.split(' | ').slice(1).join(' | '));
  const codes = right.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map((m) => m[1]));
  const all = new Set(
    program.commands.flatMap((c) => [c, ...c.commands]).flatMap((c) => longOptions(c).map((name) => name)),
  );

  test('every option is one of some command, and of its own where it stands with one', () => {
    for (const code of codes) {
      const words = code.split(' ');
      const command = commandOf(words)?.command;
      if (words[0] === 'pid') expect(command, code).toBeDefined();
      for (const word of words.filter((w) => /^--[a-z]/.test(w)))
        expect(command ? longOptions(command) : [...all], code).toContain(word);
    }
  });
});
