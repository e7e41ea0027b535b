import { buildEpoch, type EpochShape } from './epoch-graph.js';
import { noiseTable, offsetsOf, orderOf, ratesOf, type EpochRunner } from './epoch-run.js';
import type { Objective } from './objective.js';
import type { Block, SessionCache } from './session.js';
import { asIndices } from './training-rows.js';

/**
 * Runs every epoch as one loop inside ONNX Runtime: nothing leaves it before the epoch ends.
 *
 * @param resident the sample, from `residentFeeds`
 */
export function loopRunner(
  objective: Objective,
  shape: EpochShape,
  resident: Readonly<Record<string, Block>>,
  options: { readonly threads: number; readonly sessions: SessionCache },
): EpochRunner {
  const whole = buildEpoch(objective, shape);
  const flat = (data: Float32Array): Block => ({ data, dims: [data.length] });
  return {
    async run(state, run) {
      const { steps } = run;
      const graph = steps === shape.steps ? whole : buildEpoch(objective, { ...shape, steps });
      const session = await options.sessions.open(graph.model, { threads: options.threads });
      const rates = ratesOf(run, state.damping);
      const perStep = (pick: (r: (typeof rates)[number]) => number): Block => flat(Float32Array.from(rates, pick));
      const feeds: Record<string, Block> = {
        ...resident,
        rate: perStep((r) => r.rate),
        epsilon: perStep((r) => r.epsilon),
        parameters: flat(state.parameters),
        first: flat(state.first),
        second: flat(state.second),
      };
      if (shape.decaying) feeds['decay'] = perStep((r) => r.decay);
      if (!run.full) feeds['order'] = { data: asIndices(orderOf(run)), dims: [steps * run.batch] };
      const noise = Object.entries(graph.noise);
      if (noise.length) feeds['offset'] = { data: offsetsOf(run), dims: [steps] };
      for (const [name, rows] of noise) feeds[`noise:${name}`] = noiseTable(run, name, rows);
      const out = await session.run(feeds);
      const floats = (name: string): Float32Array => out[name].data as Float32Array;
      return {
        parameters: floats('next:parameters'),
        first: floats('next:first'),
        second: floats('next:second'),
        losses: floats('losses'),
        norms: floats('norms'),
      };
    },
    close: async () => {},
  };
}
