import type { BasketReader } from './basket.js';
import type { Unpacker } from './codecs/unpack.js';
import { decodeFlat } from './flat.js';
import { decodeJagged } from './jagged.js';
import type { Memory } from './memory.js';
import type { BranchPlan } from './plan.js';
import { decodeString } from './string.js';
import type { RootColumn } from './types.js';

/** What decoding needs: a reader of baskets and the codecs. */
export interface Decoder {
  readonly reader: BasketReader;
  readonly unpacker: Unpacker;
}

/** Decode all columns of a branch for entries [from, to), by default into fresh memory. Throws PlacedDamage. */
export function decodeBranch(
  decoder: Decoder,
  plan: BranchPlan,
  from: number,
  to: number,
  memory?: Memory,
): Map<string, RootColumn> {
  if (plan.layout === 'flat') return decodeFlat(decoder, plan, from, to, memory);
  const leaf = plan.leaves[0]!;
  const column =
    plan.layout === 'string' ? decodeString(decoder, plan, from, to) : decodeJagged(decoder, plan, from, to, memory);
  return new Map([[leaf.column, column]]);
}
