import type { DatamcError } from '../../base/error.js';
import { userError } from '../../base/error.js';
import { didYouMean } from '../../base/near.js';
import type { RootFile, TreeSummary } from './types.js';

const listed = (trees: readonly TreeSummary[]): string =>
  trees.map((tree) => `${tree.name} (${tree.entries} entries)`).join(', ');

/** Without the cycle, which chooses nothing (`events;2` → `events`), and without a leading slash. */
export const bareName = (name: string): string => name.replace(/;\d+$/, '').replace(/^\/+/, '');

export function unknownTree(file: { path: string; trees: readonly TreeSummary[] }, name: string): DatamcError {
  const near = didYouMean(
    name,
    file.trees.map((tree) => tree.name),
  );
  return userError({
    code: 'events.unknown-tree',
    message: `no tree "${name}" in ${file.path}`,
    path: file.path,
    got: name,
    expected: listed(file.trees) || 'the file has no tree',
    ...(near ? { hint: near } : {}),
  });
}

/**
 * The tree to read: the one asked for or, if none was named, the only one there is.
 *
 * @throws a user error that lists the trees if there are several (or none), or the name is unknown
 * @example chooseTree(file) // 'Tuple/DecayTree'
 */
export function chooseTree(file: Pick<RootFile, 'path' | 'trees'>, name?: string): string {
  if (name !== undefined) {
    const bare = bareName(name);
    if (file.trees.some((tree) => tree.name === bare)) return bare;
    throw unknownTree(file, bare);
  }
  if (file.trees.length === 1) return file.trees[0]!.name;
  if (file.trees.length === 0) {
    const expected = 'a file with a TTree or an RNTuple';
    throw userError({ code: 'events.no-tree', message: `no tree in ${file.path}`, path: file.path, expected });
  }
  throw userError({
    code: 'events.which-tree',
    message: `${file.trees.length} trees in ${file.path}, and none was named`,
    path: file.path,
    expected: `one of ${listed(file.trees)}`,
    hint: `name it: tree: ${file.trees[0]!.name}`,
  });
}
