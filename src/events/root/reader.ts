export { chooseTree } from './choose-tree.js';
export { openRoot } from './file.js';
export type { OpenRootOptions } from './file.js';
export type {
  EntryRange,
  MissingEntries,
  NumberType,
  RootBranch,
  RootColumn,
  RootFile,
  RootTree,
  TreeSummary,
  TypedArray,
} from './types.js';
