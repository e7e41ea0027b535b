import type { ResolvedFlow } from './resolve-flow.js';
import type { PrepareParams, SampleName } from './prepare.js';
import type { CorrectionStudy } from './schema.js';
import type { BinningSpec } from '../values.js';

/** What every task of a correction knows of its study. */
export interface CommonParams {
  readonly prepare: PrepareParams;
  readonly flow: ResolvedFlow;
  readonly method: CorrectionStudy['method'];
  readonly replicas: number;
  /** Share of the replicas that may diverge. */
  readonly allowFailed: number;
  /** How many replicas each of their tasks trains. */
  readonly replicasATask: number;
  readonly variables: readonly VariableParams[];
  readonly given: readonly VariableParams[];
  readonly label: CorrectionStudy['label'];
  readonly name: string;
}

export type VariableParams = CorrectionStudy['variables'][number] & {
  readonly label?: string;
  readonly unit?: string;
  readonly bins?: BinningSpec;
};

/** What a task of one sample's flow knows besides. */
export interface SampleParams extends CommonParams {
  readonly sample: SampleName;
}

/** A few replicas of one sample's flow. */
export interface ReplicaParams extends SampleParams {
  readonly first: number;
  readonly count: number;
}
