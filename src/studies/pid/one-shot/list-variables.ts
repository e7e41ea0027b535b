import path from 'node:path';
import { describeType } from '../../../events/column.js';
import { inspectFiles } from '../../../events/inspect.js';
import { withTemporaryStore } from '../../../events/temporary-store.js';
import { BUILT_IN, trackVariables } from '../../../events/variables/builtin.js';
import { detectorsOf } from '../../../events/variables/identification.js';
import { readOwnVariables, type OwnVariablesSpec } from '../../own-variables.js';
import { modeOf, readModeFile } from '../schema/mode-file.js';

export interface VariablesOptions {
  readonly tree?: string | undefined;
  /** A file of modes, or a shipped mode: which tracks there are, and derived columns. */
  readonly mode?: string | undefined;
  /** Own variables, besides those of the mode's file. */
  readonly with?: OwnVariablesSpec | undefined;
  /** Read every value and say its range. */
  readonly ranges?: boolean | undefined;
  readonly jobs?: number | undefined;
}

export interface VariableList {
  readonly files: readonly string[];
  readonly columns: readonly {
    readonly name: string;
    readonly type: string;
    readonly stored: string;
    readonly unreadable?: string;
    readonly min?: number | string;
    readonly max?: number | string;
    readonly nan?: number;
  }[];
  /** Tracks by their prefix, and what their columns are called in their place: `kaonID` for `D0_K_kaonID`. */
  readonly tracks: readonly {
    readonly particle?: string;
    readonly prefix: string;
    readonly variables: readonly string[];
  }[];
  /** Detectors whose likelihoods `binaryID(K, pi, …)` may name. */
  readonly detectors: readonly string[];
  readonly functions: readonly { readonly usage: string; readonly about: string }[];
  readonly own: readonly {
    readonly name: string;
    readonly arguments: readonly [number, number];
    readonly about: string;
    readonly origin: string;
  }[];
}

/**
 * What may stand in a string about some files: columns, tracks, functions, own variables. Reads headers; values only for ranges.
 *
 * @throws userError for unreadable files, an unknown mode, own variables that are wrong
 * @example await pidVariables(['data.parquet'], { mode: 'Dst' })
 */
export async function pidVariables(files: readonly string[], options: VariablesOptions = {}): Promise<VariableList> {
  const full = files.map((f) => path.resolve(f));
  const modeFile = options.mode === undefined ? undefined : await readModeFile(options.mode, process.cwd(), '--mode');
  const mode = modeFile && modeOf(modeFile, undefined, '--mode').mode;
  const ofMode = modeFile ? await readOwnVariables(modeFile.variables, path.dirname(modeFile.path)) : undefined;
  const own = await readOwnVariables(options.with, process.cwd(), '--with');
  return withTemporaryStore(options.jobs, async (store) => {
    const variables = trackVariables(undefined, (columns) => ({
      ...ofMode?.variables(columns),
      ...own.variables(columns),
    }));
    const functions = { ...ofMode?.functions, ...own.functions };
    const table = await store.open(
      { files: full, tree: options.tree },
      { define: { ...modeFile?.define, ...mode?.define }, variables, functions },
    );
    const names = new Set(table.columns.map((c) => c.name));
    const summaries = options.ranges ? await rangesOf(full, options) : new Map<string, Range>();
    const tracks = mode
      ? Object.entries(mode.probes).flatMap(([particle, list]) => list.map((prefix) => ({ particle, prefix })))
      : prefixes(names).map((prefix) => ({ prefix }));
    return {
      files: full,
      columns: table.columns.map((c) => {
        const { min, max, nan } = summaries.get(c.name) ?? {};
        return {
          name: c.name,
          type: describeType(c),
          stored: c.stored,
          ...(c.unreadable === undefined ? {} : { unreadable: c.unreadable }),
          ...(min === undefined ? {} : { min }),
          ...(max === undefined ? {} : { max }),
          ...(nan ? { nan } : {}),
        };
      }),
      tracks: tracks.map((track) => ({ ...track, variables: shortNames(names, track.prefix) })),
      detectors: detectorsOf({ has: (n) => names.has(n), all: () => names }),
      functions: BUILT_IN.map(({ usage, about }) => ({ usage, about })),
      own: [...(ofMode?.list ?? []), ...own.list].map((v) => ({
        name: v.name,
        arguments: v.arguments ?? ([0, 0] as const),
        about: v.about ?? (typeof v.expression === 'string' ? v.expression : ''),
        origin: v.origin ?? '',
      })),
    };
  });
}

const shortNames = (names: ReadonlySet<string>, prefix: string): string[] =>
  [...names]
    .filter((n) => n.startsWith(prefix) && '_.'.includes(n[prefix.length] ?? ' '))
    .map((n) => n.slice(prefix.length + 1));

/** Prefixes that look like tracks: they have a momentum or an identification number. */
function prefixes(names: ReadonlySet<string>): string[] {
  const found = [...names].flatMap((n) => /^(.+)[_.](?:p|pt|px|P|PT|PX|charge|\w+ID)$/.exec(n)?.[1] ?? []);
  return [...new Set(found)].filter((prefix) => shortNames(names, prefix).length > 1);
}

interface Range {
  readonly min: number | string | undefined;
  readonly max: number | string | undefined;
  readonly nan: number;
}

async function rangesOf(files: readonly string[], options: VariablesOptions): Promise<Map<string, Range>> {
  const all = await inspectFiles(files, { tree: options.tree, threads: options.jobs });
  const merged = new Map<string, Range>();
  for (const { columns } of all) {
    for (const { name, min, max, nan } of columns) {
      const before = merged.get(name) ?? { min, max, nan: 0 };
      merged.set(name, {
        min: outermost(before.min, min, -1),
        max: outermost(before.max, max, 1),
        nan: before.nan + nan,
      });
    }
  }
  return merged;
}

function outermost(
  a: number | string | undefined,
  b: number | string | undefined,
  sign: 1 | -1,
): number | string | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return a < b === sign < 0 ? a : b;
}
