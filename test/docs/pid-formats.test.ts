import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { datamc } from '../helpers/command.js';

const page = readFileSync('docs/pid-formats.md', 'utf8');
const dir = mkdtempSync(path.join(os.tmpdir(), 'datamc-pid-formats-'));
const home = process.cwd();
beforeAll(() => {
  for (const [, name, text] of page.matchAll(/^`(\S+\.csv)`, .*\n```csv\n([^`]*)```/gm))
    writeFileSync(path.join(dir, name), text);
  process.chdir(dir);
});
afterAll(() => {
  process.chdir(home);
  rmSync(dir, { recursive: true, force: true });
});

const commands = [...page.matchAll(/^\$ datamc (.*)$/gm)].map((m) => m[1]);
const words = (command: string): string[] => command.split(' ');

test('the page has commands', () => expect(commands).toHaveLength(6));

test.each(commands)('datamc %s', async (command) => {
  const { status, err } = await datamc(...words(command));
  expect(err.replace(/^warning.*\n/gm, '')).toBe('');
  expect(status).toBe(0);
});

test('what the page says of them is so', async () => {
  const said = await datamc(...words(commands[0]), '--json');
  expect(JSON.parse(said.out)).toMatchObject({
    rows: 6,
    particles: {
      K_: { matched: 4, unmatched: { 'p outside 0.5 to 3': 1, 'no table for mcPDG 13 as K': 1 } },
    },
  });
  const column = (file: string): string[] => {
    const [head, ...rows] = readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.split(','));
    return rows.map((row) => row[head.indexOf('K_Weight')]);
  };
  expect(column('weighted.csv')).toEqual(['0.97', '0.96', '0.94', '1.2', 'nan', 'nan']);
  expect(column('filled.csv')).toEqual(['0.97', '0.96', '0.94', '1.2', '1.0', '1.0']);
  expect(column('again.csv')).toEqual(column('weighted.csv'));
  const made = JSON.parse(readFileSync('templates', 'utf8')) as { nominal: number[]; sample: { modifiers: object[] } };
  // The candidate at 5.25 has no weight; 5.27 and 5.28 lie in the second bin, 5.31 in the third.
  expect(made.nominal.map((v) => Number(v.toFixed(9)))).toEqual([0, 2.87, 1.2, 0]);
  expect(made.sample.modifiers).toHaveLength(2);
});
