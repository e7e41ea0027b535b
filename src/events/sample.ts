import { userError } from '../base/error.js';
import { nearMatches } from '../base/near.js';
import type { Column } from './column.js';
import type { Source, StoredColumns } from './sources/source.js';
import { ident } from './sql.js';

/** Several files as one sample: what they have in common, and the SQL that reads them in order. */
export interface Sample {
  readonly sources: readonly Source[];
  /** After `explode`. */
  readonly columns: readonly Column[];
  readonly exploded: ReadonlySet<string>;
  /** A SELECT whose columns are called c0, c1, … after their places in `columns`. */
  select(names: readonly string[]): Promise<string>;
  /** Where columns lie in Parquet files, whose rows are those of the sample; undefined where there are none. */
  parquet(names: readonly string[]): Promise<readonly StoredColumns[] | undefined>;
}

/**
 * Joins opened files into one sample.
 *
 * @throws userError `events.files-differ` naming the file whose columns differ from the first one's
 */
export function joinSources(
  sources: readonly Source[],
  options: { explode?: string | undefined; entries?: number | undefined; at?: string | undefined },
): Sample {
  const [first, ...others] = sources;
  const columns = first.columns.map((column) => {
    let { type } = column;
    for (const other of others) {
      const same = other.columns.find((c) => c.name === column.name);
      if (!same) throw differs(other, first, column.name);
      const mixed = (type === 'real' && same.type === 'integer') || (type === 'integer' && same.type === 'real');
      if (same.type !== type && !mixed) {
        const message = `column "${column.name}" is ${type} in ${first.path}, but ${same.type} in ${other.path}`;
        const hint = 'files of one sample must agree: convert one of them, or leave it out';
        throw userError({ code: 'events.files-differ', message, path: other.path, hint });
      }
      if (mixed) type = 'real';
    }
    return { ...column, type };
  });
  for (const other of others) {
    const extra = other.columns.find((c) => !first.columns.some((f) => f.name === c.name));
    if (extra) throw differs(first, other, extra.name);
  }
  const exploded = new Set(
    options.explode === undefined ? [] : explodedNames(columns, options.explode, first.path, options.at),
  );
  const after = columns.map((c): Column => {
    if (!exploded.has(c.name)) return c;
    const { name, stored } = c;
    if (c.element === 'list') return { name, stored, type: 'list', element: c.inner };
    return { name, stored, type: c.element ?? 'real' };
  });
  const place = new Map(columns.map((c, i) => [c.name, i]));
  return {
    sources,
    columns: after,
    exploded,
    parquet: async (names) => {
      if (exploded.size > 0 || options.entries !== undefined) return undefined;
      const stored: StoredColumns[] = [];
      for (const source of sources) {
        const one = await source.parquet?.(names);
        if (!one) return undefined;
        stored.push(one);
      }
      return stored;
    },
    select: async (names) => {
      const driver = [...exploded][0];
      const wanted = exploded.size > 0 && !names.some((n) => exploded.has(n)) ? [...names, driver] : [...names];
      // Something must be read to count rows.
      if (wanted.length === 0) {
        const usable = columns.find((c) => c.unreadable === undefined);
        if (usable) wanted.push(usable.name);
      }
      const ids = wanted.map((name) => ident(`c${place.get(name)}`));
      const parts: string[] = [];
      for (const source of sources)
        parts.push(`SELECT * FROM (${await source.select(wanted)}) AS t(${ids.join(', ')})`);
      let sql = parts.join(' UNION ALL ');
      if (options.entries !== undefined) sql = `SELECT * FROM (${sql}) LIMIT ${options.entries}`;
      if (exploded.size === 0) return sql;
      const shown = wanted.map((name, i) => (exploded.has(name) ? `unnest(${ids[i]}) AS ${ids[i]}` : ids[i]));
      return `SELECT ${shown.join(', ')} FROM (${sql})`;
    },
  };
}

function explodedNames(columns: readonly Column[], prefix: string, file: string, at?: string): string[] {
  // Fixed arrays are lists too, but not of objects; their stored type has a length in the brackets.
  const lists = columns.filter((c) => c.type === 'list' && c.unreadable === undefined && c.stored.includes('[]'));
  const jagged = lists.length > 0 ? lists : columns.filter((c) => c.type === 'list');
  const own = jagged.filter(
    (c) => c.name === prefix || c.name.startsWith(`${prefix}_`) || c.name.startsWith(`${prefix}.`),
  );
  if (own.length > 0) return own.map((c) => c.name);
  const groups = [...new Set(jagged.map((c) => c.name.split(/[_.]/)[0]))];
  const near = nearMatches(prefix, groups);
  throw userError({
    code: 'events.explode',
    message: `no list columns "${prefix}_…" in ${file}`,
    path: at === undefined ? 'explode' : `${at}.explode`,
    got: prefix,
    expected: groups.length ? `one of ${groups.slice(0, 12).join(', ')}` : 'a file with list columns',
    hint: near.length ? `did you mean ${near.map((n) => `"${n}"`).join(' or ')}?` : undefined,
  });
}

function differs(lacking: Source, having: Source, column: string): Error {
  const near = nearMatches(
    column,
    lacking.columns.map((c) => c.name),
  );
  return userError({
    code: 'events.files-differ',
    message: `${lacking.path} has no column "${column}", but ${having.path} has: files of one sample must agree`,
    path: lacking.path,
    hint: near.length
      ? `it has ${near.map((n) => `"${n}"`).join(', ')}`
      : 'leave the file out, or make it a sample of its own',
  });
}
