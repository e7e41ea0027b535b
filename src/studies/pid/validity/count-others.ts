import type { TableAxis } from '../../../hist/weight-table.js';
import type { ProbeSource } from '../sources.js';
import { countCandidates } from '../tables/candidates.js';
import type { JudgedSource } from './judge-cells.js';
import type { OtherCounts } from './repair.js';

/** What the sources of a table count that cannot be tested, and how they find signal. */
export interface OtherSources extends OtherCounts {
  readonly methods: readonly string[];
}

/**
 * Counts the sources whose weights cannot be tested, such as those of a mode without a fit, for cells that are counted again: these
 * hold them too.
 *
 * @param judged what was found of the others
 * @returns undefined where there is none, or no cell is counted again
 */
export async function countOthers(
  sources: readonly ProbeSource[],
  judged: readonly JudgedSource[],
  { axes, precut, cut }: { readonly axes: readonly TableAxis[]; readonly precut: string; readonly cut: string },
): Promise<OtherSources | undefined> {
  const others = sources.filter((source) => !judged.some((j) => j.source === source));
  if (others.length === 0 || judged.every((j) => j.weights.invalid.size === 0)) return undefined;
  const required = precut.trim() === '' ? [] : ['precut'];
  const conditions = { cut, ...(required.length > 0 ? { precut } : {}) };
  const counted = await countCandidates(others, { axes, conditions });
  const of = (systematic: string | undefined) => ({
    passed: counted.sums(systematic, 'up', [...required, 'cut']),
    tried: counted.sums(systematic, 'up', required),
  });
  const byName = new Map([undefined, ...counted.systematics].map((name) => [name, of(name)] as const));
  return {
    methods: [...new Set(others.map((source) => source.method))],
    systematics: counted.systematics,
    counts: (systematic) => byName.get(systematic) ?? of(undefined),
  };
}
