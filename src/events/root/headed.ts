import { BasketDamage } from './damage.js';

/** Copy the values of entries, which lie between `starts`, without what stands before them: for vector<T> byte count, version and size. */
export function withoutHeaders(bytes: Buffer, starts: Int32Array, header: number, step: number, out: Buffer): void {
  let at = 0;
  for (let i = 0; i < starts.length - 1; i++) {
    const begin = starts[i]! + header;
    const end = starts[i + 1]!;
    if (header === 10) {
      const size = bytes.readInt32BE(begin - 4);
      if (size * step !== end - begin) {
        throw new BasketDamage(`a vector of ${size} elements takes ${end - begin} bytes`);
      }
    }
    // Copying short lists byte by byte is faster than a call for each.
    if (end - begin > 48) at += bytes.copy(out, at, begin, end);
    else for (let k = begin; k < end; k++) out[at++] = bytes[k]!;
  }
}
