import { stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { DatamcError, taskError } from '../../../base/error.js';
import type { Json, JsonObject } from '../../../base/json.js';
import { makeFolder } from '../../../base/make-folder.js';
import { convertFiles } from '../../../events/convert.js';
import type { TaskContext, TaskKind } from '../../../runs/task.js';
import { readOwnVariables } from '../../own-variables.js';
import { catalogueText, type CatalogueEntry } from '../catalogue/catalogue.js';
import { kindOf } from '../catalogue/index-files.js';
import { trackVariables } from '../../../events/variables/builtin.js';

interface SkimParams {
  readonly place: string;
  readonly short_name: string;
  readonly proc: string;
  readonly model: string;
  readonly retries: number;
  readonly define: Readonly<Record<string, string>>;
  readonly variables: readonly (string | Record<string, string>)[];
  readonly select?: string;
  readonly tree?: string;
}

interface Skimmed {
  readonly rows: number;
  readonly bytes: number;
  readonly columns: readonly string[];
}

/** One input file → one tuple: derived columns, the mode's cut. Tried again where it fails, as often as the settings say. */
async function skim(context: TaskContext): Promise<Json> {
  const params = context.params as unknown as SkimParams;
  const out = path.join(context.dir, 'tuple.parquet');
  const [input, ...modules] = context.files;
  const found = (name: string): string => modules.find((file) => path.basename(file) === name) ?? name;
  const spec = params.variables.map((entry) => (typeof entry === 'string' ? found(entry) : entry));
  const own = await readOwnVariables(spec, path.dirname(input));
  const options = {
    variables: trackVariables(undefined, own.variables),
    functions: own.functions,
    tree: params.tree,
    select: params.select,
    define: params.define,
    cache: context.cache,
    threads: context.threads,
    mayBeEmpty: true,
    metadata: { datamc: JSON.stringify(context.provenance) },
  };
  const done = await tried(params.retries, input, () => convertFiles([input], out, options));
  for (const { name, why } of done.left) context.warn(`column "${name}" is left out: ${why}`);
  for (const { message, count } of done.warnings) context.warn(message, count);
  const { size } = await stat(out);
  return { rows: done.rows, bytes: size, columns: [...done.columns] };
}

/** What a mistake in a string is, is so at every try. */
const hopeless = (error: unknown): boolean => error instanceof DatamcError && error.data.code.startsWith('expression.');

/** Tries something until it succeeds, `retries` times more at most, with growing pauses: 0.1 s, 0.2 s, … 2 s. */
async function tried<T>(retries: number, file: string, work: () => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt < retries && !hopeless(error)) {
        await wait(Math.min(2_000, 100 * 2 ** attempt));
        continue;
      }
      if (!(error instanceof DatamcError)) throw error;
      const times = attempt ? ` (tried ${attempt + 1} times)` : '';
      // A failure of the work, whoever can mend it: only such a one lets the other files go on.
      const message = `${error.data.message}${times}`;
      throw taskError({ ...error.data, message, path: error.data.path ?? path.basename(file) }, { cause: error });
    }
  }
}

interface SubmitParams {
  readonly tasks: readonly (JsonObject & { readonly short_name: string; readonly payload?: JsonObject })[];
}

/** Writes the list of tasks, and for each with datasets on the grid what would be submitted. */
async function submit(context: TaskContext): Promise<Json> {
  const { tasks } = context.params as unknown as SubmitParams;
  const list = tasks.map(({ payload, ...task }) => ({
    ...task,
    ...(payload ? { submit: `payloads/${task.short_name}.json` } : {}),
  }));
  await writeFile(path.join(context.dir, 'tasks.json'), text(list));
  const payloads = path.join(context.dir, 'payloads');
  for (const { short_name, payload } of tasks) {
    if (!payload) continue;
    await makeFolder(payloads);
    await writeFile(path.join(payloads, `${short_name}.json`), text(payload));
    const datasets = payload['gbasf2_input_datasets'] as readonly string[];
    await writeFile(path.join(payloads, `${short_name}.list`), `${datasets.join('\n')}\n`);
  }
  const submitted = tasks.filter((task) => task.payload);
  return {
    payloads: submitted.length,
    datasets: submitted.reduce(
      (n, task) => n + ((task.payload as JsonObject)['gbasf2_input_datasets'] as unknown[]).length,
      0,
    ),
  };
}

const text = (value: unknown): string => `${JSON.stringify(value, undefined, 1)}\n`;

interface IndexParams {
  readonly absent: number;
  readonly skims: readonly (Pick<SkimParams, 'place' | 'proc' | 'model' | 'short_name'> & { readonly id: string })[];
}

/** The catalogue of what was made, and its numbers. */
async function index(context: TaskContext): Promise<Json> {
  const { absent, skims } = context.params as unknown as IndexParams;
  const entries: CatalogueEntry[] = [];
  const summary: Record<string, number> = {};
  for (const { id, place, proc, model, short_name } of skims) {
    if (context.missing.includes(id)) continue;
    const { rows, bytes, columns } = context.input(id).result as unknown as Skimmed;
    entries.push({ file: `/${place}`, collection: proc, mode: model, kind: kindOf(proc), rows, bytes, columns });
    summary[`${short_name}.files`] = (summary[`${short_name}.files`] ?? 0) + 1;
    summary[`${short_name}.events`] = (summary[`${short_name}.events`] ?? 0) + rows;
  }
  await writeFile(
    path.join(context.dir, 'catalogue.yaml'),
    catalogueText({ path: '/catalogue.yaml', unions: {}, entries }),
  );
  const { payloads, datasets } = context.input('submit').result as { payloads: number; datasets: number };
  return {
    'files.done': entries.length,
    'files.failed': context.missing.length,
    'files.absent': absent,
    events: entries.reduce((n, e) => n + e.rows, 0),
    'submit.tasks': payloads,
    'submit.datasets': datasets,
    ...summary,
  };
}

export const tasks: Readonly<Record<string, TaskKind>> = {
  'pid.produce.skim': skim,
  'pid.produce.submit': submit,
  'pid.produce.index': index,
};
