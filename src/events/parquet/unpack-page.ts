import zlib from 'node:zlib';
import { zstdCodec } from '../root/codecs/zstd.js';
import type { FlatCodec } from './flat-file.js';
import { snappyDecoder } from './snappy.js';
import { Unsuited } from './unsuited.js';

/** Turns the stored bytes of a page into `size` bytes. @throws Unsuited where they are damaged */
export type Unpack = (stored: Buffer, size: number) => Uint8Array;

/** An unpacker with its own memory: what it answers is good until the next page. */
export function unpacker(codec: FlatCodec): Unpack {
  const unpack = bare(codec);
  return (stored, size) => {
    if (size === 0) return new Uint8Array(0);
    let bytes: Uint8Array;
    try {
      bytes = unpack(stored, size);
    } catch (error) {
      throw new Unsuited(`a page cannot be unpacked: ${String(error)}`);
    }
    if (bytes.length !== size) throw new Unsuited(`a page has ${bytes.length} bytes where ${size} are expected`);
    return bytes;
  };
}

function bare(codec: FlatCodec): Unpack {
  switch (codec) {
    case 'UNCOMPRESSED':
      return (stored) => stored;
    case 'SNAPPY':
      return snappyDecoder();
    case 'GZIP':
      return (stored, size) => zlib.gunzipSync(stored, { maxOutputLength: size });
    case 'ZSTD': {
      const zstd = zstdCodec();
      let room = new Uint8Array(0);
      return (stored, size) => {
        if (room.length < size) room = new Uint8Array(size);
        zstd(stored, 0, stored.length, room, 0, size);
        return room.subarray(0, size);
      };
    }
  }
}
