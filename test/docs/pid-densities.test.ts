import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PRE_TRANSFORMS } from '../../src/density/pre-transform.js';
import { datamc } from '../helpers/command.js';

const page = readFileSync('docs/pid-densities.md', 'utf8');
const dir = mkdtempSync(path.join(os.tmpdir(), 'datamc-pid-densities-'));
const home = process.cwd();
beforeAll(() => process.chdir(dir));
afterAll(() => {
  process.chdir(home);
  rmSync(dir, { recursive: true, force: true });
});

test('the commands of the page run, one after the other, and bring simulation to data', async () => {
  const commands = [...page.matchAll(/^\$ datamc (.*)$/gm)].map((m) => m[1].split(' '));
  expect(commands).toHaveLength(11);
  for (const command of commands) {
    const { status, err, out } = await datamc(...command, '--json', '--jobs', '1');
    expect(err).not.toContain('error');
    expect(status).toBe(0);
    if (command[1] !== 'transform') continue;
    const { data, ks } = JSON.parse(out) as {
      ks: Record<string, { statistic: number }>;
      data: { ks: Record<string, { before: number; after: number }> };
    };
    expect(data.ks['kaonID'].before).toBeGreaterThan(0.06);
    // 1.95 √(1/5300 + 1/6300) = 0.036: once in a thousand.
    expect(data.ks['kaonID'].after).toBeLessThan(0.036);
    expect(ks['kaonID'].statistic).toBeLessThan(0.03);
  }
});

test('every transform is named', () => {
  for (const name of PRE_TRANSFORMS) expect(page).toContain(`\`${name}\``);
});
