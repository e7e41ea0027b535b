import { rowCells } from '../../../hist/row-cells.js';
import type { Chosen } from './choose-tables.js';
import type { LoadedTable } from './load-tables.js';

/** A table, and how its cells are found. */
export interface Side {
  readonly table: LoadedTable;
  readonly columns: readonly string[];
  /** Shared by tables with the same columns and bins. */
  readonly find: ReturnType<typeof rowCells>;
  /** What is said of a value on each axis that is no number, or outside. */
  readonly words: readonly { readonly 'not a number': string; readonly outside: string }[];
}

/** The tables of one reconstructed and one true particle: for candidates that pass the cut, and for those that fail. */
export interface Pair {
  readonly recoPdg: number;
  readonly truthPdg: number;
  readonly anyTruth: boolean;
  passing?: Side;
  failing?: Side;
}

/** @param value the name under which the values of an expression will come */
export function pairsOf(tables: Chosen, value: (expression: string) => string): Pair[] {
  const pairs: Pair[] = [];
  const finders = new Map<string, Side['find']>();
  const finder = (axes: LoadedTable['table']['axes']): Side['find'] => {
    const key = axes.map((a) => `${a.column} ${a.edges.join()}`).join(';');
    const find = finders.get(key) ?? rowCells(axes);
    finders.set(key, find);
    return find;
  };
  for (const t of tables) {
    const { reco, truth, axes, side } = t.table;
    let pair = pairs.find((p) => p.recoPdg === reco.pdg && p.truthPdg === truth.pdg);
    if (!pair) pairs.push((pair = { recoPdg: reco.pdg, truthPdg: truth.pdg, anyTruth: t.anyTruth === true }));
    const own: Side = {
      table: t,
      columns: axes.map((a) => value(a.column)),
      find: finder(axes),
      words: axes.map(({ column, edges }) => ({
        'not a number': `${column} is not a number`,
        outside: `${column} outside ${edges[0]} to ${edges[edges.length - 1]}`,
      })),
    };
    if (side === 'identified') pair.passing = own;
    else pair.failing = own;
  }
  return pairs;
}
