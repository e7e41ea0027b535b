import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { sha256 } from '../base/hash.js';
import { taskError, userError } from '../base/error.js';
import { builtModule } from '../base/built.js';
import { makeFolder } from '../base/make-folder.js';
import type { Executor } from './executor.js';
import { writeWhole } from './files.js';
import { layout, type Layout } from './layout.js';
import { failureError, type Failure } from './outcome.js';
import type { Job } from './prepare.js';
import { finished } from './results.js';
import { submitScript } from './slurm-script.js';

const call = promisify(execFile);

export interface SlurmOptions {
  readonly dir: string;
  /** Options for sbatch: partition, time, account, …. */
  readonly sbatch?: string;
  /** Elements of an array that run at once, all unless told. */
  readonly atOnce?: number;
  readonly pollMs?: number;
  /** Submissions of a task before it counts as failed. */
  readonly rounds?: number;
}

interface Waiting {
  readonly job: Job;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
  round: number;
  /** Slurm's name of the array element, once submitted. */
  element?: string;
  /** Polls since it was last in the queue. */
  missing: number;
}

/**
 * Tasks as elements of Slurm job arrays. The run directory must be on a disk that the nodes share. A task is done when
 * its outcome is in the cache, whatever Slurm says; one that vanished is submitted again, three times in all.
 */
export function slurmExecutor(options: SlurmOptions): Executor {
  const at = layout(options.dir);
  const pollMs = options.pollMs ?? 2000;
  const rounds = options.rounds ?? 3;
  const fresh: Waiting[] = [];
  const submitted = new Set<Waiting>();
  const name = jobName(options.dir);
  let batch = 0;
  let loop: Promise<void> | undefined;
  let closed = false;
  let broken: unknown;

  async function work(): Promise<void> {
    await cancelAll(name); // what an earlier run of this directory left in the queue
    // Tasks become ready in crowds: a moment's patience makes one array of them.
    await sleep(Math.min(200, pollMs));
    while (!closed && (fresh.length || submitted.size)) {
      if (fresh.length) await submit(fresh);
      await sleep(pollMs);
      if (!closed) await poll();
    }
    loop = undefined;
  }

  async function submit(tasks: Waiting[]): Promise<void> {
    await makeFolder(at.slurm);
    while (tasks.length) {
      const { threads } = tasks[0].job;
      const alike = tasks.filter((task) => task.job.threads === threads);
      const base = path.join(at.slurm, `${Date.now()}-${batch++}`);
      await writeWhole(`${base}.list`, alike.map((task) => `${task.job.id}\n`).join(''));
      const script = submitScript({ ...scriptOptions(options, base), name, tasks: alike.length, threads });
      await writeFile(`${base}.sh`, script);
      const id = (await slurm('sbatch', ['--parsable', `${base}.sh`])).trim().split(';')[0];
      for (const [i, task] of alike.entries()) {
        task.element = `${id}_${i + 1}`;
        task.missing = 0;
        task.round++;
        submitted.add(task);
        tasks.splice(tasks.indexOf(task), 1);
      }
    }
  }

  async function poll(): Promise<void> {
    const queue = await inQueue(name);
    for (const task of [...submitted]) {
      const settle = (end: () => void): void => {
        submitted.delete(task);
        end();
      };
      if (await finished(at, task.job.hash)) settle(task.resolve);
      else {
        const failure = await failureFile(at, task.job.hash);
        if (failure) settle(() => task.reject(failureError(failure)));
        else if (queue.has(task.element as string)) task.missing = 0;
        else if (++task.missing >= 3) {
          // Not in the queue and nothing on the disk, three times in a row (shared disks are slow to tell): it is lost.
          if (task.round < rounds) settle(() => fresh.push(task));
          else settle(() => task.reject(lost(task, at)));
        }
      }
    }
  }

  return {
    name: 'slurm',
    capacity: 'all',
    run: (job) =>
      new Promise((resolve, reject) => {
        if (broken) return reject(broken);
        fresh.push({ job, resolve, reject, round: 0, missing: 0 });
        loop ??= work().catch((error: unknown) => {
          closed = true; // Slurm refuses or is away: nothing more can be done
          broken = error;
          for (const task of [...fresh, ...submitted]) task.reject(error);
        });
      }),
    async close() {
      closed = true;
      if (loop) await cancelAll(name).catch(() => {});
      await loop;
    },
  };
}

/** The submit file that would do these tasks, for `--dry-run`. */
export function dryScript(options: SlurmOptions, tasks: number, threads: number): string {
  const base = path.join(layout(options.dir).slurm, 'BATCH');
  return submitScript({ ...scriptOptions(options, base), name: jobName(options.dir), tasks, threads });
}

// Names the run directory, so that its jobs are found again after a kill.
const jobName = (dir: string): string => `datamc-${sha256(path.resolve(dir)).slice(0, 12)}`;

function scriptOptions(options: SlurmOptions, base: string) {
  const main = fileURLToPath(builtModule(new URL('../cli/main.js', import.meta.url)));
  return {
    listFile: `${base}.list`,
    logs: base,
    atOnce: options.atOnce,
    sbatch: options.sbatch,
    command: [process.execPath, main, 'task', path.resolve(options.dir)],
  };
}

async function slurm(program: string, args: readonly string[]): Promise<string> {
  try {
    return (await call(program, [...args], { maxBuffer: 1 << 28 })).stdout;
  } catch (cause) {
    const error = cause as NodeJS.ErrnoException & { stderr?: string };
    if (error.code === 'ENOENT') {
      const message = `Slurm is not here: there is no ${program}`;
      throw userError({
        code: 'slurm.absent',
        message,
        hint: 'leave --executor slurm out, or log in to a submit node',
      });
    }
    const why = ((error.stderr ?? error.message).trim().split('\n').at(-1) ?? '').replace(/^\w+: error: /, '');
    throw taskError({
      code: 'slurm.refused',
      message: `${program} failed: ${why}`,
      hint: 'options for sbatch go into --sbatch',
    });
  }
}

async function inQueue(name: string): Promise<Set<string>> {
  const text = await slurm('squeue', ['--noheader', '--array', `--name=${name}`, '--format=%i']);
  return new Set(
    text
      .split('\n')
      .map((line) => line.trim())
      .filter(Boolean),
  );
}

async function cancelAll(name: string): Promise<void> {
  if ((await inQueue(name)).size) await slurm('scancel', [`--name=${name}`]);
}

async function failureFile(at: Layout, hash: string): Promise<Failure | undefined> {
  const text = await readFile(at.failed(hash), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as Failure);
}

const lost = (task: Waiting, at: Layout) =>
  taskError({
    code: 'slurm.lost',
    message: `task "${task.job.id}" left no outcome in ${task.round} submissions`,
    path: task.job.id,
    hint: `what it printed is in ${at.slurm}; more memory or time: --sbatch "--mem=8G --time=4:00:00"`,
  });
