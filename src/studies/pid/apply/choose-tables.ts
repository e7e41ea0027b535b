import { userError } from '../../../base/error.js';
import { particleOf } from '../../../physics/particles.js';
import type { LoadedTable } from './load-tables.js';
import type { ParsedWeightOptions, ParticleOptions } from './options.js';

/** A variable as it is compared: `binaryID(K, pi)` is `binaryID(K,pi)`. */
const bare = (variable: string): string => variable.replace(/\s+/g, '');

type Cut = NonNullable<ParticleOptions['threshold']>;

/** The tables of one particle, one for each (reco, truth, side). */
export type Chosen = readonly LoadedTable[];

/**
 * Chooses the tables of a particle: those of its files, and of several cuts the one that it was selected with.
 *
 * @throws userError `apply.threshold` where a cut must be named, or no table has it
 */
export function chooseTables(
  tables: readonly LoadedTable[],
  particle: ParticleOptions,
  options: ParsedWeightOptions,
): Chosen {
  const reco = particle.reco === undefined ? undefined : particleOf(particle.reco, '--particle reco').pdg;
  const ofFiles = tables.filter(
    (t) =>
      (particle.tables === undefined || t.files.some((f) => particle.tables?.includes(f))) &&
      (reco === undefined || t.table.reco.pdg === reco),
  );
  const cuts = new Map(
    Object.entries(options.thresholds).map(([name, cut]) => [particleOf(name, '--threshold').pdg, cut]),
  );
  const groups = new Map<string, LoadedTable[]>();
  for (const t of ofFiles) {
    const { reco: r, truth, side } = t.table;
    const key = `${r.pdg} ${truth.pdg} ${side}`;
    groups.set(key, [...(groups.get(key) ?? []), t]);
  }
  const cutOf = (pdg: number): Cut | undefined => particle.threshold ?? cuts.get(pdg);
  const has = ({ table }: LoadedTable): boolean => {
    const cut = cutOf(table.reco.pdg);
    return !cut || (bare(table.variable) === bare(cut.variable) && table.threshold === cut.threshold);
  };
  const chosen = [...groups.values()].flatMap((group) => {
    const { reco: of } = group[0].table;
    const cut = cutOf(of.pdg);
    const fit = group.filter(has);
    // Fake rates of another cut alone are none of this one: their candidates are counted as without a table.
    if (fit.length === 0 && ofFiles.some((t) => t.table.reco.pdg === of.pdg && has(t))) return [];
    if (fit.length === 1) return fit[0];
    // Of several preselections, the table that was made without one holds for all candidates.
    const unselected = fit.filter(({ table }) => table.precut === '');
    if (unselected.length === 1) return unselected[0];
    const available = [...new Set(group.map(({ table, name }) => (table.precut === '' ? table.cut : name)))].join(', ');
    throw userError({
      code: 'apply.threshold',
      message: cut
        ? fit.length === 0
          ? `no table of ${of.name} has the cut ${cut.variable} > ${cut.threshold}`
          : `several tables of ${of.name} have the cut ${cut.variable} > ${cut.threshold}`
        : `there are several tables of ${group[0].table.truth.name} as ${of.name}: which cut was made?`,
      path: group[0].files[0],
      expected: available,
      hint: `--threshold ${of.name}=VARIABLE,THRESHOLD, or name one file`,
    });
  });
  if (chosen.length > 0) return chosen;
  throw userError({
    code: 'apply.no-tables',
    message: `particle "${particle.prefix}" has no tables`,
    got: reco === undefined ? undefined : `reco=${particle.reco}`,
    expected: `one of ${[...new Set(tables.map((t) => t.table.reco.name))].join(', ')}`,
  });
}
