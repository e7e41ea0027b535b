import { appendFile, chmod, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { readJournal } from '../../src/runs/journal.js';
import { exists } from '../../src/runs/files.js';
import { layout } from '../../src/runs/layout.js';
import { readRecord } from '../../src/runs/record.js';
import { digest, runToy, temporaryFolder, toyInputs } from '../helpers/toy-run.js';

const home = temporaryFolder();
const files = toyInputs(home);
const toy = { files, blocks: 5, steps: 3, delay: 0 };
let count = 0;
const fresh = (): string => path.join(home, `run-${count++}`);
const statuses = (tasks: readonly { id: string; status: string }[]): Record<string, string> =>
  Object.fromEntries(tasks.map((task) => [task.id, task.status]));

describe('a run', () => {
  test('gives the same bytes in this process and with 1, 2 and 4 workers, cache included', async () => {
    const dirs = [fresh(), fresh(), fresh(), fresh()];
    await runToy(toy, { dir: dirs[0] });
    await runToy(toy, { dir: dirs[1], jobs: 1 });
    await runToy(toy, { dir: dirs[2], jobs: 2 });
    await runToy({ ...toy, threads: 1 }, { dir: dirs[3], jobs: 4 });
    const [first, ...others] = await Promise.all(dirs.map((dir) => digest(dir, true)));
    expect(first).toMatch(/products\/tables\/total\.bin [0-9a-f]{64}/);
    expect(first).not.toContain('absent');
    for (const other of others) expect(other).toBe(first);
  });

  test('does nothing twice, and only what changed again', async () => {
    const dir = fresh();
    await runToy(toy, { dir });
    const again = await runToy(toy, { dir });
    expect(new Set(again.tasks.map((task) => task.status))).toEqual(new Set(['cached']));
    expect(again.warnings.length).toBe(3); // told again, though the tasks did not run
    const more = await runToy({ ...toy, blocks: 6 }, { dir });
    expect(statuses(more.tasks)).toMatchObject({
      'block/0': 'cached',
      'block/4': 'cached',
      'block/5': 'done',
      merge: 'done',
    });
  });

  test('sees that an input file changed, and that only its time did', async () => {
    const dir = fresh();
    const file = path.join(home, 'c.txt');
    await writeFile(file, '1\n2\n');
    await runToy({ ...toy, files: [file], blocks: 1 }, { dir });
    await writeFile(file, '1\n2\n');
    const touched = await runToy({ ...toy, files: [file], blocks: 1 }, { dir });
    expect(statuses(touched.tasks)['block/0']).toBe('cached');
    await writeFile(file, '1\n3\n');
    const changed = await runToy({ ...toy, files: [file], blocks: 1 }, { dir });
    expect(statuses(changed.tasks)['block/0']).toBe('done');
  });

  test('does a task again whose outputs were damaged', async () => {
    const dir = fresh();
    const { tasks } = await runToy(toy, { dir });
    const before = await digest(dir, true);
    const at = layout(dir).task((tasks.find((task) => task.id === 'block/3') as { hash: string }).hash);
    await chmod(path.join(at, 'sums.bin'), 0o644);
    await appendFile(path.join(at, 'sums.bin'), 'x');
    const again = await runToy(toy, { dir });
    expect(statuses(again.tasks)).toMatchObject({ 'block/3': 'done', 'block/2': 'cached' });
    expect(await digest(dir, true)).toBe(before);
  });

  test('another seed gives other bytes; quick is stamped on the summary', async () => {
    const [one, two, quick] = [fresh(), fresh(), fresh()];
    const first = await runToy(toy, { dir: one });
    const second = await runToy(toy, { dir: two, seed: 2 });
    expect(second.summary).not.toEqual(first.summary);
    const outcome = await runToy(toy, { dir: quick, quick: true });
    expect(outcome.summary).toMatchObject({ quick: 1, blocks: 5 });
    expect(JSON.parse(await readFile(layout(quick).summary, 'utf8'))).toEqual(outcome.summary);
    expect(Object.keys(first.summary ?? {})).toEqual(['mean', 'blocks', 'band.mean']);
  });

  test('removes what it published before and does no longer; leaves other files alone', async () => {
    const dir = fresh();
    await runToy(toy, { dir });
    const old = path.join(dir, 'products', 'old.csv');
    const own = path.join(dir, 'products', 'mine.csv');
    for (const file of [old, own]) await writeFile(file, 'x');
    const at = layout(dir);
    const record = await readRecord(at);
    const published = { ...record.published, 'products/old.csv': { sha256: '', size: 1, task: 'merge', hash: '' } };
    await writeFile(at.run, JSON.stringify({ ...record, published }));
    await runToy(toy, { dir });
    expect([await exists(old), await exists(own)]).toEqual([false, true]);
  });

  test('mends products that were changed or removed', async () => {
    const dir = fresh();
    await runToy(toy, { dir });
    const before = await digest(dir);
    await writeFile(path.join(dir, 'products', 'means.json'), 'changed');
    await rm(path.join(dir, 'figures'), { recursive: true });
    await runToy(toy, { dir });
    expect(await digest(dir)).toBe(before);
  });

  test('holds no clock, process number or absolute path in what it publishes', async () => {
    const dir = fresh();
    await runToy(toy, { dir });
    for (const name of ['products/provenance.json', 'summary.json', 'report.html', 'products/means.json']) {
      const text = await readFile(path.join(dir, name), 'utf8');
      expect(text).not.toContain(home);
      expect(text).not.toMatch(/20\d\d-\d\d-\d\dT/);
    }
  });
});

describe('a failing task', () => {
  test.each([1, 2])('leaves independent ones alone; its error arrives whole (%i workers)', async (jobs) => {
    const dir = fresh();
    const failing = { ...toy, fail: { 'block/1': 'user', 'block/3': 'crash' } as const };
    const outcome = await runToy(failing, { dir, jobs });
    expect(outcome.status).toBe('failed');
    expect(statuses(outcome.tasks)).toEqual({
      'block/0': 'done',
      'block/1': 'failed',
      'block/2': 'done',
      'block/3': 'failed',
      'block/4': 'done',
      merge: 'skipped',
      report: 'skipped',
    });
    const failure = (id: string) => outcome.failures.find(({ task }) => task === id)?.failure;
    const data = { code: 'toy.cut', message: 'the cut "x > 9" leaves nothing', path: 'select', hint: 'loosen it' };
    expect(failure('block/1')).toMatchObject({ data, status: 2 });
    expect(failure('block/3')).toMatchObject({
      data: { code: 'task.crashed', message: 'toy tasks may break' },
      status: 1,
    });
    expect(failure('block/3')?.stack).toContain('tasks.mjs');
    expect(await exists(path.join(dir, 'summary.json'))).toBe(false);

    const mended = await runToy(toy, { dir, jobs });
    expect(mended.status).toBe('done');
    expect(mended.tasks.filter((task) => task.status === 'cached').length).toBe(3);
  });

  test('may take its worker along: killed, named, the others go on', async () => {
    const outcome = await runToy({ ...toy, fail: { 'block/0': 'kill' } }, { dir: fresh(), jobs: 2 });
    expect(outcome.failures.map(({ failure }) => failure.data.message)).toEqual([
      'the worker of task "block/0" was killed by SIGKILL',
    ]);
    expect(outcome.tasks.filter((task) => task.status === 'done').length).toBe(4);
  });

  test('is one that returns what JSON cannot hold, or a summary that is none', async () => {
    const outcome = await runToy({ ...toy, fail: { 'block/2': 'nan' } }, { dir: fresh() });
    expect(outcome.failures[0].failure.data.message).toBe("the result's mean is NaN, which JSON cannot hold");
  });

  test('leaves the outcome of an earlier run in place', async () => {
    const dir = fresh();
    await runToy(toy, { dir });
    const before = await digest(dir);
    await runToy({ ...toy, steps: 2, fail: { 'block/2': 'crash' } }, { dir });
    expect(await digest(dir)).toBe(before);
  });
});

describe('a stopped run', () => {
  test('keeps what is done, and goes on from checkpoints', async () => {
    const [dir, whole] = [fresh(), fresh()];
    const slow = { ...toy, delay: 20 };
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 400);
    const outcome = await runToy({ ...slow, blocks: 30 }, { dir, jobs: 2, signal: stop.signal });
    expect(outcome.status).toBe('interrupted');
    const done = outcome.tasks.filter((task) => task.status === 'done').length;
    expect(done).toBeLessThan(30);
    const rest = await runToy({ ...slow, blocks: 30 }, { dir, jobs: 2 });
    expect(rest.status).toBe('done');
    expect(rest.tasks.filter((task) => task.status === 'cached').length).toBeGreaterThanOrEqual(done);
    await runToy({ ...slow, blocks: 30, delay: 20 }, { dir: whole, jobs: 2 });
    expect(await digest(dir, true)).toBe(await digest(whole, true));
  });
});

