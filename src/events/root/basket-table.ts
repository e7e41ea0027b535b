import type { JsrootBasket, JsrootBranch } from './jsroot-objects.js';
import type { BasketTable, EmbeddedBasket } from './plan.js';

function embed(basket: JsrootBasket): EmbeddedBasket {
  const bytes = basket.fLast - basket.fKeylen;
  const view = basket.fBufferRef?.arr;
  const data = view ? new Uint8Array(view.buffer, view.byteOffset, Math.min(bytes, view.byteLength)) : new Uint8Array();
  const inside = { data, entries: basket.fNevBuf, keyLength: basket.fKeylen };
  return basket.fEntryOffset ? { ...inside, offsets: Int32Array.from(basket.fEntryOffset) } : inside;
}

/**
 * Where a branch's baskets are: those written to the file, then those kept inside the TTree object.
 * Returns a sentence instead if they do not hold entries [0, entries) without a gap.
 */
export function basketTable(branch: JsrootBranch, entries: number): BasketTable | string {
  const written = branch.fWriteBasket;
  const kept = branch.fBaskets?.arr ?? [];
  const embedded = new Map<number, EmbeddedBasket>();
  const seek: number[] = [];
  const bytes: number[] = [];
  const first: number[] = [];
  let end = 0;
  for (let i = 0; i < Math.max(written, kept.length); i++) {
    const inside = kept[i];
    const start = Number(branch.fBasketEntry[i] ?? 0);
    if (i < written && branch.fBasketBytes[i]) {
      seek.push(Number(branch.fBasketSeek[i]));
      bytes.push(branch.fBasketBytes[i]!);
      end = Number(branch.fBasketEntry[i + 1] || branch.fEntries);
    } else if (inside?.fNevBuf) {
      embedded.set(first.length, embed(inside));
      seek.push(-1);
      bytes.push(0);
      end = start + inside.fNevBuf;
    } else continue;
    if (first.length > 0 && start < first[first.length - 1]!) return `basket ${i} starts before the one in front of it`;
    first.push(start);
  }
  if (first.length > 0 && first[0] !== 0) return `its first entry is ${first[0]}`;
  if (first.length === 0 ? entries > 0 : end !== entries) return `it has ${end} entries, the tree ${entries}`;
  return {
    seek: Float64Array.from(seek),
    bytes: Int32Array.from(bytes),
    first: Float64Array.from([...first, end]),
    embedded,
  };
}
