import type { Command } from 'commander';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { makeProgram } from '../../src/cli/program.js';
import * as library from '../../src/index.js';
import { datamc } from '../helpers/command.js';
import { temporaryFolder } from '../helpers/toy-run.js';

const dir = temporaryFolder();

const leaves = (command: Command): Command[] =>
  command.commands.length > 0 ? command.commands.flatMap(leaves) : [command];
const program = makeProgram();
const commands = leaves(program).filter((c) => c.name() !== 'help');
const pid = (program.commands.find((c) => c.name() === 'pid') as Command).commands.filter((c) => c.name() !== 'help');
const has = (command: Command, option: string): boolean => command.options.some((o) => o.long === option);

/** Those that read fewer entries or train for fewer epochs. */
const QUICK = [
  ...['run', 'demo', 'check', 'convert', 'plot', 'abcd-weights', 'classifier-weights', 'distribution'],
  ...['efficiency-table', 'factorisation', 'fit', 'kde', 'refit', 'roc', 'weight-table'],
];

describe.each(commands.map((c) => [c.name(), c] as const))('%s', (name, command) => {
  test('takes own variables wherever it takes derived columns', () => {
    // What may stand in strings is listed, without a string to be evaluated.
    if (name === 'variables') return expect(has(command, '--with')).toBe(true);
    expect(has(command, '--with')).toBe(has(command, '--define'));
  });

  test('evaluates strings with derived columns', () => {
    const strings = command.options.some((o) => /<(expression|cut)>/.test(o.flags)) && has(command, '--select');
    if (strings) expect(has(command, '--define')).toBe(true);
  });

  test('takes the global options, and describes every option', () => {
    for (const option of ['--quick', '--seed', '--jobs', '--executor', '--out', '--json', '--debug'])
      expect(has(command, option), option).toBe(true);
    const quick = command.options.find((o) => o.long === '--quick');
    expect(/nothing to leave out/.test(quick?.description ?? '')).toBe(!QUICK.includes(name));
    for (const option of command.options) expect(option.description, option.flags).not.toBe('');
    const names = command.options.map((o) => o.long);
    expect(new Set(names).size).toBe(names.length);
  });
});

test.each(pid.map((c) => c.name()))('datamc pid %s is a function of the library', (name) => {
  const words = name.split('-');
  const camel = words.map((w, i) => (i ? w[0].toUpperCase() + w.slice(1) : w)).join('');
  const prefixed = `pid${camel[0].toUpperCase()}${camel.slice(1)}`;
  const found = [camel, prefixed].filter((f) => typeof (library as Record<string, unknown>)[f] === 'function');
  expect(found).toHaveLength(1);
});

test('an argument <out> may be given as --out: once', async () => {
  const generated = path.join(dir, 'dst.csv');
  const said = await datamc('pid', 'generate', 'Dst', '--out', generated, '--events', '50', '--json');
  expect(said.status).toBe(0);
  expect(JSON.parse(said.out)).toMatchObject({ out: generated, rows: 50 });
  const twice = await datamc('pid', 'generate', 'Dst', generated, '--out', path.join(dir, 'other.csv'));
  expect([twice.status, twice.err]).toEqual([2, expect.stringContaining('two places are named for the outcome')]);
  const never = await datamc('apply', 'K.csv', generated);
  expect([never.status, never.err]).toEqual([2, expect.stringContaining('where should the outcome go?')]);
});
