import type { Command } from 'commander';
import { register as abcdWeights } from './pid-abcd-weights.js';
import { register as calibrate } from './pid-calibrate.js';
import { register as catalogue } from './pid-catalogue.js';
import { register as classifierWeights } from './pid-classifier-weights.js';
import { register as convertDensity } from './pid-convert-density.js';
import { register as convertTable } from './pid-convert-table.js';
import { register as distribution } from './pid-distribution.js';
import { register as efficiencyTable } from './pid-efficiency-table.js';
import { register as factorisation } from './pid-factorisation.js';
import { register as fit } from './pid-fit.js';
import { register as fixedWeights } from './pid-fixed-weights.js';
import { register as generate } from './pid-generate.js';
import { register as kde } from './pid-kde.js';
import { register as produce } from './pid-produce.js';
import { register as refit } from './pid-refit.js';
import { register as resample, registerTransform as transform } from './pid-resample.js';
import { register as roc } from './pid-roc.js';
import { register as templateWeights } from './pid-template-weights.js';
import { register as templates } from './pid-templates.js';
import { register as variables } from './pid-variables.js';
import { register as weightTable } from './pid-weight-table.js';

/** One-shot commands of particle identification, each in a file of its own. */
const commands: readonly ((group: Command) => void)[] = [
  abcdWeights,
  calibrate,
  catalogue,
  classifierWeights,
  convertDensity,
  convertTable,
  distribution,
  efficiencyTable,
  factorisation,
  fit,
  fixedWeights,
  generate,
  kde,
  produce,
  refit,
  resample,
  roc,
  templateWeights,
  templates,
  transform,
  variables,
  weightTable,
];

/** `datamc pid …`: what the study `pid` does, one step at a time and without a study file. */
export function register(program: Command): void {
  const group = program
    .command('pid')
    .description('fits, sWeights, efficiencies, weights, densities: one step at a time');
  for (const command of commands) command(group);
}
