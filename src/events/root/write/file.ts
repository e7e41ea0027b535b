import { createHash } from 'node:crypto';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { deflate } from 'node:zlib';
import { makeFolder } from '../../../base/make-folder.js';
import type { StoredType } from '../../parquet/page.js';
import type { TypedArray } from '../types.js';
import { RootBuffer } from './buffer.js';
import { streamerList } from './streamers.js';
import { leafOf, treeObject, type WrittenBasket, type WrittenBranch } from './tree.js';

const BEGIN = 100;
/** Positions take 8 bytes from the beginning on: any file may grow beyond 2 GB. */
const BIG = 1000;
const ROOT_VERSION = 62_400 + 1_000_000;
/** 1995-01-01, where ROOT's dates begin: a file says nothing about when it was made. */
const DATE = (1 << 22) | (1 << 17);
/** zlib, level 1: what ROOT takes for analysis files by default. */
const COMPRESSION = 101;
const LONGEST_BLOCK = 0xff_ffff;
const ENTRIES_PER_BASKET = 32_768;

const deflated = promisify<Uint8Array, { level: number }, Buffer>(deflate);

interface Key {
  readonly className: string;
  readonly name: string;
  readonly title: string;
  readonly objectBytes: number;
  readonly bytes: number;
  readonly seek: number;
  readonly parent: number;
  readonly cycle: number;
}

const text = (s: string): number => {
  const n = Buffer.byteLength(s);
  return n + (n < 255 ? 1 : 5);
};
const keyLength = (k: Pick<Key, 'className' | 'name' | 'title'>, extra = 0): number =>
  34 + text(k.className) + text(k.name) + text(k.title) + extra;

function writeKey(out: RootBuffer, key: Key, extra = 0): RootBuffer {
  out
    .i32(key.bytes)
    .u16(BIG + 4)
    .i32(key.objectBytes)
    .i32(DATE)
    .u16(keyLength(key, extra))
    .u16(key.cycle);
  return out.i64(key.seek).i64(key.parent).text(key.className).text(key.name).text(key.title);
}

/** A tree that is being filled. Rows wait until a basket is full; every branch then has one more. */
export interface RootTree {
  write(rows: number, columns: readonly TypedArray[]): Promise<void>;
}

interface Filling {
  readonly name: string;
  readonly branches: readonly { readonly name: string; readonly type: StoredType; readonly waiting: Buffer }[];
  readonly written: { readonly baskets: WrittenBasket[]; total: number; zipped: number }[];
  waiting: number;
  entries: number;
}

/**
 * Writes a ROOT file of trees with plain branches, in blocks of rows. Same values, same bytes; the file appears when whole.
 * ROOT 6, uproot and datamc read it.
 *
 * Source: the format's description, https://root.cern/doc/master/fileformat.html, and what ROOT 6.40 and uproot 5.7 read.
 *
 * @example
 * const file = await RootFile.create('out.root');
 * const tree = file.tree('events', ['p'], ['float64']);
 * await tree.write(2, [Float64Array.of(1, 2)]);
 * await file.finish();
 */
export class RootFile {
  private at: number;
  private readonly trees: Filling[] = [];

  private constructor(
    private readonly handle: FileHandle,
    private readonly path: string,
    private readonly name: string,
  ) {
    this.at = BEGIN + this.directoryBytes();
  }

  static async create(file: string): Promise<RootFile> {
    await makeFolder(path.dirname(file));
    return new RootFile(await open(`${file}.${process.pid}.partial`, 'w'), file, path.basename(file));
  }

  tree(name: string, names: readonly string[], types: readonly StoredType[]): RootTree {
    const filling: Filling = {
      name,
      branches: names.map((branch, i) => ({
        name: branch,
        type: types[i],
        waiting: Buffer.alloc(ENTRIES_PER_BASKET * leafOf(types[i])[2]),
      })),
      written: names.map(() => ({ baskets: [], total: 0, zipped: 0 })),
      waiting: 0,
      entries: 0,
    };
    this.trees.push(filling);
    return {
      write: async (rows, columns) => {
        for (let from = 0; from < rows;) {
          const n = Math.min(rows - from, ENTRIES_PER_BASKET - filling.waiting);
          filling.branches.forEach(({ waiting, type }, i) => {
            bigEndian(columns[i].subarray(from, from + n), leafOf(type)[2], waiting, filling.waiting);
          });
          filling.waiting += n;
          from += n;
          if (filling.waiting === ENTRIES_PER_BASKET) await this.flush(filling);
        }
      },
    };
  }

  async finish(): Promise<void> {
    const keys: Key[] = [];
    for (const tree of this.trees) {
      await this.flush(tree);
      const key = { className: 'TTree', name: tree.name, title: tree.name };
      const branches = tree.branches.map(({ name, type }, i): WrittenBranch => {
        const { baskets, total, zipped } = tree.written[i];
        return { name, type, baskets, totalBytes: total, zippedBytes: zipped };
      });
      const options = { cluster: ENTRIES_PER_BASKET, compression: COMPRESSION };
      keys.push(await this.put(key, treeObject(keyLength(key), tree.name, branches, tree.entries, options), 1));
    }
    const list = { className: 'TList', name: 'StreamerInfo', title: 'Doubly linked list' };
    const info = await this.put(list, streamerList(keyLength(list)), 1);
    const own = { className: 'TFile', name: this.name, title: '' };
    const listed = new RootBuffer().i32(keys.length);
    for (const key of keys) writeKey(listed, key);
    const keysList = await this.put(own, listed.done(), 1);
    const free = this.at;
    const end = free + keyLength(own) + 18;
    await this.put(
      own,
      new RootBuffer()
        .u16(BIG + 1)
        .i64(end)
        .i64(end + 2_000_000_000)
        .done(),
      1,
    );
    await this.head(end, { free, freeBytes: end - free }, info, keysList);
    await this.handle.close();
    await rename(`${this.path}.${process.pid}.partial`, this.path);
  }

