import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Plan } from '../../../src/runs/task.js';
import { planCorrection } from '../../../src/studies/correction/plan.js';
import { correctionSchema, type CorrectionStudy } from '../../../src/studies/correction/schema.js';
import { parse } from 'yaml';

/** A study as the schema makes it of YAML; files are taken from `dir`, as reading a study file would. */
export function studyOf(text: string, dir: string): CorrectionStudy {
  const study = correctionSchema.parse(parse(`study: correction\n${text}`));
  const samples = Object.entries(study.samples).map(([name, sample]) => [
    name,
    { ...sample, files: sample.files.map((file) => path.join(dir, file)) },
  ]);
  return { ...study, samples: Object.fromEntries(samples) as CorrectionStudy['samples'] };
}

export const planOf = (study: CorrectionStudy, quick = false, cache = tmpdir()): Promise<Plan> =>
  planCorrection(study, { directory: '/', quick, seed: 1, cache, warn: () => undefined });
