import { fork, type ChildProcess } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { taskError } from '../base/error.js';
import { builtModule } from '../base/built.js';
import type { Reporter } from './execute.js';
import type { Executor } from './executor.js';
import { layout, type Layout } from './layout.js';
import { failureError } from './outcome.js';
import type { Job } from './prepare.js';
import { alive, startOf } from './process.js';
import type { WorkerOrder, WorkerReport } from './worker.js';

/**
 * Workers on this machine, each a process of its own: a task that computes without pause leaves the main process free,
 * one that runs out of memory takes nobody along, and all of them can be stopped at once.
 *
 * @param options.jobs how many threads may be busy at once
 * @param options.tasksModule the module that exports `tasks`
 */
export function localExecutor(options: { dir: string; jobs: number; tasksModule: URL }): Executor {
  const at = layout(options.dir);
  const tasksModule = builtModule(options.tasksModule);
  const idle: ChildProcess[] = [];
  const all = new Set<ChildProcess>();
  let started = 0;

  const start = (): ChildProcess => {
    if (!started++) stopOrphans(at);
    const child = startWorker(at, started);
    all.add(child);
    child.once('exit', () => {
      all.delete(child);
      if (idle.includes(child)) idle.splice(idle.indexOf(child), 1);
    });
    return child;
  };

  return {
    name: 'local',
    capacity: options.jobs,
    async run(job, report) {
      const child = idle.pop() ?? start();
      try {
        await command(child, { dir: options.dir, tasksModule, job }, report, at);
      } finally {
        if (all.has(child)) idle.push(child);
      }
    },
    async close() {
      const gone = [...all].map((child) => new Promise((resolve) => child.once('exit', resolve)));
      for (const child of all) child.kill('SIGKILL'); // nothing is half-written: outcomes appear by a rename
      await Promise.all(gone);
    },
  };
}

function startWorker(at: Layout, n: number): ChildProcess {
  for (const dir of [at.logs, at.workers]) mkdirSync(dir, { recursive: true });
  // Libraries that print must disturb neither the one JSON object on stdout nor the progress line.
  const log = openSync(path.join(at.logs, `worker-${n}.log`), 'w');
  const child = fork(fileURLToPath(builtModule(new URL('./worker.js', import.meta.url))), [], {
    stdio: ['ignore', log, log, 'ipc'],
    execArgv: ['--enable-source-maps'],
  });
  closeSync(log);
  const note = path.join(at.workers, String(child.pid));
  if (child.pid) writeFileSync(note, `${hostname()} ${startOf(child.pid) ?? '?'}`);
  child.once('exit', () => rmSync(note, { force: true }));
  return child;
}

function command(child: ChildProcess, order: WorkerOrder, report: Reporter, at: Layout): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (end: () => void): void => {
      child.off('message', hear);
      child.off('exit', lose);
      child.off('error', fail);
      end();
    };
    const hear = (message: WorkerReport): void => {
      if (message.type === 'progress') report.progress(message.done, message.total, message.unit);
      else if (message.type === 'warning') report.warn(message.warning);
      else if (message.type === 'done') settle(resolve);
      else settle(() => reject(failureError(message.failure)));
    };
    const lose = (code: number | null, signal: string | null): void =>
      settle(() => reject(lost(order.job, signal ? `was killed by ${signal}` : `ended with status ${code}`, at)));
    const fail = (error: Error): void => settle(() => reject(lost(order.job, error.message, at)));
    child.on('message', hear);
    child.once('exit', lose);
    child.once('error', fail);
    child.send(order, (error) => error && fail(error));
  });
}

const lost = (job: Job, how: string, at: Layout) =>
  taskError({
    code: 'task.lost',
    message: `the worker of task "${job.id}" ${how}`,
    path: job.id,
    hint: `perhaps out of memory: try fewer --jobs; what it printed is in ${at.logs}`,
  });

// Workers end with their main process, but one deep in a computation notices only when it comes up for air.
function stopOrphans(at: Layout): void {
  if (!existsSync(at.workers)) return;
  for (const name of readdirSync(at.workers)) {
    const note = path.join(at.workers, name);
    const [host, start] = readFileSync(note, 'utf8').split(' ');
    const pid = Number(name);
    if (host === hostname() && start !== '?' && alive(pid, start)) process.kill(pid, 'SIGKILL');
    rmSync(note, { force: true });
  }
}
