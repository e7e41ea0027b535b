/** Repetition and definition levels of a page of lists, as pieces of its bytes, and how many values or empty lists there are. */
export interface PageLevels {
  readonly bytes: readonly Buffer[];
  readonly count: number;
}

/** Levels of the lists of one row group: columns whose lists have the same lengths share them. */
export class Levels {
  readonly #known: { readonly offsets: Int32Array; readonly levels: PageLevels }[] = [];

  /** @param offsets one more than there are rows, starting anywhere */
  of(offsets: Int32Array): PageLevels {
    const known = this.#known.find((each) => same(each.offsets, offsets));
    if (known) return known.levels;
    const levels = levelsOf(offsets);
    this.#known.push({ offsets, levels });
    return levels;
  }
}

const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength);

const same = (a: Int32Array, b: Int32Array): boolean => a.length === b.length && bytesOf(a).equals(bytesOf(b));

/** Two bit fields: "continues the row before" and "there is a value here" (an empty list has none). */
function levelsOf(offsets: Int32Array): PageLevels {
  const rows = offsets.length - 1;
  let count = offsets[rows] - offsets[0];
  for (let i = 0; i < rows; i++) if (offsets[i + 1] === offsets[i]) count++;
  const continues = new Uint8Array(Math.ceil(count / 8));
  const present = new Uint8Array(Math.ceil(count / 8));
  // All bits are set first but those of a row's first value, and those of empty rows.
  continues.fill(255);
  present.fill(255);
  let at = 0;
  for (let i = 0; i < rows; i++) {
    const length = offsets[i + 1] - offsets[i];
    const bit = ~(1 << (at & 7));
    continues[at >> 3] &= bit;
    if (length === 0) present[at >> 3] &= bit;
    at += length === 0 ? 1 : length;
  }
  if (count % 8 > 0) {
    continues[count >> 3] &= (1 << (count & 7)) - 1;
    present[count >> 3] &= (1 << (count & 7)) - 1;
  }
  return { bytes: [...run(continues), ...run(present)], count };
}

/** Levels of an optional column: 1 where there is a value. */
export function presentLevels(present: Uint8Array): readonly Buffer[] {
  const bits = new Uint8Array(Math.ceil(present.length / 8));
  for (let i = 0; i < present.length; i++) if (present[i]) bits[i >> 3] |= 1 << (i & 7);
  return run(bits);
}

/** The same where every row has a value: one number, repeated. */
export const allPresent = (rows: number): readonly Buffer[] => withHeader(rows * 2, Uint8Array.of(1));

/** One bit-packed run, with its length in front. */
const run = (bits: Uint8Array): Buffer[] => withHeader(bits.length * 2 + 1, bits);

function withHeader(value: number, bytes: Uint8Array): Buffer[] {
  const header: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) header.push((rest % 128) + 128);
  header.push(rest);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(header.length + bytes.length);
  return [length, Buffer.from(header), bytesOf(bytes)];
}
