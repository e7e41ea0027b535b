import { BasketDamage } from './damage.js';
import type { Decoder } from './decode.js';
import { entryOffsets } from './offsets.js';
import type { BranchPlan } from './plan.js';
import type { RootColumn } from './types.js';
import { unpackToScratch } from './unpack-basket.js';

/** Character strings: a length byte (255: four bytes of length follow), then UTF-8. */
export function decodeString(decoder: Decoder, plan: BranchPlan, from: number, to: number): RootColumn {
  const values = new Array<string>(to - from).fill('');
  let scratch: Buffer = Buffer.alloc(0);
  decoder.reader.each(plan, from, to, (basket, low, high) => {
    scratch = unpackToScratch(decoder, basket, scratch);
    const starts = entryOffsets(decoder, plan, basket, scratch);
    for (let i = low; i < high; i++) {
      const end = starts[i + 1]!;
      let at = starts[i]! + plan.header;
      if (at >= end) continue;
      let length = scratch[at++]!;
      if (length === 255) {
        if (at + 4 > end) throw new BasketDamage('the length of a string is cut');
        length = scratch.readInt32BE(at);
        at += 4;
      }
      if (at + length !== end) throw new BasketDamage(`a string of ${length} bytes takes ${end - at}`);
      values[basket.first - from + i] = scratch.toString('utf8', at, end);
    }
  });
  return { kind: 'string', values };
}
