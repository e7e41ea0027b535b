import { userError } from '../../../base/error.js';
import { didYouMean } from '../../../base/near.js';
import type { Catalogue, CatalogueEntry } from './catalogue.js';

export interface Query {
  /** `proc13+prompt`: the union. `MC15rd_proc13+prompt` is `MC15rd_proc13` and `MC15rd_prompt`. Absent: all. */
  readonly collection?: string | undefined;
  readonly mode?: string | undefined;
  readonly period?: string | undefined;
  /** Columns that every file must have. */
  readonly columns?: readonly string[] | undefined;
}

/**
 * The collections that a query names, as the catalogue calls them, sorted.
 *
 * `+` unites. A name that holds a `+` itself is taken whole where the catalogue has it. A campaign in front of the first
 * (`MC15rd_`) holds for those after it, so that simulation is never mixed with data.
 *
 * @param at the key or option that holds the query, for errors
 * @throws userError `catalogue.unknown-collection` with near matches; `catalogue.mixed` where data and simulation would be united
 */
export function collectionsOf(catalogue: Catalogue, query: string, at?: string): string[] {
  const names = new Set(catalogue.entries.map((e) => e.collection));
  const known = [...names, ...Object.keys(catalogue.unions)];
  const found = new Set<string>();
  const add = (name: string, trail: readonly string[]): void => {
    if (names.has(name)) {
      found.add(name);
      return;
    }
    if (Object.hasOwn(catalogue.unions, name) && !trail.includes(name)) {
      for (const part of catalogue.unions[name]) add(part, [...trail, name]);
      return;
    }
    throw unknown(name, known, query, at);
  };
  const whole = query.trim();
  if (names.has(whole) || Object.hasOwn(catalogue.unions, whole)) add(whole, []);
  else {
    const parts = whole.split('+').map((part) => part.trim());
    const campaign = /^mc[a-z0-9]*_/i.exec(parts[0])?.[0] ?? '';
    parts.forEach((part, i) => {
      add(i > 0 && campaign !== '' && !part.startsWith(campaign) ? `${campaign}${part}` : part, []);
    });
  }
  const kinds = new Set(catalogue.entries.filter((e) => found.has(e.collection)).map((e) => e.kind));
  if (kinds.size > 1) {
    const message = `"${query}" unites data and simulation`;
    throw userError({
      code: 'catalogue.mixed',
      message,
      path: at,
      got: [...found].sort().join(', '),
      expected: 'collections of one kind',
    });
  }
  return [...found].sort();
}

function unknown(name: string, known: readonly string[], query: string, at: string | undefined): Error {
  const list = [...known].sort();
  const hint =
    didYouMean(name, list) ?? (list.length ? `there are ${list.slice(0, 12).join(', ')}` : 'the catalogue is empty');
  const message = name === '' ? `the query "${query}" holds an empty name` : `there is no collection "${name}"`;
  return userError({ code: 'catalogue.unknown-collection', message, path: at, got: query, hint });
}

/**
 * The entries that a query selects, in the order of their paths.
 *
 * @throws userError `catalogue.*`: an unknown collection, mode, period or column, with near matches
 */
export function queryCatalogue(catalogue: Catalogue, query: Query, at?: string): CatalogueEntry[] {
  const chosen = query.collection === undefined ? undefined : collectionsOf(catalogue, query.collection, at);
  let entries = catalogue.entries.filter((e) => chosen === undefined || chosen.includes(e.collection));
  for (const key of ['mode', 'period'] as const) {
    const wanted = query[key];
    if (wanted === undefined) continue;
    const there = [...new Set(entries.flatMap((e) => e[key] ?? []))].sort();
    entries = entries.filter((e) => e[key] === wanted);
    if (entries.length > 0) continue;
    const of = chosen ? ` of ${chosen.join(', ')}` : '';
    const hint = didYouMean(wanted, there) ?? `there are: ${there.join(', ') || 'none'}`;
    throw userError({
      code: `catalogue.unknown-${key}`,
      message: `no file${of} has the ${key} "${wanted}"`,
      path: at,
      got: wanted,
      hint,
    });
  }
  const { columns = [] } = query;
  for (const column of columns) {
    const having = entries.filter((e) => e.columns.includes(column));
    if (having.length === 0 && entries.length > 0) {
      const known = new Set(entries.flatMap((e) => e.columns));
      throw userError({
        code: 'catalogue.unknown-column',
        message: `no file has the column "${column}"`,
        path: at,
        got: column,
        hint: didYouMean(column, known) ?? `datamc pid variables ${entries[0].file} lists what there is`,
      });
    }
    entries = having;
  }
  return [...entries].sort((a, b) => (a.file < b.file ? -1 : 1));
}
