import { userError } from '../base/error.js';
import { didYouMean } from '../base/near.js';
import type { ScalarAlgebra } from './algebra.js';
import type { FitModel, ParameterSetting } from './model.js';
import { parameterExpression, type ParameterExpression } from './parameter-expression.js';
import type { FitParameter } from './pdf.js';

/** A parameter of the whole fit. */
export interface TableEntry extends FitParameter {
  readonly role: 'yield' | 'shape' | 'none';
  readonly formula?: ParameterExpression | undefined;
}

/** Where a component finds its parameters in the table. */
export interface ComponentPlaces {
  readonly yield: number;
  readonly parameters: readonly number[];
}

export interface ParameterTable {
  readonly entries: readonly TableEntry[];
  /** By category, then component. */
  readonly places: readonly (readonly ComponentPlaces[])[];
  /** Numbers of the entries that are fitted. */
  readonly free: readonly number[];
  /** All entries' values, given those of the free ones. */
  values<T>(a: ScalarAlgebra<T>, free: readonly T[]): T[];
}

/** What the data say of a component before the fit: its parameters as its pdf proposes them, and its yield. */
export interface Proposal {
  readonly parameters: readonly FitParameter[];
  readonly yield: number;
}

/**
 * All parameters of a model under their names in the fit: `signal.mean`, and `yield.signal` for the number of events; with the
 * category before the component (`pass.signal.mean`) where there are several. A parameter that a setting refers to by
 * name has that name.
 *
 * @param proposals by category, then component
 * @throws userError for what makes no fit: a yield that is a shape parameter, a start outside its limits, expressions in a circle, …
 */
export function parameterTable(model: FitModel, proposals: readonly (readonly Proposal[])[]): ParameterTable {
  const several = model.categories.length > 1;
  const entries: TableEntry[] = [];
  const known = new Map<string, number>();
  const enter = (
    name: string,
    proposal: FitParameter,
    setting: ParameterSetting | string | undefined,
    role: 'yield' | 'shape',
  ): number => {
    const global = typeof setting === 'string' ? setting : name;
    const before = known.get(global);
    if (before !== undefined) {
      if (entries[before].role !== role) throw mixed(global);
      return before;
    }
    const own = typeof setting === 'string' ? model.parameters?.[setting] : setting;
    known.set(global, entries.length);
    entries.push({ ...settle(global, proposal, own), role });
    return entries.length - 1;
  };
  const places = model.categories.map(({ name: category, components }, c) =>
    components.map((component, k): ComponentPlaces => {
      const prefix = several ? `${category}.${component.name}` : component.name;
      const unknown = Object.keys(component.parameters ?? {}).find(
        (name) => !component.pdf.parameters.some((p) => p.name === name),
      );
      if (unknown !== undefined) throw unknownParameter(component.name, unknown, component.pdf.parameters);
      const proposal = proposals[c][k];
      const size: FitParameter = { name: 'yield', start: proposal.yield, low: 0, high: Infinity, fixed: false };
      const at = component.pdf.parameters.map(({ name }, i) =>
        enter(`${prefix}.${name}`, proposal.parameters[i], component.parameters?.[name], 'shape'),
      );
      return { parameters: at, yield: enter(`yield.${prefix}`, size, component.yield, 'yield') };
    }),
  );
  // Parameters that only expressions and constraints mention.
  for (const [name, setting] of Object.entries(model.parameters ?? {})) {
    if (known.has(name)) continue;
    const free: FitParameter = { name, start: Number.NaN, low: -Infinity, high: Infinity, fixed: false };
    known.set(name, entries.length);
    entries.push({ ...settle(name, free, setting), role: 'none' });
  }
  return table(entries, places, known);
}

function table(entries: TableEntry[], places: ParameterTable['places'], known: Map<string, number>): ParameterTable {
  const names = [...known.keys()];
  entries.forEach((entry, i) => {
    if (entry.expression !== undefined)
      entries[i] = { ...entry, formula: parameterExpression({ text: entry.expression, path: entry.name }, names) };
  });
  const order = ordered(entries, known);
  for (const entry of entries) checkRoles(entry, entries, known);
  const free = [...entries.keys()].filter((i) => !entries[i].fixed && !entries[i].formula);
  for (const i of free) {
    if (Number.isFinite(entries[i].start)) continue;
    throw userError({ code: 'fit.no-start', message: `parameter "${entries[i].name}" has no start value` });
  }
  return {
    entries,
    places,
    free,
    values<T>(a: ScalarAlgebra<T>, given: readonly T[]): T[] {
      const out: T[] = entries.map((entry) => a.constant(entry.start));
      free.forEach((place, i) => (out[place] = given[i]));
      for (const i of order) out[i] = (entries[i].formula as ParameterExpression).evaluate(a, at);
      return out;
      function at(name: string): T {
        return out[known.get(name) as number];
      }
    },
  };
}

