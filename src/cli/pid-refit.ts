import type { Command } from 'commander';
import { action } from './action.js';
import { quickOption } from './globals.js';

const examples = `
Example:
  datamc pid refit refit.yaml

  new_suffix: _v1
  models: [Dst]
  ntuples: { Dst: { data: runs/dstar/products/ntuples/Dst_data.parquet } }
  modes: { Dst: dstar-new-shape.yaml }`;

/** `datamc pid refit CONFIG.yaml` */
export function register(group: Command): void {
  group
    .command('refit')
    .description(
      'new columns of sWeights, under a new suffix, for tuples that have some; with figures of fits and changes',
    )
    .addOption(quickOption('fits to a small sample'))
    .argument('<config>', 'YAML file with old_suffix, new_suffix, models')
    .addHelpText('after', examples)
    .action(
      action(async (invocation) => {
        const { refit } = await import('../studies/pid/workflows/refit.js');
        const { runWorkflowCommand } = await import('./pid-workflow.js');
        const { finishRun } = await import('./run-study.js');
        const file = invocation.args[0] as string;
        finishRun(await runWorkflowCommand(invocation, (options) => refit(file, options)), invocation);
      }),
    );
}
