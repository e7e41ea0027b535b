import type { Basket } from './basket.js';
import { checkBlocks } from './codecs/unpack.js';
import { BasketDamage } from './damage.js';
import type { Decoder } from './decode.js';
import { withoutHeaders } from './headed.js';
import type { Memory } from './memory.js';
import { freshMemory } from './memory.js';
import { entryOffsets, listOffsets } from './offsets.js';
import { storedWidth, swapWidth, valuesOf } from './packing.js';
import type { BranchPlan } from './plan.js';
import { swapBytes } from './swap.js';
import type { RootColumn } from './types.js';
import { unpackBasket, unpackToScratch } from './unpack-basket.js';

/** The most bytes of values in one read: their offsets have 32 bits. */
const most = 0x7fff_ffff;

/** Lists of numbers: variable-length arrays, members of split classes, vector<T>. */
export function decodeJagged(
  decoder: Decoder,
  plan: BranchPlan,
  from: number,
  to: number,
  memory: Memory = freshMemory,
): RootColumn {
  const leaf = plan.leaves[0]!;
  const width = storedWidth(leaf);
  const step = width * leaf.length;
  const offsets = new Int32Array(memory.take(4 * (to - from + 1)).buffer, 0, to - from + 1);
  let content: Buffer = Buffer.alloc(0);
  let scratch: Buffer = Buffer.alloc(0);
  let total = 0;

  /** Room for `bytes` more; at first for as many as all entries take if they are like those of this basket. */
  const reserve = (bytes: number, { size, entries }: Basket): void => {
    const needed = total + bytes;
    if (needed <= content.length) return;
    const expected = content.length > 0 ? 2 * content.length : 1.1 * (size / entries) * (to - from);
    const larger = memory.take(Math.max(needed, Math.min(expected, most + 1)));
    content.copy(larger, 0, 0, total);
    content = larger;
  };

  decoder.reader.each(plan, from, to, (basket, low, high) => {
    const whole = plan.header === 0 && low === 0 && high === basket.entries;
    if (whole) {
      // Values straight behind those before; their table of offsets, which follows, is overwritten by the next basket.
      if (basket.unread === undefined) checkBlocks(basket.src, basket.from, basket.to, basket.size);
      reserve(basket.size, basket);
      unpackBasket(decoder, basket, content, total, 1);
    } else scratch = unpackToScratch(decoder, basket, scratch);
    const bytes = whole ? content.subarray(total, total + basket.size) : scratch;
    const starts = entryOffsets(decoder, plan, basket, bytes);
    const size = starts[high]! - starts[low]! - (high - low) * plan.header;
    if (total + size > most) {
      throw new BasketDamage('too many values for one read: ask for fewer entries at a time');
    }
    listOffsets(leaf, plan.header, starts.subarray(low, high + 1), total, offsets.subarray(basket.first + low - from));
    if (!whole) {
      reserve(size, basket);
      const place = content.subarray(total, total + size);
      if (plan.header) withoutHeaders(bytes, starts.subarray(low, high + 1), plan.header, step, place);
      else bytes.copy(place, 0, starts[low], starts[high]);
    }
    swapBytes(content.subarray(total, total + size), swapWidth(leaf));
    total += size;
  });

  offsets[to - from] = total / width;
  const values = valuesOf(leaf, content.buffer as ArrayBuffer, total / width);
  return { kind: 'jagged', type: leaf.type, offsets, values, length: leaf.length };
}
