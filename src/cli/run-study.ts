import path from 'node:path';
import type { Json } from '../base/json.js';
import type { RunEvent } from '../runs/events.js';
import type { Executor } from '../runs/executor.js';
import { inlineExecutor } from '../runs/inline.js';
import { localExecutor } from '../runs/local.js';
import { failureError } from '../runs/outcome.js';
import { runPlan, type RunOutcome } from '../runs/run.js';
import { slurmExecutor } from '../runs/slurm.js';
import { located } from '../studies/read.js';
import type { Invocation } from './action.js';
import { loadPlan, type Planned } from './load-plan.js';
import { duration, progressLine } from './progress-line.js';
import { summaryText } from './summary-text.js';

/** Run a study file: what `datamc run` and `datamc demo` do. */
export async function runStudyFile(file: string, invocation: Invocation): Promise<void> {
  const { globals, io, options } = invocation;
  const planned = await loadPlan(file, globals, io, true);
  if (options['dryRun'] === true) {
    const { dryRun } = await import('./dry-run.js');
    return dryRun(planned, invocation);
  }
  const interrupt = new AbortController();
  const forget = onInterrupt(io.note, interrupt);
  const progress = progressLine(io);
  try {
    const outcome = await runPlan(planned.plan, {
      dir: planned.dir,
      seed: planned.study.seed,
      quick: globals.quick,
      head: {
        name: planned.study.name,
        study: planned.definition.name,
        command: commandLine(file, invocation),
        label: planned.study.label,
        resolved: planned.study as unknown as Json,
      },
      kinds: planned.definition.tasks,
      tasksModule: planned.definition.tasksModule,
      executor: executorFor(planned, invocation),
      wait: options['wait'] !== false,
      listener: (event) => progress.listen(event.type === 'failed' ? inFile(event, planned) : event),
      signal: interrupt.signal,
    });
    progress.stop();
    finishRun(outcome, invocation);
  } finally {
    progress.stop();
    forget();
  }
}

// A task knows the key of the study that is at fault; we know its line.
function inFile(event: Extract<RunEvent, { type: 'failed' }>, planned: Planned): RunEvent {
  return { ...event, failure: { ...event.failure, data: located(event.failure.data, planned) } };
}

function executorFor({ dir, definition }: Planned, { globals, options }: Invocation): Executor {
  const { jobs } = globals;
  const { tasksModule } = definition;
  if (globals.executor === 'inline') return inlineExecutor(dir, definition.tasks, jobs);
  if (globals.executor === 'local') return localExecutor({ dir, jobs, tasksModule });
  const extra = typeof options['sbatch'] === 'string' ? { sbatch: options['sbatch'] } : {};
  return slurmExecutor({ dir, ...extra, ...(globals.jobsGiven ? { atOnce: jobs } : {}) });
}

// The options that change the outcome, and only those.
function commandLine(file: string, { globals }: Invocation): string {
  const seed = globals.seed === undefined ? [] : ['--seed', globals.seed];
  return ['datamc', 'run', file, ...(globals.quick ? ['--quick'] : []), ...seed].join(' ');
}

/** Interrupts stop a run once, the process the second time; returns what forgets them. */
export function onInterrupt(note: (text: string) => void, controller: AbortController): () => void {
  const stop = (): void => {
    if (controller.signal.aborted) process.exit(130);
    note('interrupted: what is done is kept; the same command goes on from there');
    controller.abort();
  };
  const signals = ['SIGINT', 'SIGTERM'] as const;
  for (const signal of signals) process.on(signal, stop);
  return () => {
    for (const signal of signals) process.off(signal, stop);
  };
}

/** Tells how a run ended, and sets the exit status. */
export function finishRun(outcome: RunOutcome, { io, exit, globals }: Invocation): void {
  const { status, dir, summary, failures, tasks, warnings, seconds } = outcome;
  const report = path.join(dir, 'report.html');
  const count = (wanted: string): number => tasks.filter((task) => task.status === wanted).length;
  io.result({
    status,
    dir,
    ...(summary ? { summary, report } : {}),
    quick: globals.quick,
    seconds: Math.round(seconds * 1000) / 1000,
    tasks: {
      total: tasks.length,
      done: count('done'),
      cached: count('cached'),
      failed: count('failed'),
      skipped: count('skipped'),
    },
    warnings: warnings.map((warning) => ({ ...warning })),
    ...(failures.length
      ? { failures: failures.map(({ task, failure }) => ({ task, error: { ...failure.data } })) }
      : {}),
  } as unknown as Json);
  if (status === 'interrupted') return exit(130); // told when it happened
  if (status === 'failed') {
    const mendable = failures.every(({ failure }) => failure.status === 2);
    if (!mendable) {
      const names = failures.map(({ task }) => task);
      const left = count('skipped') ? `; ${count('skipped')} that need them did not run` : '';
      io.note(`${names.length} of ${tasks.length} tasks failed: ${names.join(', ')}${left}`);
      io.note('run the same command again: only what is missing will run');
    }
    if (globals.debug) for (const { failure } of failures) io.note(failureError(failure).stack ?? '');
    return exit(mendable ? 2 : 1);
  }
  if (failures.length) {
    io.note(
      `${failures.length} of ${tasks.length} tasks failed and are left out: ${failures.map(({ task }) => task).join(', ')}`,
    );
    io.note('run the same command again: they are tried again');
  }
  if (summary) io.print(summaryText(summary));
  io.print('');
  io.print(`done in ${duration(seconds)}${globals.quick ? ' (quick: a small sample, few epochs)' : ''}`);
  io.print(`report  ${path.relative(process.cwd(), report) || report}`);
}
