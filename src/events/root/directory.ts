import type { JsrootDirectory, JsrootFile, JsrootKey } from './jsroot-objects.js';
import { quietly } from './metadata.js';
import type { TreeSummary } from './types.js';

export interface TreeKey {
  readonly name: string;
  readonly kind: TreeSummary['kind'];
  readonly key: JsrootKey;
}

const kinds: Readonly<Record<string, TreeSummary['kind']>> = {
  TTree: 'TTree',
  TNtuple: 'TTree',
  TNtupleD: 'TTree',
  'ROOT::RNTuple': 'RNTuple',
  'ROOT::Experimental::RNTuple': 'RNTuple',
};

/** All trees of a file with their directories, each with its highest cycle, in file order. */
export async function treeKeys(file: JsrootFile): Promise<TreeKey[]> {
  const found = new Map<string, TreeKey>();
  const visit = async (directory: JsrootDirectory, prefix: string): Promise<void> => {
    for (const key of directory.fKeys) {
      const name = prefix + key.fName;
      const kind = kinds[key.fClassName];
      if (kind) {
        const known = found.get(name);
        if (!known || known.key.fCycle < key.fCycle) found.set(name, { name, kind, key });
      } else if (/^TDirectory/.test(key.fClassName)) {
        const sub = await quietly(() => file.readObject(name, key.fCycle));
        await visit(sub as JsrootDirectory, `${name}/`);
      }
    }
  };
  await visit(file, '');
  return [...found.values()];
}
