import type { Decoder } from './decode.js';
import { BasketDamage } from './damage.js';
import type { Memory } from './memory.js';
import { freshMemory } from './memory.js';
import { storedWidth, swapWidth, valuesOf } from './packing.js';
import type { BranchPlan, LeafPlan } from './plan.js';
import { swapBytes } from './swap.js';
import type { RootColumn } from './types.js';
import { unpackBasket, unpackToScratch } from './unpack-basket.js';

/** Branches whose entries all have the same size: single values, fixed arrays, leaf lists. */
export function decodeFlat(
  decoder: Decoder,
  plan: BranchPlan,
  from: number,
  to: number,
  memory: Memory = freshMemory,
): Map<string, RootColumn> {
  const entries = to - from;
  const single = plan.leaves.length === 1;
  const columns = plan.leaves.map((leaf) => {
    const size = leaf.length * storedWidth(leaf);
    return { leaf, size, width: swapWidth(leaf), bytes: memory.take(entries * size) };
  });
  let scratch: Buffer = Buffer.alloc(0);
  const { stride } = plan;

  decoder.reader.each(plan, from, to, (basket, low, high) => {
    if (basket.border !== basket.entries * stride) {
      throw new BasketDamage(
        `it holds ${basket.border} bytes, ${basket.entries} entries take ${basket.entries * stride}`,
      );
    }
    if (single) {
      // Straight to the final place.
      const { bytes, width } = columns[0]!;
      const at = (basket.first + low - from) * stride;
      unpackBasket(decoder, basket, bytes, at, width, low * stride, high * stride);
      return;
    }
    scratch = unpackToScratch(decoder, basket, scratch);
    for (const { leaf, size, bytes } of columns) {
      let out = (basket.first + low - from) * size;
      for (let i = low * stride + leaf.offset; i < high * stride; i += stride, out += size) {
        scratch.copy(bytes, out, i, i + size);
      }
    }
  });

  return new Map(
    columns.map(({ leaf, size, width, bytes }) => {
      if (!single) swapBytes(bytes.subarray(0, entries * size), width);
      return [leaf.column, flatColumn(leaf, bytes.buffer as ArrayBuffer, entries)];
    }),
  );
}

function flatColumn(leaf: LeafPlan, buffer: ArrayBuffer, entries: number): RootColumn {
  const values = valuesOf(leaf, buffer, entries * leaf.length);
  return { kind: leaf.length === 1 ? 'flat' : 'fixed', type: leaf.type, values, length: leaf.length };
}
