import { createReadStream } from 'node:fs';
import { open, rename, rm, stat } from 'node:fs/promises';
import { crc32 } from '../base/crc32.js';

/** Packs files into a zip archive without compression, as NumPy's `savez` does; ZIP64 where sizes ask for it. */
export async function writeZip(out: string, members: readonly { name: string; file: string }[]): Promise<void> {
  const partial = `${out}.${process.pid}.partial`;
  const handle = await open(partial, 'w');
  let at = 0;
  const put = async (bytes: Uint8Array): Promise<void> => {
    for (let done = 0; done < bytes.length;) done += (await handle.write(bytes, done)).bytesWritten;
    at += bytes.length;
  };
  try {
    const directory: Buffer[] = [];
    for (const { name, file } of members) {
      const { size } = await stat(file);
      const crc = await crcOf(file);
      const start = at;
      await put(header(0x04034b50, name, size, crc, start));
      for await (const part of createReadStream(file, { highWaterMark: 1 << 20 })) await put(part as Buffer);
      directory.push(header(0x02014b50, name, size, crc, start));
    }
    const from = at;
    for (const entry of directory) await put(entry);
    await put(end(members.length, at - from, from));
    await handle.close();
    await rename(partial, out);
  } catch (error) {
    await handle.close().catch(() => undefined);
    await rm(partial, { force: true });
    throw error;
  }
}

const MOST = 0xffffffff;

/** Local header (signature 04034b50) or directory entry (02014b50); sizes and offset stand in the ZIP64 field. */
function header(signature: number, name: string, size: number, crc: number, start: number): Buffer {
  const central = signature === 0x02014b50;
  const title = Buffer.from(name);
  const extra = Buffer.alloc(central ? 28 : 20);
  extra.writeUInt16LE(1, 0);
  extra.writeUInt16LE(extra.length - 4, 2);
  extra.writeBigUInt64LE(BigInt(size), 4);
  extra.writeBigUInt64LE(BigInt(size), 12);
  if (central) extra.writeBigUInt64LE(BigInt(start), 20);
  const head = Buffer.alloc(central ? 46 : 30);
  head.writeUInt32LE(signature, 0);
  const shift = central ? 2 : 0;
  if (central) head.writeUInt16LE(45, 4);
  head.writeUInt16LE(45, 4 + shift);
  head.writeUInt16LE(0x0800, 6 + shift); // names are UTF-8
  head.writeUInt16LE(0x21, 12 + shift); // 1 January 1980: no clock in a product
  head.writeUInt32LE(crc, 14 + shift);
  head.writeUInt32LE(MOST, 18 + shift);
  head.writeUInt32LE(MOST, 22 + shift);
  head.writeUInt16LE(title.length, 26 + shift);
  head.writeUInt16LE(extra.length, 28 + shift);
  if (central) head.writeUInt32LE(MOST, 42);
  return Buffer.concat([head, title, extra]);
}

function end(count: number, length: number, from: number): Buffer {
  const big = Buffer.alloc(76);
  big.writeUInt32LE(0x06064b50, 0);
  big.writeBigUInt64LE(44n, 4);
  big.writeUInt16LE(45, 12);
  big.writeUInt16LE(45, 14);
  big.writeBigUInt64LE(BigInt(count), 24);
  big.writeBigUInt64LE(BigInt(count), 32);
  big.writeBigUInt64LE(BigInt(length), 40);
  big.writeBigUInt64LE(BigInt(from), 48);
  big.writeUInt32LE(0x07064b50, 56);
  big.writeBigUInt64LE(BigInt(from + length), 64);
  big.writeUInt32LE(1, 72);
  const last = Buffer.alloc(22);
  last.writeUInt32LE(0x06054b50, 0);
  last.writeUInt16LE(Math.min(count, 0xffff), 8);
  last.writeUInt16LE(Math.min(count, 0xffff), 10);
  last.writeUInt32LE(MOST, 12);
  last.writeUInt32LE(MOST, 16);
  return Buffer.concat([big, last]);
}

async function crcOf(file: string): Promise<number> {
  let crc = 0;
  for await (const part of createReadStream(file, { highWaterMark: 1 << 20 })) crc = crc32(part as Buffer, crc);
  return crc;
}
