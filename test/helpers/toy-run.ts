import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll } from 'vitest';
import { sha256 } from '../../src/base/hash.js';
import type { RunEvent } from '../../src/runs/events.js';
import type { Executor } from '../../src/runs/executor.js';
import { exists, filesBelow } from '../../src/runs/files.js';
import { inlineExecutor } from '../../src/runs/inline.js';
import { localExecutor } from '../../src/runs/local.js';
import { runPlan, type RunOptions, type RunOutcome } from '../../src/runs/run.js';
import { toyPlan, type ToyOptions } from './toy/plan.mjs';
import { tasks } from './toy/tasks.mjs';

export const toyModule = new URL('./toy/tasks.mjs', import.meta.url);

/** A folder that goes away with the test file. */
export function temporaryFolder(): string {
  const dir = mkdtempSync(path.join(tmpdir(), 'datamc-test-'));
  afterAll(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

/** Two input files of the toy study. */
export function toyInputs(dir: string): string[] {
  const files = ['a.txt', 'b.txt'].map((name) => path.join(dir, name));
  writeFileSync(files[0], '1\n2\n3\n');
  writeFileSync(files[1], '1\n2\n3\n4\n5\n6\n');
  return files;
}

/** What the user takes from a run directory, as one text: equal texts, equal bytes. */
export async function digest(dir: string, cache = false): Promise<string> {
  const folders = ['products', 'figures', ...(cache ? ['cache'] : [])];
  const names = ['report.html', 'summary.json'];
  for (const folder of folders) {
    if (!(await exists(path.join(dir, folder)))) continue;
    names.push(...(await filesBelow(path.join(dir, folder))).map((name) => `${folder}/${name}`));
  }
  const kept = names.filter((name) => !name.startsWith('cache/') || /^cache\/[0-9a-f]{64}\//.test(name));
  const lines = kept.map(async (name) => {
    const file = path.join(dir, name);
    return `${name} ${(await exists(file)) ? sha256(await readFile(file)) : 'absent'}`;
  });
  return (await Promise.all(lines)).sort().join('\n');
}

export interface ToyRun extends Partial<Omit<RunOptions, 'executor'>> {
  readonly dir: string;
  readonly executor?: Executor;
  /** Local workers for so many jobs; in this process where it is not given. */
  readonly jobs?: number;
}

/** Run the toy plan, in this process unless told. */
export async function runToy(toy: ToyOptions, options: ToyRun): Promise<RunOutcome & { events: RunEvent[] }> {
  const { dir, jobs, ...rest } = options;
  const events: RunEvent[] = [];
  const outcome = await runPlan(toyPlan(toy), {
    dir,
    seed: 1,
    kinds: tasks,
    tasksModule: toyModule,
    head: { name: 'toy', study: 'toy', command: 'datamc run toy.yaml', resolved: {} },
    executor: jobs === undefined ? inlineExecutor(dir, tasks) : localExecutor({ dir, jobs, tasksModule: toyModule }),
    listener: (event) => events.push(event),
    ...rest,
  });
  return { ...outcome, events };
}
