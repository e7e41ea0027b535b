import { weightTable } from '../../../hist/make-weight-table.js';
import type { Particle, WeightTable } from '../../../hist/weight-table.js';
import type { CandidateSource } from './candidates.js';
import { rateTables, type CountedTable, type RateRequest } from './rate-tables.js';

/** Candidates that truly are `particle`, in both samples. */
export interface TrueCandidates {
  readonly particle: Particle;
  readonly data: readonly CandidateSource[];
  readonly simulation: readonly CandidateSource[];
}

export interface TablesRequest extends Pick<
  RateRequest,
  'cuts' | 'precuts' | 'axes' | 'closed' | 'reco' | 'interval' | 'replicas' | 'key' | 'places' | 'correlations'
> {
  /** The particle that is looked for (efficiency), others that pass by mistake (fake rates). */
  readonly truths: readonly TrueCandidates[];
  /** Also weights of candidates that fail the cut. */
  readonly notIdentified?: boolean | undefined;
  /** What the samples are called: `data` and `simulation` by default. */
  readonly samples?: { readonly data: string; readonly simulation: string } | undefined;
}

/** Everything about one true particle, preselection and cut. */
export interface MadeTables {
  readonly data: CountedTable;
  readonly simulation: CountedTable;
  readonly weights: WeightTable;
  readonly notIdentified?: WeightTable | undefined;
}

/**
 * Efficiencies and fake rates of data and simulation, and their ratios: the weights that make simulation pass as often as
 * data. One pass over each source, whatever the number of cuts, preselections and systematic weights.
 *
 * @returns for each true particle, each precut and (fastest) each cut
 * @throws userError `expression.*`, `hist.axis`, `events.weights`
 * @example const [{ weights }] = await makeTables({ truths: [{ particle: K, data, simulation }], cuts: ['kaonID > 0.6'], axes, reco: K })
 */
export async function makeTables(request: TablesRequest): Promise<MadeTables[]> {
  const { truths, notIdentified, samples = { data: 'data', simulation: 'simulation' }, ...rest } = request;
  const made: MadeTables[] = [];
  for (const { particle, data, simulation } of truths) {
    const key = request.key?.split(particle.name);
    const common = { ...rest, truth: particle, key };
    const recorded = await rateTables({ ...common, sources: data, sample: samples.data });
    const simulated = await rateTables({ ...common, sources: simulation, sample: samples.simulation });
    recorded.forEach((d, i) => {
      const s = simulated[i];
      made.push({
        data: d,
        simulation: s,
        weights: weightTable(d.table, s.table),
        notIdentified: notIdentified ? weightTable(d.table, s.table, 'notIdentified') : undefined,
      });
    });
  }
  return made;
}
