import { readFile, writeFile } from 'node:fs/promises';
import { gunzipSync, gzipSync } from 'node:zlib';
import { z } from 'zod';
import { userError } from '../../base/error.js';
import { didYouMean } from '../../base/near.js';
import { checkNames } from './check-names.js';
import { serialize } from './serialize.js';
import { correctionSetSchema, type Correction, type CorrectionSet, type Edge } from './schema.js';

/** A number as an edge: infinities are strings in this format. */
export const edge = (v: number): Edge => (v === Infinity ? 'inf' : v === -Infinity ? '-inf' : v);

export const correctionSet = (description: string, corrections: readonly Correction[]): CorrectionSet => ({
  schema_version: 2,
  description,
  corrections: [...corrections],
});

/** Checks what a file holds against schema version 2. */
export function parseCorrectionSet(value: unknown, path?: string): CorrectionSet {
  const result = correctionSetSchema.safeParse(value);
  if (!result.success) {
    const issue = result.error.issues[0];
    throw userError({
      code: 'correctionlib.schema',
      message: `not a correctionlib file of schema version 2: ${z.prettifyError(result.error).split('\n')[0].replace('✖ ', '')}`,
      path: [path, issue.path.join('.')].filter(Boolean).join(': '),
      hint: 'correction validate FILE.json (of the Python package) names all that is wrong',
    });
  }
  checkNames(result.data);
  return result.data;
}

/** Writes `NAME.json` or `NAME.json.gz`, after the same checks as in reading. */
export async function writeCorrectionSet(path: string, set: CorrectionSet): Promise<void> {
  const text = `${serialize(parseCorrectionSet(set, path))}\n`;
  await writeFile(path, path.endsWith('.gz') ? gzipSync(text) : text);
}

export async function readCorrectionSet(path: string): Promise<CorrectionSet> {
  const bytes = await readFile(path);
  let value: unknown;
  try {
    value = JSON.parse((bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes).toString('utf8'));
  } catch (error) {
    throw userError(
      {
        code: 'correctionlib.json',
        message: 'not a JSON file, or not a whole one',
        path,
        got: (error as Error).message,
        expected: 'a correctionlib file of schema version 2',
      },
      { cause: error },
    );
  }
  return parseCorrectionSet(value, path);
}

/** The correction of that name. */
export function findCorrection(set: CorrectionSet, name: string): Correction {
  const found = set.corrections.find((c) => c.name === name);
  if (found) return found;
  const names = set.corrections.map((c) => c.name);
  throw userError({
    code: 'correctionlib.unknown',
    message: `no correction "${name}"`,
    expected: names.join(', '),
    hint: didYouMean(name, names),
  });
}
