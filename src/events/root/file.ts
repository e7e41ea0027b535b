import { availableParallelism } from 'node:os';
import { userError } from '../../base/error.js';
import { BasketReader } from './basket.js';
import { openBytes } from './byte-source.js';
import { bareName, unknownTree } from './choose-tree.js';
import { createUnpacker } from './codecs/unpack.js';
import { damagedTree, reasonOf } from './damage.js';
import type { TreeKey } from './directory.js';
import { treeKeys } from './directory.js';
import { checkHeader } from './header.js';
import type { JsrootFile, JsrootTree } from './jsroot-objects.js';
import { openMetadata, quietly, treeAlarms } from './metadata.js';
import { openNtuple } from './ntuple.js';
import { createPool } from './pool.js';
import { openTTree } from './ttree.js';
import type { RootFile, RootTree, TreeSummary } from './types.js';

export interface OpenRootOptions {
  /** Threads that decode side by side in large reads; by default as many as there are cores, at most 8. */
  readonly threads?: number;
}

/**
 * Open a ROOT file: its trees (TTree, TNtuple, RNTuple) with their branches.
 * Close it when done: it holds the file and, after a large read, threads.
 *
 * @throws user errors: no such file, a directory, empty, not a ROOT file, cut short, damaged contents
 * @example
 * const file = await openRoot('events.root');
 * const tree = await file.tree(chooseTree(file));
 * const { values } = (await tree.read(['pt'])).get('pt')!;
 * file.close();
 */
export async function openRoot(path: string, options: OpenRootOptions = {}): Promise<RootFile> {
  const source = openBytes(path);
  const unpacker = createUnpacker();
  const decoder = { reader: new BasketReader(source), unpacker };
  const pool = createPool(path, decoder, options.threads ?? Math.min(availableParallelism(), 8));
  const close = (): void => {
    pool.close();
    source.close();
  };
  try {
    checkHeader(source);
    const opened = await contents(path, async () => {
      const file = await openMetadata(source, unpacker);
      return { file, keys: await treeKeys(file) };
    });
    const { file, keys } = opened;
    const openTree = async (key: TreeKey): Promise<RootTree> => {
      if (key.kind === 'RNTuple') return openNtuple(key.name, key.key, file, source, unpacker);
      const object = await quietly(() => file.readObject(key.name, key.key.fCycle), treeAlarms);
      return openTTree(key.name, object as JsrootTree, file, source, decoder, pool);
    };
    const trees: TreeSummary[] = [];
    const ready = new Map<string, RootTree>();
    for (const key of keys) {
      const { name, kind } = key;
      try {
        const tree = await openTree(key);
        ready.set(name, tree);
        trees.push({ name, kind, entries: tree.entries });
      } catch (error) {
        trees.push({ name, kind, entries: 0, why: reasonOf(error) });
      }
    }
    return {
      path,
      trees,
      async tree(name) {
        const bare = bareName(name);
        const tree = ready.get(bare);
        if (tree) return tree;
        const summary = trees.find((each) => each.name === bare);
        if (!summary) throw unknownTree({ path, trees }, bare);
        throw damagedTree(path, bare, summary.why);
      },
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

/** Run what reads the list of contents; its failure says that the file is damaged. */
async function contents(path: string, read: () => Promise<{ file: JsrootFile; keys: TreeKey[] }>) {
  try {
    return await read();
  } catch (error) {
    throw userError({
      code: 'events.damaged-file',
      message: `the contents of ${path} cannot be read: ${reasonOf(error)}`,
      path,
      hint: 'fetch the file again and compare its checksum',
    });
  }
}
