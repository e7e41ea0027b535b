import { open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { userError } from '../base/error.js';
import { sha256File, stableJson } from '../base/hash.js';
import type { Json, JsonObject } from '../base/json.js';
import { NpyWriter } from '../events/npy-write.js';
import { npyHeader, npyRows } from '../events/sources/npy.js';
import { gridSize } from './grid.js';
import { NORMALISATIONS } from './normaliser.js';
import { PRE_TRANSFORMS } from './pre-transform.js';
import type { Template } from './template.js';

const FORMAT = 'datamc density 1';

const axis = z.strictObject({
  name: z.string(),
  expression: z.string(),
  transform: z.enum(PRE_TRANSFORMS as [string, ...string[]]),
  normaliser: z.strictObject({
    kind: z.enum(NORMALISATIONS as unknown as [string, ...string[]]),
    x: z.array(z.number()).min(2),
    y: z.array(z.number()).min(2),
  }),
  nodes: z.array(z.number()).min(2),
  layout: z.enum(['nodes', 'bins']),
  atoms: z.array(z.strictObject({ value: z.number(), mass: z.number() })),
});

const header = z.looseObject({
  format: z.literal(FORMAT),
  name: z.string(),
  method: z.enum(['kernel', 'histogram', 'flow']),
  given: z.array(axis),
  variables: z.array(axis).min(1),
  numbers: z.strictObject({
    file: z.string(),
    sha256: z.string(),
    arrays: z.array(
      z.strictObject({ name: z.string(), from: z.int(), length: z.int(), clipped: z.number().optional() }),
    ),
  }),
  facts: z.record(z.string(), z.unknown()),
});

/** The file of numbers beside a template's JSON. */
const numbersFile = (file: string): string => file.replace(/\.json$/, '') + '.npy';

/**
 * Writes a template: FILE.json says what it is (axes, facts, where each array stands), FILE.npy holds the numbers, one after
 * another, as NumPy reads them. Same template, same bytes; what is read again is the same to the last bit.
 *
 * @param file path that ends in `.json`
 * @returns both paths
 * @example numpy: `a = json['numbers']['arrays'][0]; np.load('kaonID.npy')[a['from']:a['from'] + a['length']]`
 */
export async function saveTemplate(file: string, template: Template): Promise<string[]> {
  const numbers = numbersFile(file);
  const entries = Object.entries(template.variations).map(([name, v]) => ({
    name,
    values: v.values,
    clipped: v.clipped,
  }));
  const arrays = [...entries, { name: 'statistics', values: template.statistics, clipped: undefined }];
  let at = 0;
  const listed = arrays.map(({ name, values, clipped }) => {
    const from = at;
    at += values.length;
    return { name, from, length: values.length, ...(clipped === undefined ? {} : { clipped }) };
  });
  const writer = await NpyWriter.create(numbers, "'<f8'");
  try {
    for (const { values } of arrays) await writer.write(values.length, [values]);
    await writer.finish();
  } catch (error) {
    await writer.abandon();
    throw error;
  }
  const { name, method, given, variables, facts } = template;
  const head = {
    format: FORMAT,
    name,
    method,
    given,
    variables,
    facts,
    numbers: { file: path.basename(numbers), sha256: await sha256File(numbers), arrays: listed },
  };
  const partial = `${file}.${process.pid}.partial`;
  try {
    await writeFile(partial, `${stableJson(head as unknown as Json, 1)}\n`);
    await rename(partial, file);
  } finally {
    await rm(partial, { force: true });
  }
  return [file, numbers];
}

/**
 * Reads what `saveTemplate` wrote.
 *
 * @throws userError `density.unreadable`, `density.not-a-template`, `density.damaged`
 * @example const template = await loadTemplate('densities/K_kaonID.json')
 */
export async function loadTemplate(file: string): Promise<Template> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw userError(
      {
        code: 'density.unreadable',
        message: `cannot read the density "${file}"`,
        path: file,
        hint: 'datamc pid kde FILE --out NAME writes one: NAME.json and NAME.npy',
      },
      { cause },
    );
  });
  const parsed = header.safeParse(parse(text));
  if (!parsed.success) {
    throw userError({
      code: 'density.not-a-template',
      message: `"${file}" is no density that datamc has written`,
      path: file,
      got: parsed.error.issues[0]?.path.join('.') || 'something else',
      expected: `JSON with format "${FORMAT}"`,
    });
  }
  const { name, method, given, variables, numbers, facts } = parsed.data;
  const beside = path.join(path.dirname(file), path.basename(numbers.file));
  const all = await numbersOf(beside, numbers.sha256);
  const arrays = new Map(numbers.arrays.map((a) => [a.name, { ...a, values: all.slice(a.from, a.from + a.length) }]));
  const axes = { given, variables } as unknown as Pick<Template, 'given' | 'variables'>;
  const size = gridSize([...axes.given, ...axes.variables]);
  const whole = [...arrays.values()].every(
    (a) => a.values.length === a.length && (a.name === 'statistics' || a.length === size),
  );
  const statistics = arrays.get('statistics');
  if (!whole || !statistics || !arrays.has('nominal')) throw damaged(beside, 'its arrays do not fit the axes');
  arrays.delete('statistics');
  return {
    name,
    method,
    ...axes,
    variations: Object.fromEntries([...arrays].map(([key, a]) => [key, { values: a.values, clipped: a.clipped ?? 0 }])),
    statistics: statistics.values,
    facts: facts as JsonObject,
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function numbersOf(file: string, sum: string): Promise<Float64Array> {
  const handle = await open(file).catch((cause: unknown) => {
    const hint = 'a density is two files, NAME.json and NAME.npy: keep them together';
    throw userError({ code: 'density.unreadable', message: `there is no "${file}"`, path: file, hint }, { cause });
  });
  try {
    if ((await sha256File(file)) !== sum) throw damaged(file, 'its checksum is not the one that its JSON names');
    const array = await npyHeader(handle, file, 0, (await handle.stat()).size, 'numbers');
    const [values] = await npyRows(handle, array, array.fields, 0, array.rows);
    return values as Float64Array;
  } finally {
    await handle.close();
  }
}

const damaged = (file: string, why: string) =>
  userError({
    code: 'density.damaged',
    message: `"${file}" is damaged: ${why}`,
    path: file,
    hint: 'copy both files again, or make the density anew',
  });
