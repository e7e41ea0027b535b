/** Edit distance that counts an adjacent swap as one edit (optimal string alignment). */
export function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let d = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) d = Math.min(d, before[j - 2] + 1);
      row.push(d);
    }
    before = last;
    last = row;
  }
  return last[b.length];
}

/**
 * The known names nearest to an unknown one, best first; empty if none is near enough to be worth offering.
 * Letter case does not count as an edit.
 *
 * @example nearMatches('kaonId', ['kaonID', 'pionID']) // ['kaonID', 'pionID']
 */
export function nearMatches(word: string, known: Iterable<string>, most = 3): string[] {
  const lower = word.toLowerCase();
  const limit = Math.max(2, Math.floor(word.length / 3));
  return [...new Set(known)]
    .map((name) => {
      const other = name.toLowerCase();
      const contains = lower.length > 2 && (other.includes(lower) || (other.length > 2 && lower.includes(other)));
      return { name, distance: contains ? 1 : editDistance(lower, other) };
    })
    .filter((m) => m.distance <= limit)
    .sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1))
    .slice(0, most)
    .map((m) => m.name);
}

/** `did you mean "a" or "b"?`, or undefined where nothing is near. */
export function didYouMean(word: string, known: Iterable<string>): string | undefined {
  const near = nearMatches(word, known);
  return near.length ? `did you mean ${near.map((n) => `"${n}"`).join(' or ')}?` : undefined;
}
