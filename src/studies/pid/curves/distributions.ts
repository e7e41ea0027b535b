import { variableAxis } from '../../../hist/axis.js';
import type { Closed } from '../../../hist/cell-counts.js';
import { emptyHist, type Hist } from '../../../hist/hist.js';
import { countCandidates, type CandidateSource } from '../tables/candidates.js';

export interface DistributionRequest {
  readonly samples: readonly { readonly name: string; readonly sources: readonly CandidateSource[] }[];
  /** Expression: any variable of the probe, or a column. */
  readonly variable: string;
  readonly edges: readonly number[];
  readonly closed?: Closed | undefined;
  readonly precut?: string | undefined;
  readonly label?: string | undefined;
  readonly unit?: string | undefined;
}

export interface Distribution {
  readonly sample: string;
  /** Flow bins are empty: what lies outside is counted beside. */
  readonly hist: Hist;
  readonly candidates: number;
  readonly below: number;
  readonly above: number;
  readonly notFinite: number;
}

/** The weighted distribution of a variable in each sample, in one pass over each source. */
export async function distributions(request: DistributionRequest): Promise<Distribution[]> {
  const { variable, edges, closed } = request;
  const conditions = request.precut?.trim() ? { precut: request.precut } : {};
  const axis = variableAxis(variable, edges, { label: request.label, unit: request.unit });
  const made: Distribution[] = [];
  for (const { name, sources } of request.samples) {
    const counts = await countCandidates(sources, {
      axes: [{ column: variable, edges }],
      closed,
      conditions,
      places: { [variable]: 'variable' },
    });
    const required = Object.keys(conditions);
    const sums = counts.sums(undefined, 'up', required);
    const hist = emptyHist([axis]);
    hist.sumw.set(sums.sumw, 1);
    hist.sumw2.set(sums.sumw2, 1);
    const { rows, axes } = counts.outside(required);
    const { below, above, notFinite } = axes[0];
    made.push({ sample: name, hist, candidates: rows, below, above, notFinite });
  }
  return made;
}
