import type { Command } from 'commander';

/** One-shot commands of particle identification, each in a file of its own. */
const commands: readonly ((group: Command) => void)[] = [];

/** `datamc pid …`: what the study `pid` does, one step at a time and without a study file. */
export function register(program: Command): void {
  const group = program
    .command('pid')
    .description('fits, sWeights, efficiencies, weights, densities: one step at a time');
  for (const command of commands) command(group);
}
