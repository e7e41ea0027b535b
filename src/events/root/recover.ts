import { PlacedDamage } from './damage.js';
import { concatColumns } from './concat.js';
import type { EntryRange, MissingEntries, RootColumn } from './types.js';

type Decode = (names: readonly string[], from: number, to: number) => Promise<Map<string, RootColumn>>;

/** Every damaged basket of one column within [from, to): each failure tells where to go on. */
async function damageIn(name: string, from: number, to: number, decode: Decode): Promise<MissingEntries[]> {
  const missing: MissingEntries[] = [];
  for (let at = from; at < to;) {
    try {
      await decode([name], at, to);
      break;
    } catch (error) {
      if (!(error instanceof PlacedDamage)) throw error;
      const { branch, basket, why } = error.place;
      missing.push({ branch, basket, from: Math.max(error.place.from, from), to: Math.min(error.place.to, to), why });
      at = error.place.to;
    }
  }
  return missing;
}

/** What is left of [from, to) without the missing entries. */
function whole(from: number, to: number, missing: readonly EntryRange[]): EntryRange[] {
  const left: EntryRange[] = [];
  let at = from;
  for (const gap of [...missing].sort((a, b) => a.from - b.from)) {
    if (gap.from > at) left.push({ from: at, to: gap.from });
    at = Math.max(at, gap.to);
  }
  if (at < to) left.push({ from: at, to });
  return left;
}

/** Read only the entries whose baskets are whole in every column asked for. */
export async function recoverRead(
  names: readonly string[],
  from: number,
  to: number,
  decode: Decode,
): Promise<{ columns: Map<string, RootColumn>; missing: MissingEntries[] }> {
  const missing: MissingEntries[] = [];
  for (const name of names) missing.push(...(await damageIn(name, from, to, decode)));
  const ranges = whole(from, to, missing);
  if (ranges.length === 0) ranges.push({ from, to: from });
  const parts: Map<string, RootColumn>[] = [];
  for (const range of ranges) parts.push(await decode(names, range.from, range.to));
  const columns = new Map(names.map((name) => [name, concatColumns(parts.map((part) => part.get(name)!))]));
  return { columns, missing };
}
