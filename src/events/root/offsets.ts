import type { Basket } from './basket.js';
import type { Decoder } from './decode.js';
import { BasketDamage } from './damage.js';
import { decodeFlat } from './flat.js';
import { storedWidth } from './packing.js';
import type { BranchPlan, LeafPlan } from './plan.js';
import { bytesOf } from './swap.js';

/** Where each entry starts in an unpacked basket, in bytes; the last element is where the last entry ends. */
export function entryOffsets(decoder: Decoder, plan: BranchPlan, basket: Basket, bytes: Buffer): Int32Array {
  const { entries, border, keyLength, size } = basket;
  const starts = new Int32Array(entries + 1);
  const stored = basket.offsets;
  let counted = 0;
  if (stored) {
    starts.set(stored.subarray(0, entries));
    counted = keyLength;
  } else if (size > border) {
    // After the values: a count, then one offset per entry.
    const table = border + 4;
    if (table + entries * 4 > size) throw new BasketDamage('its table of entry offsets is cut');
    const words = bytesOf(starts).subarray(0, 4 * entries);
    bytes.copy(words, 0, table);
    words.swap32();
    counted = keyLength;
  } else {
    withoutTable(decoder, plan, basket, starts);
  }
  starts[entries] = border + counted;
  let last = counted;
  let ordered = true;
  for (let i = 0; i <= entries; i++) {
    const start = starts[i]!;
    ordered &&= start >= last;
    last = start;
    starts[i] = start - counted;
  }
  if (!ordered) throw new BasketDamage('its entry offsets are out of order');
  return starts;
}

/**
 * Turn the starts of entries in bytes, the end of the last one behind them, into list offsets that count values and begin
 * `before` bytes after the first value. Each entry spends `header` bytes on other things.
 */
export function listOffsets(
  leaf: LeafPlan,
  header: number,
  starts: Int32Array,
  before: number,
  offsets: Int32Array,
): void {
  const width = storedWidth(leaf);
  const step = width * leaf.length;
  const lists = starts.length - 1;
  const begin = starts[0]!;
  if (header === 0 && (step & (step - 1)) === 0) {
    // Nearly all: without a division per entry.
    const shift = 31 - Math.clz32(width);
    const rest = step - 1;
    let odd = 0;
    for (let i = 0; i < lists; i++) {
      const at = starts[i]! - begin;
      odd |= at & rest;
      offsets[i] = (before + at) >> shift;
    }
    if (((odd | (starts[lists]! - begin)) & rest) === 0) return;
  }
  for (let i = 0; i < lists; i++) {
    const size = starts[i + 1]! - starts[i]! - header;
    if (size < 0 || size % step !== 0) throw new BasketDamage(`an entry of ${size} bytes is no list of ${leaf.type}`);
    offsets[i] = (before + starts[i]! - begin - i * header) / width;
  }
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
