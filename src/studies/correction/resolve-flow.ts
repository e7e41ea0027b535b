import type { CorrectionStudy, FlowSettings } from './schema.js';

/** What `--quick` brings a study down to. */
export const QUICK = { epochs: 12, replicas: 4, replicaEpochs: 3 };

/** Flow settings with every default resolved. */
export type ResolvedFlow = Omit<FlowSettings, 'bound' | 'kind' | 'replicaEpochs'> & {
  readonly replicaEpochs: number;
  readonly kind: NonNullable<FlowSettings['kind']>;
  readonly bound: number;
};

export function resolveFlow(study: CorrectionStudy, quick: boolean): ResolvedFlow {
  const { flow, variables } = study;
  const kind = flow.kind ?? (variables.length === 1 ? 'spline' : 'autoregressive');
  const epochs = quick ? Math.min(flow.epochs, QUICK.epochs) : flow.epochs;
  const replicaEpochs = flow.replicaEpochs ?? Math.max(6, Math.ceil(0.16 * flow.epochs));
  return {
    ...flow,
    kind,
    epochs,
    replicaEpochs: quick ? Math.min(replicaEpochs, QUICK.replicaEpochs) : replicaEpochs,
    bound: flow.bound ?? 5,
    batch: quick && flow.batch !== 'full' ? Math.min(flow.batch, 512) : flow.batch,
  };
}
