import type { ByteSource } from './byte-source.js';
import type { ColumnSource } from './columns.js';
import { columnsOf } from './columns.js';
import { PlacedDamage, reasonOf } from './damage.js';
import type { JsrootBranch, JsrootFile, JsrootTree } from './jsroot-objects.js';
import type { WorkerPool } from './pool.js';
import { readThroughJsroot } from './through-jsroot.js';
import { OpenTree } from './tree.js';
import type { RootColumn, RootTree } from './types.js';

/** Open a TTree whose object jsroot has read. */
export function openTTree(
  name: string,
  tree: JsrootTree,
  file: JsrootFile,
  source: ByteSource,
  pool: WorkerPool,
): RootTree {
  const throughJsroot = async (
    { info }: ColumnSource,
    branch: JsrootBranch,
    from: number,
    to: number,
  ): Promise<RootColumn> => {
    try {
      return await readThroughJsroot(tree, branch, from, to);
    } catch (error) {
      const why = `cannot be read as ${info.type} (${reasonOf(error)})`;
      throw new PlacedDamage({ branch: info.name, basket: 0, from, to, why });
    }
  };

  return new OpenTree(source.path, name, Number(tree.fEntries), columnsOf(tree, file), {
    async decode(sources, from, to) {
      const plans = [...new Set(sources.flatMap((column) => (column.plan ? [column.plan] : [])))];
      const columns = await pool.decode(plans, from, to);
      for (const column of sources) {
        if (!column.plan && column.branch)
          columns.set(column.info.name, await throughJsroot(column, column.branch, from, to));
      }
      return columns;
    },
    close() {
      // The file owns the bytes and the workers.
    },
  });
}
