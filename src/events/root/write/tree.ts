import type { StoredType } from '../../parquet/page.js';
import { RootBuffer } from './buffer.js';

/** Where one basket of a branch stands in the file. */
export interface WrittenBasket {
  readonly seek: number;
  readonly bytes: number;
  readonly firstEntry: number;
}

export interface WrittenBranch {
  readonly name: string;
  readonly type: StoredType;
  readonly baskets: readonly WrittenBasket[];
  readonly totalBytes: number;
  readonly zippedBytes: number;
}

/** Class of the leaf, letter of the branch's title, bytes of a value; a small letter is unsigned. */
const LEAVES: Readonly<Partial<Record<StoredType, readonly [className: string, letter: string, size: number]>>> = {
  bool: ['TLeafO', 'O', 1],
  int8: ['TLeafB', 'B', 1],
  uint8: ['TLeafB', 'b', 1],
  int16: ['TLeafS', 'S', 2],
  uint16: ['TLeafS', 's', 2],
  int32: ['TLeafI', 'I', 4],
  uint32: ['TLeafI', 'i', 4],
  int64: ['TLeafL', 'L', 8],
  uint64: ['TLeafL', 'l', 8],
  float32: ['TLeafF', 'F', 4],
  float64: ['TLeafD', 'D', 8],
};

export const leafOf = (type: StoredType): readonly [className: string, letter: string, size: number] =>
  LEAVES[type] ?? ['TLeafD', 'D', 8];

const emptyArray = (out: RootBuffer): void => {
  out.frame(3, () => out.object().text('').i32(0).i32(0));
};
// Its dictionary in memory has no version: the checksum stands there instead.
const features = (out: RootBuffer): void => {
  out.frame(0, () => out.i32(0x1aa12f10).u8(0));
};
const fill = (out: RootBuffer): void => {
  out.frame(2, () => out.u16(0).u16(1001));
};

function writeLeaf(out: RootBuffer, name: string, type: StoredType): number {
  const [className, letter, size] = leafOf(type);
  return out.pointer(className, () =>
    out.frame(1, () => {
      out.frame(2, () =>
        out
          .named(name, name)
          .i32(1)
          .i32(size)
          .i32(0)
          .u8(0)
          .u8(letter === letter.toLowerCase() ? 1 : 0)
          .i32(0),
      );
      out.raw(Buffer.alloc(2 * size)); // fMinimum, fMaximum
    }),
  );
}

function writeBranch(out: RootBuffer, branch: WrittenBranch, entries: number, compression: number): number {
  const { name, type, baskets } = branch;
  const room = Math.max(10, baskets.length + 1);
  const size = leafOf(type)[2];
  let leaf = 0;
  out.pointer('TBranch', () =>
    out.frame(13, () => {
      out.named(name, `${name}/${leafOf(type)[1]}`, 0x0040_0000);
      fill(out);
      out
        .i32(compression)
        .i32(
          Math.max(32_000, ...baskets.map((_, i) => size * (firstOf(baskets, i + 1, entries) - baskets[i].firstEntry))),
        )
        .i32(0)
        .i32(baskets.length)
        .i64(entries);
      features(out);
      out.i32(0).i32(room).i32(0).i64(entries).i64(0).i64(branch.totalBytes).i64(branch.zippedBytes);
      emptyArray(out);
      out.frame(3, () => {
        out.object().text('').i32(1).i32(0);
        leaf = writeLeaf(out, name, type);
      });
      emptyArray(out);
      out.u8(1);
      for (let i = 0; i < room; i++) out.i32(baskets[i]?.bytes ?? 0);
      out.u8(1);
      for (let i = 0; i < room; i++)
        out.i64(i < baskets.length ? baskets[i].firstEntry : i === baskets.length ? entries : 0);
      out.u8(1);
      for (let i = 0; i < room; i++) out.i64(baskets[i]?.seek ?? 0);
      out.text('');
    }),
  );
  return leaf;
}

const firstOf = (baskets: readonly WrittenBasket[], i: number, entries: number): number =>
  i < baskets.length ? baskets[i].firstEntry : entries;

/**
 * A TTree of plain branches whose baskets stand in the file already.
 *
 * @param start bytes of the tree's key
 * @param cluster entries of every basket but the last
 */
export function treeObject(
  start: number,
  name: string,
  branches: readonly WrittenBranch[],
  entries: number,
  { cluster, compression }: { readonly cluster: number; readonly compression: number },
): Buffer {
  const out = new RootBuffer(start);
  const total = branches.reduce((sum, b) => sum + b.totalBytes, 0);
  const zipped = branches.reduce((sum, b) => sum + b.zippedBytes, 0);
  const leaves: number[] = [];
  out.frame(20, () => {
    out.named(name, name, 8);
    out.frame(2, () => out.u16(602).u16(1).u16(1));
    fill(out);
    out.frame(2, () => out.u16(1).u16(1).f32(1));
    out.i64(entries).i64(total).i64(zipped).i64(0).i64(zipped).f64(1);
    out.i32(0).i32(25).i32(0).i32(1000).i32(0);
    out.i64(1e12).i64(1e12).i64(0).i64(-300e6).i64(cluster).i64(1e6);
    out.u8(0).u8(0); // no further cluster ranges
    features(out);
    out.frame(3, () => {
      out.object().text('').i32(branches.length).i32(0);
      for (const branch of branches) leaves.push(writeBranch(out, branch, entries, compression));
    });
    out.frame(3, () => {
      out.object().text('').i32(leaves.length).i32(0);
      for (const leaf of leaves) out.i32(leaf);
    });
    for (let i = 0; i < 7; i++) out.i32(0); // no aliases, index, friends, user info, references
  });
  return out.done();
}
