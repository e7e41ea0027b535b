import type { Basket } from './basket.js';
import type { Decoder } from './decode.js';
import { BasketDamage } from './damage.js';
import { decodeFlat } from './flat.js';
import { storedWidth } from './packing.js';
import type { BranchPlan } from './plan.js';

/** Where each entry starts in an unpacked basket, in bytes; the last element is where the last entry ends. */
export function entryOffsets(decoder: Decoder, plan: BranchPlan, basket: Basket, bytes: Buffer): Int32Array {
  const { entries, border, keyLength, size } = basket;
  const starts = new Int32Array(entries + 1);
  const stored = basket.offsets;
  if (stored) {
    for (let i = 0; i < entries; i++) starts[i] = stored[i]! - keyLength;
  } else if (size > border) {
    // After the values: a count, then one offset per entry.
    const table = border + 4;
    if (table + entries * 4 > size) throw new BasketDamage('its table of entry offsets is cut');
    for (let i = 0; i < entries; i++) starts[i] = bytes.readInt32BE(table + 4 * i) - keyLength;
  } else {
    withoutTable(decoder, plan, basket, starts);
  }
  starts[entries] = border;
  for (let i = 0; i < entries; i++) {
    if (starts[i]! < 0 || starts[i]! > starts[i + 1]!) throw new BasketDamage('its entry offsets are out of order');
  }
  return starts;
}

/** ROOT may leave the table out (kGenerateOffsetMap): the branch of lengths then tells. */
function withoutTable(decoder: Decoder, plan: BranchPlan, basket: Basket, starts: Int32Array): void {
  const { entries, first, border } = basket;
  if (!plan.counter) {
    if (entries > 1) throw new BasketDamage('its table of entry offsets is missing');
    return;
  }
  const counter = plan.counter;
  const counts = decodeFlat(decoder, counter, first, first + entries).get(counter.leaves[0]!.column);
  if (counts?.kind !== 'flat') throw new BasketDamage(`its list lengths cannot be read from ${counter.branch}`);
  const leaf = plan.leaves[0]!;
  const step = leaf.length * storedWidth(leaf);
  let at = 0;
  for (let i = 0; i < entries; i++) {
    starts[i] = at;
    at += Number(counts.values[i]) * step;
  }
  if (at !== border) throw new BasketDamage(`its lists take ${at} bytes, it holds ${border}`);
}
