import { TSelector, treeProcess } from 'jsroot/tree';
import type { JsrootBranch, JsrootTree } from './jsroot-objects.js';
import { quietly } from './metadata.js';
import type { RootColumn } from './types.js';

/** Collects one value per entry. */
class Collector extends TSelector {
  readonly values: unknown[] = [];
  readonly #last: number;
  constructor(branch: JsrootBranch, to: number) {
    super();
    this.#last = to;
    this.addBranch(branch, 'value');
  }
  override Process(): void {
    if (this.values.length < this.#last) this.values.push(plain(this.tgtobj['value']));
    // Else an entry whose branch fails would repeat the one before it.
    this.tgtobj = {};
  }
}

/** Text, which jsroot takes byte by byte, from UTF-8. */
const text = (bytes: string): string =>
  /[\x80-\xff]/.test(bytes) ? Buffer.from(bytes, 'latin1').toString('utf8') : bytes;

/** A value that later entries cannot change: jsroot reuses its objects. */
function plain(value: unknown): unknown {
  if (typeof value === 'string') return text(value);
  if (Array.isArray(value)) return value.map(plain);
  if (ArrayBuffer.isView(value)) return Array.from(value as unknown as ArrayLike<number>);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name, member]) => typeof member !== 'function' && !name.startsWith('$') && name !== '_typename')
      .map(([name, member]) => [name, plain(member)]),
  );
}

/**
 * Strings, nested vectors and objects, entry by entry through jsroot's streamers: correct where it does not complain, slow
 * (about a million values a second).
 */
export async function readThroughJsroot(
  tree: JsrootTree,
  branch: JsrootBranch,
  from: number,
  to: number,
): Promise<RootColumn> {
  const collector = new Collector(branch, to - from);
  if (to > from) {
    await quietly(() =>
      treeProcess(tree, collector, { firstentry: from, numentries: to - from, reallocate_objects: true }),
    );
  }
  const { values } = collector;
  if (values.length !== to - from) throw new Error(`jsroot read ${values.length} of ${to - from} entries`);
  const strings = values.every((value): value is string => typeof value === 'string');
  return strings && values.length > 0 ? { kind: 'string', values } : { kind: 'objects', values };
}
