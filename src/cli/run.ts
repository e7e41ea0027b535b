import type { Command } from 'commander';
import { action } from './action.js';
import { quickOption } from './globals.js';

export function register(program: Command): void {
  program
    .command('run')
    .description('run or resume a study; ends with its summary and the path of its report')
    .addOption(quickOption('a small sample, few epochs'))
    .argument('<study>', 'study file (YAML)')
    .option('--no-wait', 'fail if another run writes into the directory, instead of waiting for it')
    .option('--dry-run', 'with --executor slurm: print the submit file; nothing runs')
    .option(
      '--sbatch <options>',
      'with --executor slurm: options for sbatch, such as "--partition=short --time=2:00:00"',
    )
    .action(
      action(async (invocation) => {
        const { runStudyFile } = await import('./run-study.js');
        await runStudyFile(invocation.args[0] as string, invocation);
      }),
    );
}
