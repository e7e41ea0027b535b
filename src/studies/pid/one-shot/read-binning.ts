import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { userError } from '../../../base/error.js';
import { didYouMean } from '../../../base/near.js';
import { PIDCALIB2_PARTICLES } from '../../../formats/tables/pidcalib2-binning.js';
import { explainIssue, worst } from '../../issues.js';
import { jsonSchema } from '../../json-schema.js';
import { parseYaml } from '../../parse-yaml.js';
import { binning, type BinningSpec } from '../../values.js';

/** Bins by variable. */
export type TableBinning = Readonly<Record<string, BinningSpec>>;

/** `{ p: [0.5, 1, 2], cosTheta: { from: -1, to: 1, bins: 4 } }` */
export const tableBinning = z
  .record(z.string().min(1), binning)
  .refine((record) => Object.keys(record).length > 0, 'at least one variable is needed')
  .describe('variable of the probe → bins');

const byParticle = z.record(z.string().min(1), tableBinning);

/**
 * Reads bins from a YAML or JSON file: `{ variable: bins }`, or PIDCalib2's `{ particle: { variable: [edges] } }`.
 *
 * @param particle whose bins are taken of a file by particle; PIDCalib2's names (`Pi`, `Mu`) are known
 * @param variables which of the file's variables, in this order; all by default
 * @throws userError `pid.binning` where the particle or a variable is missing, `study.*` for what is no binning
 */
export async function readBinning(
  file: string,
  particle: string,
  variables?: readonly string[],
): Promise<Record<string, BinningSpec>> {
  const name = path.basename(file);
  const text = await readFile(file, 'utf8').catch(() => {
    throw userError({
      code: 'pid.binning',
      message: `cannot read the binning file "${file}"`,
      path: '--binning',
      expected: 'bins such as "p=0.5,1,2;cosTheta=-1:1:4", or a YAML or JSON file',
    });
  });
  const { raw, where } = parseYaml(text, name, {
    what: 'a binning file',
    example: 'p: [0.5, 1, 2], cosTheta: { from: -1, to: 1, bins: 4 }',
  });
  const nested = Object.values((raw ?? {}) as Record<string, unknown>).every(
    (v) => typeof v === 'object' && v !== null && !Array.isArray(v) && !('from' in v) && !('quantiles' in v),
  );
  const schema = nested ? byParticle : tableBinning;
  const parsed = schema.safeParse(raw);
  if (!parsed.success) {
    const { keys, ...data } = explainIssue(worst(parsed.error.issues), raw, jsonSchema(schema));
    throw userError({ ...data, message: data.message.replace('the study file', name), path: where(keys) });
  }
  const own = nested ? particleBins(parsed.data as Record<string, TableBinning>, particle, name) : parsed.data;
  return chosenBins(own as TableBinning, variables, name);
}

/**
 * Bins of some variables, in their order; by default of all.
 *
 * @param name where the bins stand
 * @throws userError `pid.binning` where there are none for a variable
 */
export function chosenBins(bins: TableBinning, variables: readonly string[] | undefined, name: string): TableBinning {
  return Object.fromEntries(
    (variables ?? Object.keys(bins)).map((variable) => {
      if (Object.hasOwn(bins, variable)) return [variable, bins[variable]];
      throw userError({
        code: 'pid.binning',
        message: `${name} has no bins for "${variable}"`,
        path: name,
        expected: Object.keys(bins).join(', '),
        hint: didYouMean(variable, Object.keys(bins)),
      });
    }),
  );
}

function particleBins(all: Readonly<Record<string, TableBinning>>, particle: string, file: string): TableBinning {
  for (const name of [particle, PIDCALIB2_PARTICLES[particle] ?? particle])
    if (Object.hasOwn(all, name)) return all[name];
  throw userError({
    code: 'pid.binning',
    message: `${file} has no bins for the particle "${particle}"`,
    path: file,
    expected: Object.keys(all).join(', '),
    hint: didYouMean(particle, Object.keys(all)),
  });
}
