import { userError } from '../base/error.js';
import { percentileBand } from '../stats/bootstrap.js';
import { ONE_SIGMA } from '../stats/intervals.js';
import { assertSameAxes, inner, type Hist } from './hist.js';

/** Ends of a band per bin, without flow bins. */
export interface Band {
  readonly low: Float64Array;
  readonly high: Float64Array;
}

/** The central interval of replicated histograms (bootstrap, variations), bin by bin; ±1σ coverage unless told otherwise. */
export function bandOfHists(replicas: readonly Hist[], level = ONE_SIGMA): Band {
  if (replicas.length === 0) throw userError({ code: 'hist.band', message: 'a band needs histograms', got: '0' });
  for (const h of replicas) assertSameAxes(replicas[0], h);
  return percentileBand(
    replicas.map((h) => inner(h).values),
    level,
  );
}
