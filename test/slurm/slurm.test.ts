// Not part of `npm test`. Start a Slurm (test/slurm/start-slurm.sh), then: npx vitest run --config test/slurm/vitest.config.ts
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { layout } from '../../src/runs/layout.js';
import { slurmExecutor } from '../../src/runs/slurm.js';
import { digest, runToy, temporaryFolder, toyInputs } from '../helpers/toy-run.js';

const here = spawnSync('sinfo', ['--noheader']).status === 0;
if (!here) console.warn('Slurm tests are skipped: no Slurm answers (test/slurm/start-slurm.sh starts one)');

const home = temporaryFolder();
const files = toyInputs(home);
const toy = { files, blocks: 12, steps: 3, delay: 0 };
const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const queue = (): string[] =>
  execFileSync('squeue', ['--noheader', '--array'], { encoding: 'utf8' }).split('\n').filter(Boolean);
const slurm = (dir: string) => slurmExecutor({ dir, pollMs: 300 });

describe.skipIf(!here)('on Slurm', () => {
  let expected = '';

  beforeAll(async () => {
    await runToy(toy, { dir: path.join(home, 'here') });
    expected = await digest(path.join(home, 'here'), true);
  });

  test('a run gives the same bytes as in this process', async () => {
    const dir = path.join(home, 'array');
    const outcome = await runToy(toy, { dir, executor: slurm(dir) });
    expect(outcome.failures).toEqual([]);
    expect(await digest(dir, true)).toBe(expected);
    // One array for the blocks, one for the merger, one for the report.
    const scripts = (await readdir(layout(dir).slurm)).filter((name) => name.endsWith('.sh'));
    expect(scripts.length).toBe(3);
  });

  test('a job that is killed is submitted again, and only that one', async () => {
    const dir = path.join(home, 'once');
    const outcome = await runToy({ ...toy, fail: { 'block/3': 'once' } }, { dir, executor: slurm(dir) });
    expect(outcome.status).toBe('done');
    const numbers = async (run: string) =>
      (await digest(run)).split('\n').filter((line) => /tables|summary/.test(line));
    expect(await numbers(dir)).toEqual(await numbers(path.join(home, 'here')));
    const lists = (await readdir(layout(dir).slurm)).filter((name) => name.endsWith('.list'));
    expect(lists.length).toBe(4);
  });

  test('errors come back as data; a job that is always killed is given up after three rounds', async () => {
    const dir = path.join(home, 'fails');
    const fail = { 'block/1': 'user', 'block/2': 'crash', 'block/4': 'kill' } as const;
    const { failures, tasks } = await runToy({ ...toy, fail }, { dir, executor: slurm(dir) });
    expect(Object.fromEntries(failures.map(({ task, failure }) => [task, failure.data.message]))).toEqual({
      'block/1': 'the cut "x > 9" leaves nothing',
      'block/2': 'toy tasks may break',
      'block/4': 'task "block/4" left no outcome in 3 submissions',
    });
    expect(tasks.filter((task) => task.status === 'done').length).toBe(9);
  });

  test('a driver that is killed is followed by one that cancels its jobs and ends with the same bytes', async () => {
    const module = fileURLToPath(new URL('../helpers/toy/study.mjs', import.meta.url));
    const study = path.join(home, 'toy.yaml');
    await writeFile(
      study,
      `study: ${module}\nsamples: { x: { files: ["*.txt"] } }\nblocks: 12\nsteps: 20\ndelay: 100\n`,
    );
    const args = (out: string) => [main, 'run', study, '--out', path.join(home, out)];
    const first = spawn(process.execPath, [...args('driver'), '--executor', 'slurm'], { stdio: 'ignore' });
    while (!queue().length) await new Promise((resolve) => setTimeout(resolve, 100));
    await new Promise((resolve) => setTimeout(resolve, 1500));
    first.kill('SIGKILL');
    const again = spawnSync(process.execPath, [...args('driver'), '--executor', 'slurm', '--json'], {
      encoding: 'utf8',
    });
    expect(again.status).toBe(0);
    expect(queue()).toEqual([]);
    spawnSync(process.execPath, args('local'));
    expect(await digest(path.join(home, 'driver'), true)).toBe(await digest(path.join(home, 'local'), true));
  });

  test('Ctrl-C takes the jobs out of the queue', async () => {
    const driver = spawn(
      process.execPath,
      [main, 'run', path.join(home, 'toy.yaml'), '--executor', 'slurm', '--out', path.join(home, 'stop')],
      {
        stdio: 'ignore',
      },
    );
    while (!queue().length) await new Promise((resolve) => setTimeout(resolve, 100));
    driver.kill('SIGINT');
    expect(await new Promise((resolve) => driver.on('exit', resolve))).toBe(130);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(queue().filter((line) => !line.includes('CG'))).toEqual([]);
  });

  test('what sbatch refuses is told in its words', async () => {
    const dir = path.join(home, 'refused');
    const executor = slurmExecutor({ dir, pollMs: 300, sbatch: '--partition=nowhere' });
    const { failures } = await runToy({ ...toy, blocks: 1 }, { dir, executor });
    expect(failures[0].failure.data.message).toBe(
      'sbatch failed: Batch job submission failed: Invalid partition name specified',
    );
  });
});
