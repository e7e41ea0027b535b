import { BasketDamage } from './damage.js';
import type { Decoder } from './decode.js';
import { unpackToScratch } from './flat.js';
import { entryOffsets } from './offsets.js';
import { unclearedBuffer } from './memory.js';
import { storedWidth, swapWidth, valuesOf } from './packing.js';
import type { BranchPlan } from './plan.js';
import { swapBytes } from './swap.js';
import type { RootColumn } from './types.js';

/** Lists of numbers: variable-length arrays, members of split classes, vector<T>. */
export function decodeJagged(decoder: Decoder, plan: BranchPlan, from: number, to: number): RootColumn {
  const leaf = plan.leaves[0]!;
  const width = storedWidth(leaf);
  const step = width * leaf.length;
  const offsets = new Int32Array(to - from + 1);
  const pieces: Buffer[] = [];
  let total = 0;

  decoder.reader.each(plan, from, to, (basket, low, high) => {
    const bytes = unpackToScratch(decoder, basket, Buffer.alloc(0));
    const starts = entryOffsets(decoder, plan, basket, bytes);
    const base = basket.first - from;
    const begin = starts[low]!;
    let dropped = 0;
    for (let i = low; i < high; i++) {
      const size = starts[i + 1]! - starts[i]! - plan.header;
      if (size < 0 || size % step !== 0) throw new BasketDamage(`an entry of ${size} bytes is no list of ${leaf.type}`);
      offsets[base + i] = (total + starts[i]! - begin - dropped) / width;
      dropped += plan.header;
    }
    const piece = plan.header
      ? withoutHeaders(bytes, starts, low, high, plan.header, step)
      : bytes.subarray(begin, starts[high]);
    if (total + piece.length > 0x7fff_ffff) {
      throw new BasketDamage('too many values for one read: ask for fewer entries at a time');
    }
    pieces.push(piece);
    total += piece.length;
  });

  offsets[to - from] = total / width;
  const content = joined(pieces, total);
  swapBytes(content.subarray(0, total), swapWidth(leaf));
  const values = valuesOf(leaf, content.buffer as ArrayBuffer, total / width);
  return { kind: 'jagged', type: leaf.type, offsets, values, length: leaf.length };
}

/** One buffer that starts with all pieces; a single piece that starts its buffer stays where it is. */
function joined(pieces: readonly Buffer[], total: number): Buffer {
  const only = pieces[0];
  if (pieces.length === 1 && only!.byteOffset === 0) return only!;
  const all = unclearedBuffer(total);
  let at = 0;
  for (const piece of pieces) at += piece.copy(all, at);
  return all;
}

/** The values of entries [low, high) without what stands before them: for vector<T> byte count, version and size. */
function withoutHeaders(
  bytes: Buffer,
  starts: Int32Array,
  low: number,
  high: number,
  header: number,
  step: number,
): Buffer {
  const out = unclearedBuffer(starts[high]! - starts[low]! - (high - low) * header);
  let at = 0;
  for (let i = low; i < high; i++) {
    const begin = starts[i]! + header;
    const end = starts[i + 1]!;
    if (header === 10) {
      const size = bytes.readInt32BE(begin - 4);
      if (size * step !== end - begin)
        throw new BasketDamage(`a vector of ${size} elements takes ${end - begin} bytes`);
    }
    // Copying short lists byte by byte is faster than a call for each.
    if (end - begin > 48) at += bytes.copy(out, at, begin, end);
    else for (let k = begin; k < end; k++) out[at++] = bytes[k]!;
  }
  return out;
}
