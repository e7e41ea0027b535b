import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { z } from 'zod';
import { userError } from '../../../base/error.js';
import { explainIssue, worst } from '../../issues.js';
import { jsonSchema } from '../../json-schema.js';
import { parseYaml } from '../../parse-yaml.js';

/** A workflow's file, read and checked. */
export interface Config<T> {
  readonly file: string;
  readonly directory: string;
  readonly config: T;
  where(keys: readonly PropertyKey[]): string;
  readonly keys: ReadonlySet<string>;
}

/** @throws userError with the key, its line and column, and the nearest known key */
export async function readConfig<T>(file: string, schema: z.ZodType<T>): Promise<Config<T>> {
  const absolute = path.resolve(file);
  const name = path.basename(absolute);
  const text = await readFile(absolute, 'utf8').catch((cause: unknown) => {
    throw userError(
      { code: 'pid.config', message: `cannot read "${file}"`, path: file, hint: 'name a YAML file' },
      { cause },
    );
  });
  const { raw, where } = parseYaml(text, name, {
    what: 'a configuration',
    example: 'keys as datamc pid fixed-weights --help and refit --help show',
  });
  const parsed = schema.safeParse(raw);
  if (!parsed.success) {
    const { keys, ...data } = explainIssue(worst(parsed.error.issues), raw, jsonSchema(schema));
    throw userError({ ...data, message: data.message.replace('the study file', name), path: where(keys) });
  }
  const keys = new Set(Object.keys(raw as object));
  return { file: absolute, directory: path.dirname(absolute), config: parsed.data, where, keys };
}
