import type { Shift } from '../hist/estimate.js';

/** Closure of one bin: the same simulated events by truth and by weights. */
export interface ClosureBin {
  readonly truth: number;
  readonly weighted: number;
  readonly difference: number;
  /** Standard error of the difference; the two are made of the same events, which is taken into account. */
  readonly error: number;
  readonly pull: number;
  /** The source `syst:closure`: the difference, signed, up; its mirror image down. */
  readonly shift: Shift;
}

export interface ClosureInput {
  /** The bin of every simulated event, −1 for none. */
  readonly bins: ArrayLike<number>;
  readonly count: number;
  /** Whether the event passes the cut. */
  readonly passes: ArrayLike<number | boolean>;
  /** Whether truth matches. */
  readonly truth: ArrayLike<number | boolean>;
  /** sWeights, with the event weight in them. */
  readonly sWeights: Float64Array;
  /** The event weight that truth-matched events count with; 1 where absent. */
  readonly weights?: Float64Array | undefined;
}

/**
 * Efficiency of truth-matched simulation against that of sWeighted simulation, bin by bin: what the subtraction of background
 * does to a sample whose truth is known. The error follows from the events' influence on the difference,
 * u_e = w_e (pass − ε_w)/T_w − t_e (pass − ε_t)/T_t, as √Σu².
 *
 * @example closure({ bins, count: 5, passes, truth, sWeights }).map((bin) => bin.pull)
 */
export function closure(input: ClosureInput): ClosureBin[] {
  const { bins, count, passes, truth, sWeights, weights } = input;
  const sums = Array.from({ length: count }, () => ({ w: 0, wp: 0, t: 0, tp: 0 }));
  const each = (visit: (bin: number, pass: number, w: number, t: number) => void): void => {
    for (let e = 0; e < bins.length; e++) {
      if (!(bins[e] >= 0 && bins[e] < count)) continue;
      visit(bins[e], passes[e] ? 1 : 0, sWeights[e], truth[e] ? (weights ? weights[e] : 1) : 0);
    }
  };
  each((bin, pass, w, t) => {
    const s = sums[bin];
    s.w += w;
    s.wp += w * pass;
    s.t += t;
    s.tp += t * pass;
  });
  const variances = new Float64Array(count);
  each((bin, pass, w, t) => {
    const s = sums[bin];
    variances[bin] += ((w * (pass - s.wp / s.w)) / s.w - (t * (pass - s.tp / s.t)) / s.t) ** 2;
  });
  return sums.map((s, bin) => {
    const difference = s.wp / s.w - s.tp / s.t;
    const error = Math.sqrt(variances[bin]);
    return {
      truth: s.tp / s.t,
      weighted: s.wp / s.w,
      difference,
      error,
      pull: error > 0 ? difference / error : 0,
      shift: { up: difference, down: -difference },
    };
  });
}
