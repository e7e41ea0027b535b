import type { Command } from 'commander';
import { action } from './action.js';
import { quickOption } from './globals.js';

export function register(program: Command): void {
  program
    .command('check')
    .description('validate a study file, print its task graph, estimate the cost; nothing runs')
    .addOption(quickOption('plan what run --quick would do'))
    .argument('[study]', 'study file (YAML)')
    .option('--schema <dir>', 'write the JSON schemas of study files, for editors that complete them')
    .action(
      action(async (invocation) => {
        const { checkStudy, writeSchemas } = await import('./check-study.js');
        const { args, options, io } = invocation;
        const schemas = typeof options['schema'] === 'string' ? await writeSchemas(options['schema']) : undefined;
        for (const file of schemas ?? []) io.print(`wrote ${file}`);
        if (args[0] !== undefined || !schemas) await checkStudy(args[0] as string | undefined, invocation);
        else io.result({ schemas });
      }),
    );
}
