import type { EpochRecord } from '../../graph/train-state.js';

/** What a trained flow says of itself: the result of its task, drawn in the report. Everything on the learning scale. */
export type TrainedResult = {
  readonly history: readonly EpochRecord[];
  readonly bestEpoch: number;
  readonly stopped: string;
  readonly nll: { readonly training: number; readonly judging: number };
  /** The density of each variable, averaged over the given columns of the judging events. */
  readonly densities: readonly DensityCurve[];
  /** The first variable's density at moments of the training. */
  readonly snapshots: readonly { readonly epoch: number; readonly loss: number; readonly density: DensityCurve }[];
};

export type DensityCurve = { readonly x: readonly number[]; readonly y: readonly number[] };

/** What the closure task found, by variable. */
export type ClosureResult = {
  readonly ks: number;
  readonly maxPull: number;
  readonly rmsPull: number;
  readonly curves: readonly {
    readonly x: readonly number[];
    readonly y: readonly number[];
    readonly sigma: readonly number[];
  }[];
};
