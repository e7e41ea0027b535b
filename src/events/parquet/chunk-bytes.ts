import { readSync } from 'node:fs';
import { Unsuited } from './unsuited.js';

/** Read at a time where less is asked for: a page's header and more. */
const STEP = 2 ** 13;

/** Fills `into` from a file. @throws Unsuited where the file ends before */
export function readFully(file: number, into: Uint8Array, at: number): void {
  for (let done = 0; done < into.length;) {
    const got = readSync(file, into, done, into.length - done, at + done);
    if (got === 0) throw new Unsuited('the file ends in the middle of a column');
    done += got;
  }
}

/** The bytes of a chunk, from front to back; those of one call are good until the next. Memory is used again for later chunks. */
export class ChunkBytes {
  length = 0;
  private file = 0;
  private at = 0;
  private room = Buffer.alloc(0);
  /** The room holds [from, to) of the chunk. */
  private from = 0;
  private to = 0;

  open(file: number, at: number, length: number): void {
    Object.assign(this, { file, at, length, from: 0, to: 0 });
  }

  /** Up to `wanted` bytes, fewer at the end of the chunk. @throws Unsuited where the file ends before the chunk does */
  upTo(at: number, wanted: number): Buffer {
    const end = Math.min(at + wanted, this.length);
    if (at < this.from || end > this.to) this.load(at, end);
    return this.room.subarray(at - this.from, end - this.from);
  }

  private load(at: number, end: number): void {
    const to = Math.min(Math.max(end, at + STEP), this.length);
    if (this.room.length < to - at) this.room = Buffer.allocUnsafeSlow(to - at);
    readFully(this.file, this.room.subarray(0, to - at), this.at + at);
    this.from = at;
    this.to = to;
  }
}
