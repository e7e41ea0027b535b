import path from 'node:path';
import { sha256, stableJson } from '../../../base/hash.js';
import type { Json } from '../../../base/json.js';
import type { OwnVariablesSpec } from '../../own-variables.js';
import { kindOf } from '../catalogue/index-files.js';
import type { ProductionTask, Settings } from './settings.js';

/** What is done to the files of a task: the mode's cut and derived columns. */
export interface Selection {
  readonly select: string | undefined;
  readonly define: Readonly<Record<string, string>>;
  /** Own variables of the mode's file, modules by their names alone. */
  readonly variables: readonly (string | Record<string, string>)[];
  /** The modules, absolute. */
  readonly modules: readonly string[];
}

/** What own variables rest on: definitions, and modules as files. */
export function ownOf(spec: OwnVariablesSpec | undefined, directory: string): Pick<Selection, 'variables' | 'modules'> {
  const entries = spec === undefined ? [] : Array.isArray(spec) ? spec : [spec];
  return {
    variables: entries.map((entry) => (typeof entry === 'string' ? path.basename(entry) : entry)),
    modules: entries.flatMap((entry) => (typeof entry === 'string' ? [path.resolve(directory, entry)] : [])),
  };
}

/** A short name for any value: eight digits of its hash. */
export const hashed = (value: Json): string => `hashed_${sha256(stableJson(value)).slice(0, 8)}`;

/**
 * The folder of a task's tuples: every parameter that defines them is in the path, long ones by their hash, so that equal
 * paths hold equal tuples and other ones never overwrite them.
 */
export function folderOf(task: ProductionTask, settings: Settings, selection: Selection): string {
  const parts: readonly (readonly [string, string])[] = [
    ['release', settings.gbasf2_release],
    ['model_name', task.model],
    ['forMC', kindOf(task.proc) === 'simulation' ? 'True' : 'False'],
    ['proc', task.proc],
    ['cms_energy', task.cms_energy],
    ['gbasf2_project_name_prefix', task.short_name],
    [
      'selection',
      hashed({ select: selection.select ?? '', define: selection.define, variables: [...selection.variables] }),
    ],
  ];
  return ['ntuples', ...parts.map(([key, value]) => `${key}=${value.replace(/[/\\\s]+/g, '-')}`)].join('/');
}

/** The tuple of one input file; its place in the list keeps names apart that are alike in different folders. */
export const tupleName = (input: string, index: number): string =>
  `${String(index).padStart(4, '0')}_${path.parse(input).name.replace(/[^\w.+=-]/g, '-')}.parquet`;
