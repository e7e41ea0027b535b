import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parse as parseYamlList } from 'yaml';
import { z } from 'zod';
import { userError } from '../../../base/error.js';
import { explainIssue, worst } from '../../issues.js';
import { jsonSchema } from '../../json-schema.js';
import { parseYaml } from '../../parse-yaml.js';

/** `settings.json`: what the grid is told, and the list of tasks. Keys of b2luigi's batch settings keep their names. */
const settingsSchema = z.strictObject({
  gbasf2_install_directory: z.string().min(1).default('~/gbasf2_install').describe('where gbasf2 is installed'),
  gbasf2_print_status_updates: z.boolean().default(true).describe('print the state of the jobs'),
  gbasf2_max_retries: z.int().min(0).max(100).default(5).describe('how often a failed file or job is tried again'),
  gbasf2_cputime: z.number().positive().default(5).describe('CPU time per event, as gbasf2 wants it'),
  gbasf2_release: z.string().min(1).default('release-08-00-00').describe('basf2 release'),
  gbasf2_download_logs: z.boolean().default(false).describe('fetch the logs of the jobs'),
  particleid_tasks: z
    .string()
    .min(1)
    .default('pid_task_list.yaml')
    .describe('the list of tasks, relative to this file'),
  modes: z.string().min(1).optional().describe('a file of modes; the shipped ones by default'),
});
export type Settings = z.output<typeof settingsSchema>;

const word = z
  .string()
  .regex(/^[\w.+-]+$/, 'must consist of letters, digits, dots, plus signs, underscores and dashes');

const taskSchema = z.strictObject({
  path: z.string().min(1).describe('.list file with one dataset or file a line'),
  proc: word.describe('data period or simulation campaign, such as bucket14'),
  short_name: word.describe('name of the task, such as Dst_b14; unique'),
  model: word.describe('mode, such as Dst'),
  cms_energy: word.default('4S').describe('energy of the collisions, such as 4S'),
  tree: z.string().min(1).optional().describe('tree of ROOT files'),
});
export type ProductionTask = z.output<typeof taskSchema>;

const listSchema = z.array(taskSchema).min(1);

export interface Production {
  /** Folder of the settings; paths begin here. */
  readonly directory: string;
  readonly settings: Settings;
  readonly tasks: readonly ProductionTask[];
  /** Name of the list of tasks, for errors. */
  readonly list: string;
}

/**
 * Reads the settings of a production (JSON or YAML) and its list of tasks (YAML).
 *
 * @throws userError with line, column and the nearest known key
 */
export async function readProduction(file: string): Promise<Production> {
  const full = path.resolve(file);
  const { raw, where } = parseYaml(await textOf(full, file), path.basename(full), {
    what: 'a file of settings',
    example: 'particleid_tasks: pid_task_list.yaml',
  });
  const settings = checked(settingsSchema, raw, where, path.basename(full));
  const directory = path.dirname(full);
  const listFile = path.resolve(directory, settings.particleid_tasks);
  const name = path.basename(listFile);
  const text = await textOf(listFile, settings.particleid_tasks, `${path.basename(full)}, particleid_tasks`);
  const tasks = taskList(text, name);
  const twice = tasks.find((task, i) => tasks.findIndex((other) => other.short_name === task.short_name) !== i);
  if (twice) {
    const message = `two tasks have the short_name "${twice.short_name}"`;
    throw userError({ code: 'produce.short-name', message, path: name, expected: 'a name of its own for each task' });
  }
  return { directory, settings, tasks, list: name };
}

const LISTED = '- { path: Dst_b14.list, proc: bucket14, short_name: Dst_b14, model: Dst, cms_energy: 4S }';

/** The list is a sequence, which the reader of study files does not take: it stands under a key of its own here. */
function taskList(text: string, name: string): ProductionTask[] {
  let isList = false;
  try {
    isList = Array.isArray(parseYamlList(text));
  } catch {
    // The reader below says what is wrong, and where.
  }
  if (!isList) {
    parseYaml(text, name, { what: 'a list of tasks', example: LISTED });
    throw userError({ code: 'produce.list', message: 'the list of tasks is not a list', path: name, expected: LISTED });
  }
  const indented = `tasks:\n${text
    .replace(/^\uFEFF/, '')
    .replace(/^(?:---|%).*$/gm, '')
    .replace(/^/gm, '  ')}`;
  const { raw, where } = parseYaml(indented, name);
  const at = (keys: readonly PropertyKey[]): string =>
    where(['tasks', ...keys]).replace(
      /:(\d+):(\d+)$/,
      (_, line: string, column: string) => `:${Number(line) - 1}:${Number(column) - 2}`,
    );
  return checked(listSchema, (raw as { tasks: unknown }).tasks, at, name);
}

function checked<T>(
  schema: z.ZodType<T>,
  raw: unknown,
  where: (keys: readonly PropertyKey[]) => string,
  file: string,
): T {
  const parsed = schema.safeParse(raw);
  if (parsed.success) return parsed.data;
  const { keys, ...data } = explainIssue(worst(parsed.error.issues), raw, jsonSchema(schema));
  throw userError({ ...data, message: data.message.replace('the study file', file), path: where(keys) });
}

async function textOf(full: string, name: string, at?: string): Promise<string> {
  return readFile(full, 'utf8').catch((cause: unknown) => {
    throw userError(
      {
        code: 'produce.unreadable',
        message: `cannot read "${name}"`,
        path: at ?? name,
        got: full,
        expected: 'a file of JSON or YAML',
      },
      { cause },
    );
  });
}
