import path from 'node:path';
import type { OwnVariables } from '../../../events/variables/own.js';
import type { TaskContext } from '../../../runs/task.js';
import { readOwnVariables, type OwnVariablesSpec } from '../../own-variables.js';

const entriesOf = (spec: OwnVariablesSpec | undefined) =>
  spec === undefined ? [] : Array.isArray(spec) ? spec : [spec];

/** The modules that a study's own variables come from, as absolute paths: they are input files of its tasks. */
export const variableModules = (spec: OwnVariablesSpec | undefined, directory: string): string[] =>
  entriesOf(spec).flatMap((entry) => (typeof entry === 'string' ? [path.resolve(directory, entry)] : []));

/** The same without folders: what tasks are told. */
export const portableVariables = (spec: OwnVariablesSpec | undefined): OwnVariablesSpec =>
  entriesOf(spec).map((entry) => (typeof entry === 'string' ? path.basename(entry) : entry));

/** A study's own variables inside a task, whose modules are among its files. */
export function taskVariables(
  context: Pick<TaskContext, 'files'>,
  spec: OwnVariablesSpec | undefined,
): Promise<OwnVariables> {
  const found = (name: string): string => context.files.find((file) => path.basename(file) === name) ?? name;
  const absolute = entriesOf(spec).map((entry) => (typeof entry === 'string' ? found(entry) : entry));
  return readOwnVariables(absolute, '/');
}
