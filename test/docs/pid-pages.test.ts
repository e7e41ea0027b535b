import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { datamc } from '../helpers/command.js';

const home = process.cwd();
const dir = mkdtempSync(path.join(os.tmpdir(), 'datamc-pid-pages-'));
afterAll(() => {
  process.chdir(home);
  rmSync(dir, { recursive: true, force: true });
});

/** Words of a shell command: quotes hold blanks together. */
const words = (command: string): string[] =>
  [...command.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map((m) => m[1] ?? m[2] ?? m[3]);

// Worker threads have no working folder of their own: this file runs where vitest forks processes.
test.each(['pid-variables', 'pid-modes', 'pid-catalogue'])('docs/%s.md: every command runs', async (page) => {
  const commands = [...readFileSync(path.join(home, 'docs', `${page}.md`), 'utf8').matchAll(/^\$ datamc (.*)$/gm)];
  expect(commands.length).toBeGreaterThan(2);
  process.chdir(dir);
  try {
    for (const [line, command] of commands) {
      const said = await datamc(...words(command));
      expect([line, said.status, said.err]).toEqual([line, 0, '']);
    }
  } finally {
    process.chdir(home);
  }
});