/** Start, limits and whether it moves: what the user said before what the pdf proposes. */
function settle(name: string, proposal: FitParameter, setting: ParameterSetting | undefined): Omit<TableEntry, 'role'> {
  const expression = setting?.expression ?? (setting ? undefined : proposal.expression);
  const fixed = setting?.fixed ?? (proposal.fixed && setting?.start === undefined ? proposal.start : undefined);
  // Limits given may go beyond those proposed, but not where the density means nothing.
  const [least, most] = proposal.natural ?? [proposal.low, proposal.high];
  const low = Math.max(setting?.low ?? proposal.low, least);
  const high = Math.min(setting?.high ?? proposal.high, most);
  const start = fixed ?? setting?.start ?? Math.min(Math.max(proposal.start, low), high);
  const bad = (message: string, got: number): Error =>
    userError({ code: 'fit.parameter', message: `parameter "${name}": ${message}`, got: String(got), path: name });
  for (const value of [setting?.start, setting?.fixed])
    if (value !== undefined && !Number.isFinite(value)) throw bad('a value that is not finite', value);
  if (!(low < high)) throw bad('the lower limit is not below the upper one', low);
  if (start < low || start > high) {
    if (fixed === undefined) throw bad(`the start lies outside [${short(low)}, ${short(high)}]`, start);
    if (fixed < least || fixed > most)
      throw bad(`the value lies outside ${within(least, most)}, where the density means anything`, fixed);
  }
  return { name, start, low, high, fixed: fixed !== undefined, ...(expression === undefined ? {} : { expression }) };
}

const short = (value: number): number => Number(value.toPrecision(6));

/** `[0, 1]`; without an upper limit the smallest number of all, or 0, is told in words. */
const within = (low: number, high: number): string =>
  high === Infinity && low >= 0 && low < 1e-300 ? 'the positive numbers' : `[${short(low)}, ${short(high)}]`;

/** Entries with a formula, each after those it needs. */
function ordered(entries: readonly TableEntry[], known: ReadonlyMap<string, number>): number[] {
  const order: number[] = [];
  const state = new Map<number, 'open' | 'done'>();
  const visit = (i: number, path: readonly string[]): void => {
    const { formula, name } = entries[i];
    if (!formula || state.get(i) === 'done') return;
    if (state.get(i) === 'open')
      throw userError({
        code: 'fit.circular',
        message: `parameters are given by each other: ${[...path, name].join(' → ')}`,
        path: name,
        hint: 'give one of them a value, or leave it out',
      });
    state.set(i, 'open');
    for (const other of formula.names) visit(known.get(other) as number, [...path, name]);
    state.set(i, 'done');
    order.push(i);
  };
  for (const i of entries.keys()) visit(i, []);
  return order;
}

/** A formula of a shape that leads to a yield, or the other way round. */
function checkRoles(
  { name, role, formula }: TableEntry,
  entries: readonly TableEntry[],
  known: ReadonlyMap<string, number>,
  of: { readonly name: string; readonly role: TableEntry['role'] } = { name, role },
): void {
  for (const other of formula?.names ?? []) {
    const entry = entries[known.get(other) as number];
    if (of.role !== 'none' && entry.role !== 'none' && entry.role !== of.role)
      throw mixed(of.role === 'yield' ? of.name : other);
    checkRoles(entry, entries, known, of);
  }
}

const mixed = (name: string): Error =>
  userError({
    code: 'fit.yield-is-shape',
    message: `"${name}" is a yield and a shape parameter: a yield cannot also be part of a density`,
    path: name,
    hint: 'give one of the two a name of its own',
  });

const unknownParameter = (component: string, name: string, has: readonly { readonly name: string }[]): Error => {
  const names = has.map((p) => p.name);
  return userError({
    code: 'fit.unknown-parameter',
    message: `the density of "${component}" has no parameter "${name}"`,
    path: `${component}.${name}`,
    expected: names.join(', ') || 'no parameters',
    hint: didYouMean(name, names),
  });
};
