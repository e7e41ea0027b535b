import type { Command } from 'commander';
import path from 'node:path';
import { action } from './action.js';

const examples = `
Example:
  datamc pid fixed-weights weights.yaml

  weight_dir: tables
  weight_cfg_list:
    - prefix_name: hadron
      efficiency_particle_type: K
      fakerate_particle_type: pi
      track_variables: [p, cosTheta]
      binning: [[0.5, 2.5, 4.5], [-0.8, 0.2, 0.9563]]
      cuts: ["kaonID > 0.2", "kaonID > 0.8"]
      precuts: ["", "charge > 0", "charge < 0"]
      mc_proc_query: [MC15rd_proc13]
      data_proc_query: [proc13]`;

/** `datamc pid fixed-weights CONFIG.yaml` */
export function register(group: Command): void {
  group
    .command('fixed-weights')
    .description(
      'tables of weights for fixed cuts from weighted tuples of the catalogue; resumes where it was interrupted',
    )
    .argument('<config>', 'YAML file with weight_dir, remove_tmp_files, weight_cfg_list')
    .addHelpText('after', examples)
    .action(
      action(async (invocation) => {
        const { args, io } = invocation;
        const { fixedWeights } = await import('../studies/pid/workflows/fixed-weights.js');
        const { runWorkflowCommand } = await import('./pid-workflow.js');
        const { finishRun } = await import('./run-study.js');
        const done = await runWorkflowCommand(invocation, (options) => fixedWeights(args[0] as string, options));
        const { outcome, dir, files } = done;
        if (outcome.status !== 'done') return finishRun(outcome, invocation);
        const { summary = {}, warnings, seconds } = outcome;
        const tables = new Set(
          files.filter((f) => f.endsWith('_sysvar.csv')).map((f) => path.basename(f, '_sysvar.csv')),
        );
        io.print(`${tables.size} tables in ${path.relative(process.cwd(), dir) || '.'}`);
        for (const table of tables) io.print(`  ${table}`);
        io.result({
          dir,
          tables: [...tables],
          files,
          summary,
          seconds: Math.round(seconds * 1000) / 1000,
          warnings: warnings.map((warning) => ({ ...warning })),
        });
      }),
    );
}
