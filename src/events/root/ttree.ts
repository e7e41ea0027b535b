import { userError } from '../../base/error.js';
import type { ByteSource } from './byte-source.js';
import type { ColumnSource } from './columns.js';
import { columnsOf } from './columns.js';
import { reasonOf } from './damage.js';
import type { Decoder } from './decode.js';
import type { JsrootFile, JsrootTree } from './jsroot-objects.js';
import type { WorkerPool } from './pool.js';
import { readThroughJsroot } from './through-jsroot.js';
import { OpenTree } from './tree.js';
import type { RootColumn, RootTree } from './types.js';
import { unpackToScratch } from './unpack-basket.js';

/** Open a TTree whose object jsroot has read. */
export function openTTree(
  name: string,
  tree: JsrootTree,
  file: JsrootFile,
  source: ByteSource,
  decoder: Decoder,
  pool: WorkerPool,
): RootTree {
  const throughJsroot = async (column: ColumnSource, from: number, to: number): Promise<RootColumn> => {
    const { info, branch, baskets } = column;
    // jsroot looks at no checksum: unpack the baskets here first.
    let scratch: Buffer = Buffer.alloc(0);
    decoder.reader.each({ branch: info.name, baskets: baskets! }, from, to, (basket) => {
      scratch = unpackToScratch(decoder, basket, scratch);
    });
    try {
      return await readThroughJsroot(tree, branch!, from, to);
    } catch (error) {
      throw userError({
        code: 'events.unreadable-branch',
        message: `branch "${info.name}" cannot be read as ${info.type}: ${reasonOf(error)}`,
        path: `${source.path}, tree ${name}`,
        hint: 'leave it out; the other branches can be read',
      });
    }
  };

  return new OpenTree(source.path, name, Number(tree.fEntries), columnsOf(tree, file), {
    async decode(sources, from, to, reuse) {
      const plans = [...new Set(sources.flatMap((column) => (column.plan ? [column.plan] : [])))];
      const columns = await pool.decode(plans, from, to, reuse);
      for (const column of sources) {
        if (!column.plan) columns.set(column.info.name, await throughJsroot(column, from, to));
      }
      return columns;
    },
    close() {
      // The file owns the bytes and the workers.
    },
  });
}
