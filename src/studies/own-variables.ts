import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { userError } from '../base/error.js';
import type { TableOptions } from '../events/store.js';
import { trackVariables } from '../events/variables/builtin.js';
import { definedVariable, ownVariables, type OwnVariable, type OwnVariables } from '../events/variables/own.js';
import { expression } from './values.js';

const definitions = z.record(z.string().min(1), expression);

/**
 * `variables:` of a study: definitions by name (`asym(a, b): "(a - b) / (a + b)"`), a module's path, or a list of either.
 */
export const ownVariablesSchema = z
  .union([definitions, z.string().min(1), z.array(z.union([z.string().min(1), definitions]))])
  .describe('own variables: "name(arguments)": expression, or modules (.js) that export "variables"');

export type OwnVariablesSpec = z.output<typeof ownVariablesSchema>;

/**
 * Loads users' variables from what a study file says, or from `--with`.
 *
 * @param directory where modules' paths begin
 * @param at the key, for errors
 * @throws userError `variables.module` where a module cannot be loaded, and whatever is wrong with a definition
 */
export async function readOwnVariables(
  spec: OwnVariablesSpec | undefined,
  directory: string,
  at = 'variables',
): Promise<OwnVariables> {
  const list: OwnVariable[] = [];
  const entries = spec === undefined ? [] : Array.isArray(spec) ? spec : [spec];
  for (const [i, entry] of entries.entries()) {
    const place = Array.isArray(spec) ? `${at}[${i}]` : at;
    if (typeof entry === 'string') list.push(...(await moduleVariables(entry, directory, place)));
    else for (const [head, text] of Object.entries(entry)) list.push(definedVariable(head, text, `${place}.${head}`));
  }
  return ownVariables(list);
}

async function moduleVariables(name: string, directory: string, at: string): Promise<OwnVariable[]> {
  const failed = (why: string) =>
    userError({
      code: 'variables.module',
      message: `the module of variables "${name}" ${why}`,
      path: at,
      expected: 'a module that exports "variables": a list of { name, arguments, needs, expression or run }',
    });
  if (!/\.m?js$/.test(name)) throw failed('is no JavaScript file (.js, .mjs)');
  const url = pathToFileURL(path.resolve(directory, name)).href;
  const module = (await import(url).catch((error: Error) => {
    throw failed(`cannot be loaded: ${error.message.split('\n', 1)[0].replace(/ imported from .*$/, '')}`);
  })) as { variables?: unknown };
  const { variables } = module;
  const whole = Array.isArray(variables) && variables.every((v) => typeof v === 'object' && v !== null && 'name' in v);
  if (!whole) throw failed('does not export a list "variables"');
  return (variables as OwnVariable[]).map((v) => ({ ...v, origin: name }));
}

/** How a table is opened so that strings are those of one track, or of none. */
export const inPlaceOf = (own: OwnVariables, prefix?: string): Pick<TableOptions, 'variables' | 'functions'> => ({
  variables: trackVariables(prefix === '' ? undefined : prefix, own.variables),
  functions: own.functions,
});
