import type { Basket } from './basket.js';
import type { Decoder } from './decode.js';
import { BasketDamage } from './damage.js';
import { unclearedBuffer } from './memory.js';
import { storedWidth, swapWidth, valuesOf } from './packing.js';
import type { BranchPlan, LeafPlan } from './plan.js';
import { swapBytes } from './swap.js';
import type { RootColumn } from './types.js';

/** Branches whose entries all have the same size: single values, fixed arrays, leaf lists. */
export function decodeFlat(decoder: Decoder, plan: BranchPlan, from: number, to: number): Map<string, RootColumn> {
  const entries = to - from;
  const single = plan.leaves.length === 1;
  const columns = plan.leaves.map((leaf) => {
    const size = leaf.length * storedWidth(leaf);
    return { leaf, size, width: swapWidth(leaf), bytes: unclearedBuffer(entries * size) };
  });
  let scratch: Buffer = Buffer.alloc(0);
  const { stride } = plan;

  decoder.reader.each(plan, from, to, (basket, low, high) => {
    if (basket.border !== basket.entries * stride) {
      throw new BasketDamage(
        `it holds ${basket.border} bytes, ${basket.entries} entries take ${basket.entries * stride}`,
      );
    }
    const at = (basket.first + low - from) * stride;
    const whole = single && low === 0 && high === basket.entries && basket.size === basket.border;
    if (whole) {
      // Straight to the final place.
      const { bytes, width } = columns[0]!;
      decoder.unpacker.unpack(basket.src, basket.from, basket.to, bytes, at, basket.size, width);
      return;
    }
    scratch = unpackToScratch(decoder, basket, scratch);
    if (single) {
      const { bytes, width } = columns[0]!;
      scratch.copy(bytes, at, low * stride, high * stride);
      swapBytes(bytes.subarray(at, at + (high - low) * stride), width);
      return;
    }
    for (const { leaf, size, bytes } of columns) {
      let out = (basket.first + low - from) * size;
      for (let i = low * stride + leaf.offset; i < high * stride; i += stride, out += size) {
        scratch.copy(bytes, out, i, i + size);
      }
    }
  });

  return new Map(
    columns.map(({ leaf, width, bytes }) => {
      if (!single) swapBytes(bytes, width);
      return [leaf.column, flatColumn(leaf, bytes.buffer as ArrayBuffer, entries)];
    }),
  );
}

/** Unpack a whole basket as it is; the buffer is reused where it is large enough. */
export function unpackToScratch(decoder: Decoder, basket: Basket, scratch: Buffer): Buffer {
  const room = scratch.length >= basket.size ? scratch : unclearedBuffer(basket.size);
  decoder.unpacker.unpack(basket.src, basket.from, basket.to, room, 0, basket.size, 1);
  return room;
}

function flatColumn(leaf: LeafPlan, buffer: ArrayBuffer, entries: number): RootColumn {
  const values = valuesOf(leaf, buffer, entries * leaf.length);
  return { kind: leaf.length === 1 ? 'flat' : 'fixed', type: leaf.type, values, length: leaf.length };
}
