import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { userError } from '../../../base/error.js';
import { didYouMean } from '../../../base/near.js';
import { explainIssue, worst } from '../../issues.js';
import { jsonSchema } from '../../json-schema.js';
import { parseYaml } from '../../parse-yaml.js';
import { expression } from '../../values.js';
import { ownVariablesSchema, type OwnVariablesSpec } from '../../own-variables.js';

const probe = z.union([z.string(), z.looseObject({ prefix: z.string() }).transform((p) => p.prefix)]);

/** What production and lists need of a mode; the study reads the rest (`fit`, …). */
const mode = z.looseObject({
  define: z.record(z.string(), expression).default({}).describe('derived columns'),
  select: expression.optional().describe('cut of the mode'),
  probes: z
    .record(z.string(), z.union([z.array(probe), probe.transform((p) => [p])]))
    .default({})
    .describe('particle: prefixes of its columns'),
});

const schema = z.looseObject({
  modes: z.record(z.string(), mode).describe('modes by name'),
  define: z.record(z.string(), expression).default({}).describe('derived columns'),
  variables: ownVariablesSchema.optional(),
});

export type ModeHead = z.output<typeof mode>;

/** A file of modes: a study, or one that only defines modes. */
export interface ModeFile {
  readonly path: string;
  readonly modes: Readonly<Record<string, ModeHead>>;
  readonly define: Readonly<Record<string, string>>;
  readonly variables: OwnVariablesSpec | undefined;
}

/** Where the modes lie that come with datamc. */
export const SHIPPED_MODES = fileURLToPath(new URL('../../../../examples/pid/modes/', import.meta.url));

/** Names of the shipped files of modes. */
export async function shippedModes(): Promise<string[]> {
  const files = await readdir(SHIPPED_MODES).catch(() => []);
  return files
    .filter((f) => f.endsWith('.yaml'))
    .map((f) => f.slice(0, -5))
    .sort();
}

/**
 * Reads a file of modes, by its path or by the name of a shipped one (`Dst`).
 *
 * @param at the key or option that names it
 * @throws userError `modes.unknown` with near matches; what is wrong in the file, with its line
 */
export async function readModeFile(name: string, directory: string, at?: string): Promise<ModeFile> {
  const own = path.resolve(directory, name);
  const shipped = path.join(SHIPPED_MODES, `${name}.yaml`);
  for (const file of [own, ...(/^[\w-]+$/.test(name) ? [shipped] : [])]) {
    const text = await readFile(file, 'utf8').catch(() => undefined);
    if (text !== undefined) return parse(text, file);
  }
  const known = await shippedModes();
  const hint = didYouMean(name, known) ?? `shipped: ${known.join(', ')}`;
  throw userError({
    code: 'modes.unknown',
    message: `there is no file and no shipped mode "${name}"`,
    path: at,
    got: name,
    hint,
  });
}

function parse(text: string, file: string): ModeFile {
  const { raw, where } = parseYaml(text, path.basename(file), {
    what: 'a file of modes',
    example: 'modes: { Dst: { probes: … } }',
  });
  const parsed = schema.safeParse(raw);
  if (!parsed.success) {
    const { keys, ...data } = explainIssue(worst(parsed.error.issues), raw, jsonSchema(schema));
    throw userError({ ...data, path: where(keys) });
  }
  const { modes, define, variables } = parsed.data;
  return { path: file, modes, define, variables };
}

/**
 * One mode of a file: the named one, or the only one.
 *
 * @throws userError `modes.unknown`
 */
export function modeOf(
  file: ModeFile,
  name: string | undefined,
  at?: string,
): { readonly name: string; readonly mode: ModeHead } {
  const names = Object.keys(file.modes);
  const wanted = name ?? (names.length === 1 ? names[0] : undefined);
  if (wanted !== undefined && Object.hasOwn(file.modes, wanted)) return { name: wanted, mode: file.modes[wanted] };
  const message =
    wanted === undefined ? `${path.basename(file.path)} has several modes` : `there is no mode "${wanted}"`;
  const hint = (wanted === undefined ? undefined : didYouMean(wanted, names)) ?? `it has ${names.join(', ')}`;
  throw userError({ code: 'modes.unknown', message, path: at, got: wanted, hint });
}
