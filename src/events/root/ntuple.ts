import { OpenTree } from './tree.js';
import type { RootTree } from './types.js';

export async function openNtuple(path: string, name: string, _ntuple: unknown): Promise<RootTree> {
  return new OpenTree(path, name, 0, new Map(), { decode: async () => new Map(), close() {} });
}
