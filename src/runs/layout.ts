import path from 'node:path';

/** Where things lie in a run directory. */
export interface Layout {
  readonly dir: string;
  readonly run: string;
  readonly summary: string;
  readonly journal: string;
  readonly lock: string;
  readonly cache: string;
  readonly plan: string;
  readonly checksums: string;
  readonly events: string;
  readonly logs: string;
  readonly workers: string;
  readonly slurm: string;
  /** A finished task: its outputs, `result.json` and `task.json`. */
  task(hash: string): string;
  /** A task's checkpoints. */
  scratch(hash: string): string;
  /** Why a task failed, left by a batch job. */
  failed(hash: string): string;
  /** Tasks in the making. */
  readonly making: string;
}

export function layout(dir: string): Layout {
  const at = (...parts: string[]): string => path.join(dir, ...parts);
  return {
    dir,
    run: at('run.json'),
    summary: at('summary.json'),
    journal: at('journal.jsonl'),
    lock: at('lock'),
    cache: at('cache'),
    plan: at('cache', 'plan.json'),
    checksums: at('cache', 'checksums.json'),
    events: at('cache', 'events'),
    logs: at('cache', 'logs'),
    workers: at('cache', 'workers'),
    slurm: at('cache', 'slurm'),
    making: at('cache', 'making'),
    task: (hash) => at('cache', hash),
    scratch: (hash) => at('cache', 'scratch', hash),
    failed: (hash) => at('cache', 'failed', `${hash}.json`),
  };
}
