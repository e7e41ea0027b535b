import type { Command } from 'commander';
import path from 'node:path';
import type { Json } from '../base/json.js';
import { inlineExecutor } from '../runs/inline.js';
import type { Invocation } from './action.js';
import { action } from './action.js';
import { grouped } from './io.js';
import { progressLine } from './progress-line.js';

export function register(group: Command): void {
  group
    .command('produce')
    .description('make tuples of the files of a task list; write what would be submitted for those on the grid')
    .argument('<settings>', 'settings.json (or YAML), which names the list of tasks')
    .option('--dry-run', 'say what would be done, do nothing')
    .action(action(produce));
}

async function produce(invocation: Invocation): Promise<void> {
  const { args, globals, io, options, exit } = invocation;
  const file = args[0] as string;
  if (options['dryRun'] === true) return dryRun(file, invocation);
  const { pidProduce } = await import('../studies/pid/produce/produce.js');
  const { tasks } = await import('../studies/pid/produce/tasks.js');
  const dir = path.resolve(globals.out ?? path.join(path.dirname(file), 'runs', 'produce'));
  const interrupt = new AbortController();
  const stop = (): void => {
    interrupt.abort();
  };
  process.once('SIGINT', stop).once('SIGTERM', stop);
  const progress = progressLine(io);
  try {
    const { outcome, planned } = await pidProduce(file, {
      out: dir,
      jobs: globals.jobs,
      ...(globals.executor === 'inline' ? { executor: inlineExecutor(dir, tasks, globals.jobs) } : {}),
      listener: (event) => progress.listen(event),
      signal: interrupt.signal,
    });
    progress.stop();
    const { summary, status, failures } = outcome;
    const failed = failures.map(({ task, failure }) => ({
      task,
      file: fileOf(task, planned.plan.tasks),
      error: { ...failure.data },
    }));
    io.result({ status, dir, ...(summary ? { summary } : {}), failed, absent: planned.absent } as unknown as Json);
    for (const { task, file: name } of planned.absent) io.warn(`${task}: there is no file "${name}"`);
    for (const { file: name, task } of failed) io.note(`failed: ${name} (${task})`);
    if (status === 'interrupted') return exit(130);
    if (summary) {
      const n = (key: string): number => Number(summary[key] ?? 0);
      io.print(
        `${plural(n('files.done'), 'tuple')}, ${plural(n('events'), 'event')}  ${path.relative(process.cwd(), path.join(dir, 'products'))}`,
      );
      if (n('submit.tasks'))
        io.print(
          `on the grid: ${plural(n('submit.datasets'), 'dataset')} of ${plural(n('submit.tasks'), 'task')}; products/payloads holds what would be submitted`,
        );
    }
    if (failed.length || planned.absent.length) {
      io.note('run the same command again: only what is missing will run');
      exit(1);
    }
  } finally {
    progress.stop();
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
}

const plural = (n: number, word: string): string => `${grouped(n)} ${word}${n === 1 ? '' : 's'}`;

const fileOf = (id: string, tasks: readonly { readonly id: string; readonly files?: readonly string[] }[]): string =>
  tasks.find((task) => task.id === id)?.files?.[0] ?? id;

async function dryRun(file: string, { io }: Invocation): Promise<void> {
  const { readProduction } = await import('../studies/pid/produce/settings.js');
  const { planProduction } = await import('../studies/pid/produce/plan.js');
  const { tasks, absent } = await planProduction(await readProduction(file));
  const list = tasks.map(({ task, inputs, selection }) => ({
    short_name: task.short_name,
    model: task.model,
    proc: task.proc,
    local: inputs.local.length,
    grid: inputs.grid.length,
    absent: inputs.absent.length,
    select: selection.select ?? '',
  }));
  for (const t of list)
    io.print(
      `${t.short_name}  ${t.model}  ${t.proc}: ${plural(t.local, 'file')} here, ${plural(t.grid, 'dataset')} on the grid, ${t.absent} not found`,
    );
  for (const { task, file: name } of absent) io.warn(`${task}: there is no file "${name}"`);
  io.result({ tasks: list, absent } as unknown as Json);
}
