import { userError } from '../base/error.js';
import { orderPlan } from '../runs/plan.js';
import { dryScript } from '../runs/slurm.js';
import type { TaskSpec } from '../runs/task.js';
import type { Invocation } from './action.js';
import type { Planned } from './load-plan.js';

/** Print the submit files of a study, wave by wave: tasks of one wave need only those of the waves before. */
export async function dryRun({ plan, dir }: Planned, { io, globals, options }: Invocation): Promise<void> {
  if (globals.executor !== 'slurm') {
    const hint = 'datamc check shows what would run here';
    throw userError({
      code: 'command.dry-run',
      message: '--dry-run shows submit files: it needs --executor slurm',
      hint,
    });
  }
  const wave = new Map<string, number>();
  const waves: TaskSpec[][] = [];
  for (const task of orderPlan(plan)) {
    const n = Math.max(0, ...(task.needs ?? []).map((need) => (wave.get(need) as number) + 1));
    wave.set(task.id, n);
    (waves[n] ??= []).push(task);
  }
  const extra = typeof options['sbatch'] === 'string' ? { sbatch: options['sbatch'] } : {};
  const slurm = { dir, ...extra, ...(globals.jobsGiven ? { atOnce: globals.jobs } : {}) };
  const scripts = waves.flatMap((tasks) =>
    [...new Set(tasks.map((task) => task.threads ?? 1))].map((threads) => {
      const ids = tasks.filter((task) => (task.threads ?? 1) === threads).map((task) => task.id);
      return { tasks: ids, script: dryScript(slurm, ids.length, threads) };
    }),
  );
  for (const { tasks, script } of scripts) io.print(`# ${tasks.length} tasks: ${tasks.join(' ')}\n${script}`);
  io.result({ scripts });
}
