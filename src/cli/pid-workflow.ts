import type { WorkflowOptions } from '../studies/pid/workflows/run-workflow.js';
import type { Invocation } from './action.js';
import { progressLine } from './progress-line.js';
import { onInterrupt } from './run-study.js';

/** Runs a workflow with progress, and Ctrl-C that keeps what is done. */
export async function runWorkflowCommand<T>(
  invocation: Invocation,
  run: (options: WorkflowOptions) => Promise<T>,
): Promise<T> {
  const { globals, io } = invocation;
  const interrupt = new AbortController();
  const forget = onInterrupt(io.note, interrupt);
  const progress = progressLine(io);
  try {
    return await run({
      jobs: globals.jobs,
      quick: globals.quick,
      ...(globals.seed === undefined ? {} : { seed: globals.seed }),
      ...(globals.out === undefined ? {} : { out: globals.out }),
      listener: (event) => progress.listen(event),
      signal: interrupt.signal,
    });
  } finally {
    progress.stop();
    forget();
  }
}
