import type { FileHandle } from 'node:fs/promises';
import { damagedFile } from '../file-error.js';

export interface ZipMember {
  readonly name: string;
  /** Where its bytes start in the archive. */
  readonly start: number;
  readonly packed: number;
  readonly size: number;
  readonly deflated: boolean;
}

/** The members of a zip archive, from its central directory (ZIP64 included, as NumPy writes it). */
export async function zipMembers(handle: FileHandle, file: string): Promise<ZipMember[]> {
  const damaged = (): Error => damagedFile(file, 'zip archive');
  const { size } = await handle.stat();
  const tail = Buffer.alloc(Math.min(size, 65_557 + 20));
  await handle.read(tail, 0, tail.length, size - tail.length);
  const end = tail.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  // The record and its comment end with the file: a shorter one was cut.
  if (end < 0 || end + 22 > tail.length || end + 22 + tail.readUInt16LE(end + 20) > tail.length) throw damaged();
  let count = tail.readUInt16LE(end + 10);
  let length = tail.readUInt32LE(end + 12);
  let at = tail.readUInt32LE(end + 16);
  if (at === 0xffffffff || count === 0xffff) {
    const locator = end - 20;
    if (locator < 0 || tail.readUInt32LE(locator) !== 0x07064b50) throw damaged();
    const big = Buffer.alloc(56);
    await handle.read(big, 0, 56, Number(tail.readBigUInt64LE(locator + 8)));
    count = Number(big.readBigUInt64LE(32));
    length = Number(big.readBigUInt64LE(40));
    at = Number(big.readBigUInt64LE(48));
  }
  if (at + length > size) throw damaged();
  const directory = Buffer.alloc(length);
  await handle.read(directory, 0, length, at);
  const members: ZipMember[] = [];
  for (let p = 0, i = 0; i < count; i++) {
    if (p + 46 > length || directory.readUInt32LE(p) !== 0x02014b50) throw damaged();
    const method = directory.readUInt16LE(p + 10);
    let packed = directory.readUInt32LE(p + 20);
    let full = directory.readUInt32LE(p + 24);
    const [nameLength, extraLength, noteLength] = [28, 30, 32].map((o) => directory.readUInt16LE(p + o));
    let local = directory.readUInt32LE(p + 42);
    const name = directory.toString('utf8', p + 46, p + 46 + nameLength);
    const extra = directory.subarray(p + 46 + nameLength, p + 46 + nameLength + extraLength);
    for (let e = 0; e + 4 <= extra.length; e += 4 + extra.readUInt16LE(e + 2)) {
      if (extra.readUInt16LE(e) !== 1) continue;
      let q = e + 4;
      const next = (): number => Number(extra.readBigUInt64LE((q += 8) - 8));
      if (full === 0xffffffff) full = next();
      if (packed === 0xffffffff) packed = next();
      if (local === 0xffffffff) local = next();
    }
    const head = Buffer.alloc(30);
    await handle.read(head, 0, 30, local);
    const start = local + 30 + head.readUInt16LE(26) + head.readUInt16LE(28);
    if (method !== 0 && method !== 8) throw damaged();
    members.push({ name, start, packed, size: full, deflated: method === 8 });
    p += 46 + nameLength + extraLength + noteLength;
  }
  return members;
}
