import { stat } from 'node:fs/promises';
import path from 'node:path';
import { createHash } from 'node:crypto';
import type { Column } from '../column.js';
import type { ColumnBlock, StoredType } from '../parquet/page.js';
import { chooseTree, openRoot, type RootBranch, type RootColumn, type RootTree } from '../root/reader.js';
import type { ScalarType } from '../expression/scope.js';
import type { Warning } from '../warning.js';
import { Cached, type BatchColumn, type BatchReader } from './batches.js';
import type { OpenOptions, Source } from './source.js';

const typeOf = (stored: string): ScalarType =>
  stored.startsWith('float') ? 'real' : stored === 'bool' ? 'boolean' : stored === 'string' ? 'string' : 'integer';

/** Opens a tree or ntuple of a ROOT file; its columns are read into the cache when first used. */
export async function rootSource(
  file: string,
  cache: string,
  checksum: () => Promise<string>,
  options: OpenOptions,
): Promise<Source> {
  const threads = options.threads === undefined ? {} : { threads: options.threads };
  const root = await openRoot(file, threads);
  const name = chooseTree(root, options.tree);
  const tree = await root.tree(name);
  const columns = tree.branches.map(columnOf);
  const { entries } = tree;
  await root.close();
  const warnings: Warning[] = [];
  const openReader = async (): Promise<BatchReader> => {
    const again = await openRoot(file, threads);
    return new TreeReader(
      columns,
      await again.tree(name),
      () => again.close(),
      options.recover ? { file, warnings } : undefined,
    );
  };
  let cached: Promise<Cached> | undefined;
  const open = async (): Promise<Cached> => {
    const key = createHash('sha256')
      .update(`${name}${options.recover ? ' recovered' : ''}`)
      .digest('hex')
      .slice(0, 16);
    const directory = path.join(cache, await checksum(), key);
    // With recovery all columns must lose the same entries, so they are converted together.
    const { size } = await stat(file);
    return new Cached(directory, options.recover ? 0 : size, columns, openReader);
  };
  return {
    path: file,
    format: 'root',
    tree: name,
    columns: columns.map((c) => c.column),
    ...(options.recover ? {} : { rows: entries }),
    warnings,
    parquet: async (names) => (await (cached ??= open())).parquet(names),
    select: async (names) => (await (cached ??= open())).select(names),
  };
}

function columnOf(branch: RootBranch): BatchColumn {
  const scalar = typeOf(branch.type);
  const nested = branch.shape === 'jagged' && branch.length > 1;
  const shape = nested ? 'nested' : branch.shape === 'jagged' ? 'list' : branch.shape === 'fixed' ? 'fixed' : 'flat';
  const dimensions = branch.dimensions.map((d) => `[${d}]`).join('');
  const base: Column = {
    name: branch.name,
    type: shape === 'flat' ? scalar : 'list',
    stored: `${branch.type}${branch.shape === 'jagged' ? '[]' : ''}${dimensions}`,
  };
  const why = !branch.readable
    ? (branch.why ?? `branches of type ${branch.type} have no reader`)
    : branch.shape === 'objects'
      ? `it holds nested lists or objects (${branch.type})`
      : undefined;
  const element = shape === 'flat' ? {} : nested ? { element: 'list' as const, inner: scalar } : { element: scalar };
  return {
    column: { ...base, ...element, ...(why === undefined ? {} : { unreadable: why }) },
    stored: branch.type as StoredType,
    shape,
    length: branch.length,
  };
}

class TreeReader implements BatchReader {
  constructor(
    readonly columns: readonly BatchColumn[],
    private readonly tree: RootTree,
    readonly close: () => void,
    private readonly recovery?: { file: string; warnings: Warning[] },
  ) {}

  get rows(): number {
    return this.tree.entries;
  }

  starts(names: readonly string[]): ArrayLike<number> {
    return this.tree.basketStarts(names);
  }

  async read(names: readonly string[], from: number, to: number, turn: number): Promise<readonly ColumnBlock[]> {
    if (!this.recovery) return blocksOf(await this.tree.read(names, { from, to }, turn), names);
    const { columns, missing } = await this.tree.recover(names, { from, to });
    for (const { branch, why, from: first, to: last } of missing) {
      const message = `entries ${first} to ${last - 1} are left out: basket of "${branch}": ${why}`;
      this.recovery.warnings.push({ code: 'events.recovered', message, count: last - first, path: this.recovery.file });
    }
    return blocksOf(columns, names);
  }
}

const blocksOf = (columns: Map<string, RootColumn>, names: readonly string[]): ColumnBlock[] =>
  names.map((name) => {
    const column = columns.get(name);
    if (!column || column.kind === 'objects') throw new Error(`internal: no values for branch ${name}`);
    return column.kind === 'jagged' ? { values: column.values, offsets: column.offsets } : { values: column.values };
  });
