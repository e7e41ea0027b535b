import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { readJournal } from '../../src/runs/journal.js';
import { layout } from '../../src/runs/layout.js';
import { allowance, dispensable } from '../../src/runs/optional.js';
import type { TaskSpec } from '../../src/runs/task.js';
import { toyPlan } from '../helpers/toy/plan.mjs';
import { digest, runToy, temporaryFolder, toyInputs } from '../helpers/toy-run.js';

const home = temporaryFolder();
const files = toyInputs(home);
const toy = { files, blocks: 5, steps: 3, delay: 0, allowFailed: 0.2 };
const crash = { 'block/3': 'crash' } as const;
let count = 0;
const fresh = (): string => path.join(home, `run-${count++}`);
const statuses = (tasks: readonly { id: string; status: string }[]): Record<string, string> =>
  Object.fromEntries(tasks.map((task) => [task.id, task.status]));

describe('what a run can do without', () => {
  test('a share is rounded down to whole tasks', () => {
    const allowed = (n: number, share: number): number =>
      allowance({ needs: Array.from({ length: n }, (_, i) => `toy/${i}`), share });
    expect([allowed(20, 0.1), allowed(10, 0.3), allowed(4, 0.2), allowed(3, 0)]).toEqual([2, 3, 0, 0]);
  });

  test('is what somebody needs, and nobody strictly', () => {
    const plan = toyPlan(toy);
    expect(dispensable(plan, new Set())).toBe(true);
    expect(dispensable(plan, new Set(['block/0']))).toBe(true);
    expect(dispensable(plan, new Set(['block/0', 'block/1']))).toBe(false);
    expect(dispensable(plan, new Set(['merge']))).toBe(false);
    expect(dispensable(plan, new Set(['report']))).toBe(false);
    const strict: TaskSpec = { id: 'strict', kind: 'toy/report', params: {}, needs: ['block/0'] };
    expect(dispensable({ ...plan, tasks: [...plan.tasks, strict] }, new Set(['block/0']))).toBe(false);
  });
});

describe('a failed toy', () => {
  test('is left out, counted and named; the bytes do not depend on the workers, or on when it failed', async () => {
    const [one, two, three] = [fresh(), fresh(), fresh()];
    const outcome = await runToy({ ...toy, fail: crash }, { dir: one });
    expect(outcome.status).toBe('done');
    expect(outcome.summary).toMatchObject({ 'tasks.failed': 1, blocks: 4 });
    expect(statuses(outcome.tasks)).toMatchObject({ 'block/3': 'failed', merge: 'done', report: 'done' });
    expect(outcome.failures.map(({ task }) => task)).toEqual(['block/3']);
    expect(outcome.warnings).toContainEqual({
      task: 'block/3',
      message: 'left out, because it failed: toy tasks may break',
    });
    expect(outcome.events.filter(({ type }) => type === 'without')).toMatchObject([{ failed: ['block/3'] }]);
    const journal = await readJournal(layout(one).journal);
    expect(journal.map(({ event }) => event)).not.toContain('skipped');
    await runToy({ ...toy, fail: crash }, { dir: two, jobs: 1 });
    await runToy({ ...toy, fail: crash }, { dir: three, jobs: 2 });
    const [first, ...others] = await Promise.all([one, two, three].map((dir) => digest(dir, true)));
    for (const other of others) expect(other).toBe(first);
  });

  test('is tried again by the next run, and the rest is in the cache', async () => {
    const dir = fresh();
    await runToy({ ...toy, fail: crash }, { dir });
    const before = await digest(dir);
    const again = await runToy({ ...toy, fail: crash }, { dir });
    expect(statuses(again.tasks)).toMatchObject({
      'block/2': 'cached',
      'block/3': 'failed',
      merge: 'cached',
      report: 'cached',
    });
    expect(await digest(dir)).toBe(before);
  });

  test('that succeeds the next time is part of the outcome again', async () => {
    const dir = fresh();
    const first = await runToy({ ...toy, fail: { 'block/3': 'once' } }, { dir, jobs: 2 });
    expect(first).toMatchObject({ status: 'done', summary: { 'tasks.failed': 1, blocks: 4 } });
    const second = await runToy({ ...toy, fail: { 'block/3': 'once' } }, { dir, jobs: 2 });
    expect(second).toMatchObject({ status: 'done', summary: { blocks: 5 }, failures: [] });
    expect(second.summary).not.toHaveProperty('tasks.failed');
  });

  test.each([
    ['is one too many', { ...toy, fail: { ...crash, 'block/1': 'crash' } as const }],
    ['is not allowed to fail', { ...toy, allowFailed: 0, fail: crash }],
    ['stumbles over what the user can mend', { ...toy, fail: { 'block/1': 'user' } as const }],
  ])('ends the run where it %s', async (_, options) => {
    const outcome = await runToy(options, { dir: fresh(), jobs: 1 });
    expect(outcome.status).toBe('failed');
    expect(statuses(outcome.tasks)).toMatchObject({ merge: 'skipped', report: 'skipped' });
  });
});
