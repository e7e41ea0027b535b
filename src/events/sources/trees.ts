import { openRoot } from '../root/reader.js';
import { openH5 } from './hdf5.js';
import { tablesIn } from './hdf5-tables.js';
import { formatOf } from './open-source.js';

export interface TreeInfo {
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
  readonly unreadable?: string | undefined;
}

/** The trees of a ROOT file or the tables of an HDF5 file; nothing for formats that hold one table. */
export async function treesIn(file: string): Promise<TreeInfo[]> {
  const format = await formatOf(file);
  if (format === 'root') {
    const root = await openRoot(file);
    const trees: TreeInfo[] = [];
    for (const { name, entries, why } of root.trees) {
      const columns = why === undefined ? (await root.tree(name)).branches.length : 0;
      trees.push({ name, rows: entries, columns, unreadable: why });
    }
    await root.close();
    return trees;
  }
  if (format !== 'hdf5') return [];
  const h5 = await openH5(file);
  try {
    return tablesIn(h5).map(({ name, rows, columns }) => ({ name, rows, columns: columns.length }));
  } finally {
    h5.close();
  }
}