  async abandon(): Promise<void> {
    await this.handle.close().catch(() => undefined);
    await rm(`${this.path}.${process.pid}.partial`, { force: true });
  }

  private directoryBytes(): number {
    return keyLength({ className: 'TFile', name: this.name, title: '' }) + text(this.name) + text('') + 60;
  }

  private async flush(tree: Filling): Promise<void> {
    if (tree.waiting === 0) return;
    const rows = tree.waiting;
    const zipped = await Promise.all(
      tree.branches.map(({ waiting, type }) => compress(waiting.subarray(0, rows * leafOf(type)[2]))),
    );
    for (const [i, { name, type }] of tree.branches.entries()) {
      const size = leafOf(type)[2];
      const key = { className: 'TBasket', name, title: tree.name };
      const length = keyLength(key, 19);
      const seek = this.at;
      const bytes = length + zipped[i].length;
      const head = writeKey(
        new RootBuffer(),
        { ...key, objectBytes: rows * size, bytes, seek, parent: BEGIN, cycle: i },
        19,
      );
      head
        .u16(3)
        .i32(Math.max(32_000, rows * size))
        .i32(size)
        .i32(rows)
        .i32(length + rows * size)
        .u8(0);
      await this.append(head.done());
      await this.append(zipped[i]);
      const written = tree.written[i];
      written.baskets.push({ seek, bytes, firstEntry: tree.entries });
      written.total += length + rows * size;
      written.zipped += bytes;
    }
    tree.entries += rows;
    tree.waiting = 0;
  }

  private async put(key: Pick<Key, 'className' | 'name' | 'title'>, object: Buffer, cycle: number): Promise<Key> {
    const bytes = keyLength(key) + object.length;
    const whole: Key = { ...key, objectBytes: object.length, bytes, seek: this.at, parent: BEGIN, cycle };
    await this.append(writeKey(new RootBuffer(), whole).done());
    await this.append(object);
    return whole;
  }

  private async append(bytes: Uint8Array, at = this.at): Promise<void> {
    for (let done = 0; done < bytes.length;)
      done += (await this.handle.write(bytes, done, bytes.length - done, at + done)).bytesWritten;
    this.at = Math.max(this.at, at + bytes.length);
  }

  /** The file's head and its directory, which know where all the rest is. */
  private async head(end: number, free: { free: number; freeBytes: number }, info: Key, keys: Key): Promise<void> {
    const own = { className: 'TFile', name: this.name, title: '' };
    const nameBytes = keyLength(own) + text(this.name) + text('');
    const id = createHash('sha1')
      .update(
        JSON.stringify([
          this.name,
          this.trees.map((t) => [t.name, t.entries, t.branches.map((b) => b.name), t.written]),
        ]),
      )
      .digest()
      .subarray(0, 16);
    const out = new RootBuffer();
    out.raw(Buffer.from('root', 'latin1')).i32(ROOT_VERSION).i32(BEGIN).i64(end).i64(free.free).i32(free.freeBytes);
    out.i32(1).i32(nameBytes).u8(8).i32(COMPRESSION).i64(info.seek).i32(info.bytes).u16(1).raw(id);
    out.raw(Buffer.alloc(BEGIN - out.done().length));
    const bytes = this.directoryBytes();
    writeKey(out, { ...own, objectBytes: bytes - keyLength(own), bytes, seek: BEGIN, parent: 0, cycle: 1 });
    out
      .text(this.name)
      .text('')
      .u16(BIG + 5)
      .i32(DATE)
      .i32(DATE)
      .i32(keys.bytes)
      .i32(nameBytes);
    out.i64(BEGIN).i64(0).i64(keys.seek).u16(1).raw(id);
    await this.append(out.done(), 0);
  }
}

/** Copies values, the most significant byte first. */
function bigEndian(values: TypedArray, size: number, to: Buffer, first: number): void {
  const bytes = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  const part = to.subarray(first * size, (first + values.length) * size);
  bytes.copy(part);
  if (size === 2) part.swap16();
  else if (size === 4) part.swap32();
  else if (size === 8) part.swap64();
}

/** ROOT's blocks: "ZL", 8, both lengths in three bytes, little-endian. What zlib cannot shorten stays as it is. */
async function compress(bytes: Buffer): Promise<Buffer> {
  const parts: Buffer[] = [];
  for (let from = 0; from < bytes.length; from += LONGEST_BLOCK) {
    const block = bytes.subarray(from, from + LONGEST_BLOCK);
    const zipped = await deflated(block, { level: 1 });
    if (zipped.length > LONGEST_BLOCK) return Buffer.from(bytes);
    const head = Buffer.from('ZL\x08000000', 'latin1');
    head.writeUIntLE(zipped.length, 3, 3);
    head.writeUIntLE(block.length, 6, 3);
    parts.push(head, zipped);
  }
  const all = Buffer.concat(parts);
  return all.length < bytes.length ? all : Buffer.from(bytes);
}
