import { didYouMean } from '../../base/near.js';
import { VariableProblem } from '../expression/problem.js';
import { printName } from '../expression/print.js';

/** The columns that variables look for, and the prefix of the track in whose place a string stands. */
export interface ColumnNames {
  readonly has: (name: string) => boolean;
  readonly all: () => Iterable<string>;
  /** `D0_K`: `kaonID` means `D0_K_kaonID`. */
  readonly prefix?: string | undefined;
}

/** How a track's column may be joined to its prefix: `D0_K_p`, `track.p`. */
const JOINTS = ['_', '.', '__'];

/** The name of a track's column as an expression writes it, or undefined where there is none. */
export function columnOf(
  columns: ColumnNames,
  prefix: string | undefined,
  names: readonly string[],
): string | undefined {
  const element = /^(.+)\[(\d+)\]$/.exec(prefix ?? '');
  const start = element?.[1] ?? prefix ?? columns.prefix;
  for (const name of names) {
    const found =
      start === undefined
        ? columns.has(name)
          ? name
          : undefined
        : JOINTS.map((joint) => `${start}${joint}${name}`).find((full) => columns.has(full));
    if (found !== undefined) return element ? `${printName(found)}[${element[2]}]` : printName(found);
  }
  return undefined;
}

/** Prefixes of columns that end in one of these names: which tracks a file has. */
export function prefixesWith(columns: ColumnNames, names: readonly string[]): string[] {
  const found = new Set<string>();
  for (const column of columns.all()) {
    for (const name of names) {
      if (
        column.length > name.length + 1 &&
        column.endsWith(name) &&
        '_.'.includes(column[column.length - name.length - 1])
      ) {
        found.add(column.slice(0, -name.length - 1));
      }
    }
  }
  return [...found];
}

/** A problem with a column that a variable needs, of a track that may not exist at all. */
export function lacking(
  columns: ColumnNames,
  prefix: string | undefined,
  names: readonly string[],
  what: string,
  argument?: number,
): VariableProblem {
  const tracks = prefixesWith(columns, names);
  const of = prefix ?? columns.prefix;
  const missing = of === undefined ? names[0] : `${of}_${names[0]}`;
  const near = of === undefined ? undefined : didYouMean(of, tracks);
  const hint =
    near ??
    (tracks.length
      ? `tracks that have it: ${tracks.slice(0, 6).join(', ')}`
      : (didYouMean(missing, columns.all()) ??
        `it needs ${names.map((n) => (of === undefined ? n : `${of}_${n}`)).join(' or ')}`));
  return new VariableProblem('unknown-column', `${what} needs the column "${missing}"`, hint, argument);
}
