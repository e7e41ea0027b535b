import type { EventTable } from '../../../events/store.js';

const PER_PASS = 64;

/**
 * Contents of cells under several weights.
 *
 * @param place cell of every row; −1: in none
 * @param weights expressions, the nominal one first: a row without a finite nominal weight counts under none
 */
export async function variedContents(
  table: EventTable,
  place: Int32Array,
  cells: number,
  weights: readonly string[],
): Promise<{ readonly contents: readonly Float64Array[]; readonly withoutWeight: number }> {
  const contents: Float64Array[] = [];
  let withoutWeight = 0;
  for (let from = 0; from < weights.length; from += PER_PASS) {
    const some = weights.slice(from, from + PER_PASS);
    const asked = Object.fromEntries(some.map((text, i) => [`w${i}`, text]));
    const hists = some.map(() => new Float64Array(cells));
    let row = 0;
    for await (const block of table.scan({ n: weights[0], ...asked }, { path: '--weight', lenient: true })) {
      const columns = some.map((_, i) => block[`w${i}`]);
      const nominal = block['n'];
      for (let i = 0; i < nominal.length; i++, row++) {
        const cell = place[row];
        if (cell < 0) continue;
        if (!Number.isFinite(nominal[i])) {
          if (from === 0) withoutWeight++;
          continue;
        }
        for (let k = 0; k < columns.length; k++) hists[k][cell] += columns[k][i];
      }
    }
    contents.push(...hists);
  }
  return { contents, withoutWeight };
}
