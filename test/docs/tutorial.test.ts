import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';

const tutorial = readFileSync('docs/tutorial-correction.md', 'utf8');
const program = path.resolve('dist/cli/main.js');
const dir = mkdtempSync(path.join(os.tmpdir(), 'datamc-tutorial-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const steps = [...tutorial.matchAll(/^\$ datamc (.*)$|<!-- check: (\S+) (\S+) between (\S+) and (\S+) -->/gm)];

test('the tutorial has commands and claims', () => {
  expect(steps.filter((s) => s[1]).length).toBeGreaterThan(6);
  expect(steps.filter((s) => s[2]).length).toBeGreaterThan(4);
});

for (const [line, command, run, name, low, high] of steps)
  test(line, { timeout: 120_000 }, () => {
    if (command) {
      execFileSync(process.execPath, [program, ...command.split(' ')], { cwd: dir, stdio: 'pipe' });
      return;
    }
    const summary = JSON.parse(readFileSync(path.join(dir, run, 'summary.json'), 'utf8')) as Record<
      string,
      number | { value: number }
    >;
    const entry = summary[name];
    const value = typeof entry === 'object' ? entry.value : entry;
    expect(value).toBeGreaterThan(Number(low));
    expect(value).toBeLessThan(Number(high));
  });
