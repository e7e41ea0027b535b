import type { Command } from 'commander';
import path from 'node:path';
import { action } from './action.js';

export function register(program: Command): void {
  program
    .command('task', { hidden: true })
    .description('do one task of a prepared run (what batch jobs call)')
    .argument('<run>', 'run directory')
    .argument('<id>', 'task')
    .action(
      action(async ({ args, io }) => {
        const { runOneTask } = await import('../runs/one-task.js');
        await runOneTask(path.resolve(args[0] as string), args[1] as string, {
          progress: io.progress,
          warn: ({ message, count }) => io.warn(message, count),
        });
        io.result({ task: args[1] as string, status: 'done' });
      }),
    );
}
