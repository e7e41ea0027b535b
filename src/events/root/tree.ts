import { DatamcError, userError } from '../../base/error.js';
import { didYouMean } from '../../base/near.js';
import type { ColumnSource } from './columns.js';
import { PlacedDamage, damagedBasket, damagedTree } from './damage.js';
import { recoverRead } from './recover.js';
import { commonStarts, startsOf } from './starts.js';
import type { EntryRange, MissingEntries, RootBranch, RootColumn, RootTree } from './types.js';

/** How a tree gets its bytes: decode native plans (here or on workers), or ask jsroot. */
export interface TreeBackend {
  /** Columns of the sources given, for entries [from, to); throws PlacedDamage where the place is known. */
  decode(sources: readonly ColumnSource[], from: number, to: number, reuse?: number): Promise<Map<string, RootColumn>>;
  close(): void;
}

/** A tree of a file: finds columns by name, checks ranges, and turns damage into errors that name the place. */
export class OpenTree implements RootTree {
  readonly name: string;
  readonly entries: number;
  readonly branches: readonly RootBranch[];
  readonly #path: string;
  readonly #columns: ReadonlyMap<string, ColumnSource>;
  readonly #backend: TreeBackend;

  constructor(
    path: string,
    name: string,
    entries: number,
    columns: ReadonlyMap<string, ColumnSource>,
    backend: TreeBackend,
  ) {
    this.#path = path;
    this.name = name;
    this.entries = entries;
    this.#columns = columns;
    this.#backend = backend;
    this.branches = [...columns.values()].map((column) => column.info);
  }

  async read(names: readonly string[], range?: EntryRange, reuse?: number): Promise<Map<string, RootColumn>> {
    const { from, to } = this.#range(range);
    try {
      return await this.#decodeRaw(names, from, to, reuse);
    } catch (error) {
      throw this.#named(error);
    }
  }

  basketStarts(names: readonly string[]): Float64Array {
    return commonStarts(names.map((name) => startsOf(this.#source(name))));
  }

  recover(
    names: readonly string[],
    range?: EntryRange,
  ): Promise<{ readonly columns: Map<string, RootColumn>; readonly missing: readonly MissingEntries[] }> {
    const { from, to } = this.#range(range);
    return recoverRead(names, from, to, (some, a, b) =>
      this.#decodeRaw(some, a, b).catch((error: unknown) => {
        throw error instanceof PlacedDamage ? error : this.#named(error);
      }),
    );
  }

  close(): void {
    this.#backend.close();
  }

  /** An error with file and tree in it. */
  #named(error: unknown): DatamcError {
    if (error instanceof DatamcError) return error;
    if (error instanceof PlacedDamage) return damagedBasket(this.#path, this.name, error.place);
    // Numbers that make no sense in the tree itself: a length of 2^40, say.
    return damagedTree(this.#path, this.name, error);
  }

  async #decodeRaw(
    names: readonly string[],
    from: number,
    to: number,
    reuse?: number,
  ): Promise<Map<string, RootColumn>> {
    const wanted = names.map((name) => [name, this.#source(name)] as const);
    const got = await this.#backend.decode([...new Set(wanted.map(([, source]) => source))], from, to, reuse);
    return new Map(wanted.map(([name, source]) => [name, got.get(source.info.name)!]));
  }

  #source(name: string): ColumnSource {
    const source = this.#columns.get(name) ?? this.#columns.get(name.replace(/(\[\d*\])+$/, ''));
    if (!source) {
      const near = didYouMean(name, this.#columns.keys());
      throw userError({
        code: 'events.unknown-column',
        message: `no branch "${name}" in tree ${this.name} of ${this.#path}`,
        path: `${this.#path}, tree ${this.name}`,
        got: name,
        hint: near ?? `the tree has ${this.branches.length} branches: datamc inspect ${this.#path}`,
      });
    }
    if (source.info.readable) return source;
    throw userError({
      code: 'events.unreadable-branch',
      message: source.info.why ?? `branch "${name}" cannot be read`,
      path: `${this.#path}, tree ${this.name}`,
      hint: 'leave it out; the other branches can be read',
    });
  }

  #range(range?: EntryRange): EntryRange {
    const { from, to } = range ?? { from: 0, to: this.entries };
    if (Number.isInteger(from) && Number.isInteger(to) && 0 <= from && from <= to && to <= this.entries) {
      return { from, to };
    }
    throw userError({
      code: 'events.entry-range',
      message: `no entries ${from} to ${to} in tree ${this.name}: it has ${this.entries}`,
      path: `${this.#path}, tree ${this.name}`,
    });
  }
}
