import { pidCatalogue, pidCollections } from '../catalogue/update.js';
import { resample, transform } from '../densities/apply-density.js';
import { pidProduce } from '../produce/produce.js';
import { fixedWeights } from '../workflows/fixed-weights.js';
import { refit } from '../workflows/refit.js';
import { abcdWeights } from './abcd-weights.js';
import { calibrate } from './calibrate.js';
import { classifierWeights } from './classifier-weights.js';
import { convertDensity } from './convert-density.js';
import { convertTable } from './convert-table.js';
import { distribution } from './distribution.js';
import { efficiencyTable } from './efficiency-table.js';
import { factorisation } from './factorisation.js';
import { pidFit } from './fit-file.js';
import { pidGenerate } from './generate.js';
import { kde } from './kde.js';
import { pidVariables } from './list-variables.js';
import { roc } from './roc.js';
import { templateWeights } from './template-weights.js';
import { templates } from './templates.js';
import { weightTable } from './weight-table.js';

/**
 * Every command `datamc pid NAME` as the function that it calls, by its name: `pid.fit`, `pid.weightTable`, ….
 *
 * @example
 * import { pid } from 'datamc';
 * const { fit } = await pid.fit({ files: ['dst.root'], variable: 'D0_M', range: [1.8, 1.95], signal: 'gaussian', background: 'chebyshev:2' });
 */
export const pid = {
  abcdWeights,
  calibrate,
  catalogue: pidCatalogue,
  classifierWeights,
  collections: pidCollections,
  convertDensity,
  convertTable,
  distribution,
  efficiencyTable,
  factorisation,
  fit: pidFit,
  fixedWeights,
  generate: pidGenerate,
  kde,
  produce: pidProduce,
  refit,
  resample,
  roc,
  templates,
  templateWeights,
  transform,
  variables: pidVariables,
  weightTable,
} as const;