test('journal and record tell the story', async () => {
  const dir = fresh();
  await runToy(toy, { dir });
  await appendFile(layout(dir).journal, '{"time":"torn'); // a kill in the middle of a line
  await runToy(toy, { dir });
  const journal = await readJournal(layout(dir).journal);
  const events = journal.map((entry) => entry.event);
  expect(events.filter((event) => event === 'run').length).toBe(2);
  expect(events.filter((event) => event === 'started').length).toBe(7);
  expect(events.at(-1)).toBe('done');
  const record = await readRecord(layout(dir));
  expect(record).toMatchObject({ status: 'done', seed: 1, quick: false, versions: { node: process.versions.node } });
  expect(Object.keys(record.inputs)).toEqual(files);
  // Times of the run that did the work, though this one found all in the cache.
  expect(record.tasks.every((task) => task.status === 'cached' && task.seconds !== undefined)).toBe(true);
  expect(Object.keys(record.published).sort()).toEqual([
    'figures/means.svg',
    'products/means.json',
    'products/provenance.json',
    'products/tables/means.json',
    'products/tables/total.bin',
    'report.html',
    'summary.json',
  ]);
});

test('progress counts completions and is passed on ten times a second at most', async () => {
  const { events } = await runToy({ ...toy, blocks: 1, steps: 50, delay: 5 }, { dir: fresh(), jobs: 1 });
  const progress = events.filter((event) => event.type === 'progress');
  expect(progress.length).toBeLessThan(15);
  expect(progress.at(-1)).toMatchObject({ done: 50, total: 50, unit: 'steps' });
});
