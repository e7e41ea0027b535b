import { spawn } from 'node:child_process';
import { cp, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from 'vitest';
import { layout } from '../../src/runs/layout.js';
import { seedKey, uniforms } from '../../src/stats/key.js';
import { digest, temporaryFolder, toyInputs } from '../helpers/toy-run.js';

// How many kills of each sort; more in a long test: KILLS=100 npx vitest run test/runs/kill.test.ts
const kills = Number(process.env['KILLS'] ?? 8);
const home = temporaryFolder();
const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const study = path.join(home, 'toy.yaml');
const whole = path.join(home, 'whole');
let expected = '';

/** Run the study; kill the main process, or it and its workers, after `ms`. Tells how it ended. */
function run(out: string, kill?: { ms: number; group: boolean }): Promise<string> {
  const args = [main, 'run', study, '--out', out, '--jobs', '2'];
  const child = spawn(process.execPath, args, { cwd: home, stdio: ['ignore', 'ignore', 'pipe'], detached: true });
  const pid = child.pid as number;
  const timer = kill && setTimeout(() => process.kill(kill.group ? -pid : pid, 'SIGKILL'), kill.ms);
  let said = '';
  child.stderr.on('data', (data: Buffer) => (said += data.toString()));
  return new Promise((resolve) => {
    child.on('exit', (code, signal) => {
      clearTimeout(timer);
      resolve(code === 0 ? 'done' : (signal ?? said));
    });
  });
}

beforeAll(async () => {
  toyInputs(home);
  const module = fileURLToPath(new URL('../helpers/toy/study.mjs', import.meta.url));
  await writeFile(study, `study: ${module}\nsamples: { x: { files: ["*.txt"] } }\nblocks: 6\nsteps: 12\ndelay: 6\n`);
  expect(await run(whole)).toBe('done');
  expected = await digest(whole, true);
});

test('a run killed at any moment, again and again, ends with the same bytes', async () => {
  const dir = path.join(home, 'killed');
  const moments = uniforms(seedKey(20).split('moments'), kills);
  let survived = 0;
  for (const [i, u] of moments.entries()) {
    const end = await run(dir, { ms: 80 + 420 * u, group: i % 2 === 0 });
    expect(end).toMatch(/^(SIGKILL|done)$/);
    if (end === 'done') {
      survived++; // it was faster than the kill: from the beginning
      expect(await digest(dir, true)).toBe(expected);
      await rm(dir, { recursive: true });
    }
  }
  expect(await run(dir)).toBe('done');
  expect(await digest(dir, true)).toBe(expected);
  expect(survived).toBeLessThan(kills);
  // Nothing half-made is left behind.
  expect(await readdir(layout(dir).making)).toEqual([]);
  expect((await readdir(dir)).filter((name) => name.startsWith('.') || name === 'lock')).toEqual([]);
});

test('a run killed while it publishes ends with the same bytes', async () => {
  const moments = uniforms(seedKey(21).split('moments'), kills);
  for (const [i, u] of moments.entries()) {
    const dir = path.join(home, `publishing-${i}`);
    await mkdir(dir);
    await cp(layout(whole).cache, layout(dir).cache, { recursive: true });
    expect(await run(dir, { ms: 110 + 60 * u, group: true })).toMatch(/^(SIGKILL|done)$/);
    expect(await run(dir)).toBe('done');
    expect(await digest(dir, true)).toBe(expected);
    await rm(dir, { recursive: true });
  }
});
