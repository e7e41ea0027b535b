import { contextOfSlot, type FlowEvents } from '../density/from-blocks.js';
import { slotCount } from '../density/grid-axis.js';
import { gridStrides, slotLengths } from '../density/grid.js';
import { replicaNames, systematicNames, type Template, type TemplateValues } from '../density/template.js';
import { seedKey, type Key } from '../stats/key.js';
import { bootstrapWeights } from '../stats/bootstrap.js';
import { logProb } from './evaluate-flow.js';
import type { FlowModel } from './flow.js';
import type { FlowSpec } from './flow-spec.js';
import { trainFlow, type TrainFlowOptions } from './train-flow.js';

export interface FlowDensityOptions {
  readonly seed?: number | undefined;
  readonly flow?: Partial<Pick<FlowSpec, 'transforms' | 'bins' | 'hidden' | 'activation' | 'bound'>> | undefined;
  readonly training?: Partial<Omit<TrainFlowOptions, 'key'>> | undefined;
  /** Epochs of a replica or a variation, which starts from the nominal flow; a sixth of the nominal ones by default. */
  readonly variationEpochs?: number | undefined;
  readonly progress?: ((done: number, total: number) => void) | undefined;
}

const TRAINING = { epochs: 30, batch: 1024, learningRate: 3e-3, validation: 0.15, patience: 8 } as const;

/**
 * A template whose shape is a conditional spline flow: p(variables | given) learnt from events by maximum likelihood (weights
 * of either sign) and written on the template's grid, so that it is sampled, inverted and saved like any other. What a
 * grid knows better stays the template's own: how many events there are at each kinematics, and the atoms with all
 * that is given by them.
 *
 * @param template a kernel density of the same events
 * @returns the template with the flow's shapes, the flow itself, and its mean log-likelihood on events it has not seen
 */
export async function flowTemplate(
  template: Template,
  events: FlowEvents,
  options: FlowDensityOptions = {},
): Promise<{ template: Template; model: FlowModel; score: number }> {
  const { given, variables } = template;
  const key = seedKey(options.seed ?? 1).split('flow density');
  const spec = {
    kind: variables.length === 1 ? 'spline' : 'autoregressive',
    features: variables.length,
    context: given.length,
    hidden: [32, 32],
    activation: 'silu',
    bins: 12,
    bound: 4,
    ...options.flow,
  } as const;
  const learn = (weights: Float64Array, own: Key, more: Partial<TrainFlowOptions> = {}) =>
    trainFlow(
      spec,
      { features: events.variables, context: events.given, weights },
      { ...TRAINING, ...options.training, ...more, key: own },
    );
  const names = [...replicaNames(template), ...systematicNames(template)];
  const nominal = await learn(events.weights, key.split('nominal'));
  options.progress?.(1, names.length + 1);
  const epochs = options.variationEpochs ?? Math.max(4, Math.round((options.training?.epochs ?? TRAINING.epochs) / 6));
  const variations: Record<string, TemplateValues> = {
    nominal: await reshaped(template, 'nominal', nominal.model),
  };
  for (const [i, name] of names.entries()) {
    // Other widths are the kernels' matter; the flow has none, and so only its atoms change.
    const weights = name.startsWith('stat')
      ? bootstrapWeights(key.split('replicas'), Number(name.slice(4)), events.weights.length, events.weights)
      : events.systematics[name.slice(5)];
    const model = weights
      ? (
          await learn(weights, key.split(name), {
            initial: nominal.model.parameters,
            standardisation: nominal.model.standardisation,
            epochs,
          })
        ).model
      : nominal.model;
    variations[name] = await reshaped(template, name, model);
    options.progress?.(i + 2, names.length + 1);
  }
  const best =
    nominal.history.find((h) => h.epoch === nominal.bestEpoch) ?? nominal.history[nominal.history.length - 1];
  const score = -(best?.validation ?? best?.train ?? NaN);
  return {
    template: {
      ...template,
      method: 'flow',
      variations,
      facts: { ...template.facts, flow: { score, bestEpoch: nominal.bestEpoch } },
    },
    model: nominal.model,
    score,
  };
}

/** Most rows that pass the flow at once: a few hundred MB. */
const BLOCK = 1 << 20;

/** One variation with the shapes of a flow in the slots that are nodes of all variables; each line keeps its weight. */
async function reshaped(template: Template, name: string, model: FlowModel): Promise<TemplateValues> {
  const { given, variables } = template;
  const { values, clipped } = template.variations[name];
  const out = values.slice();
  const perLine = variables.reduce((n, axis) => n * slotCount(axis), 1);
  const lines = values.length / perLine;
  const strides = gridStrides(variables);
  // The slots of a line without atoms, and the volume that each stands for.
  const inside: number[] = [];
  const volumes: number[] = [];
  const lengths = variables.map(slotLengths);
  const at = (slot: number, a: number): number => Math.floor(slot / strides[a]) % slotCount(variables[a]);
  for (let slot = 0; slot < perLine; slot++) {
    if (variables.some((axis, a) => at(slot, a) >= axis.nodes.length)) continue;
    inside.push(slot);
    volumes.push(variables.reduce((v, _, a) => v * lengths[a][at(slot, a)], 1));
  }
  const features = variables.map((axis, a) => Float64Array.from(inside, (slot) => axis.nodes[at(slot, a)]));
  const lineStrides = gridStrides(given);
  const many = Math.max(1, Math.floor(BLOCK / inside.length));
  for (let first = 0; first < lines; first += many) {
    const count = Math.min(many, lines - first);
    const rows = count * inside.length;
    const repeat = (column: Float64Array): Float64Array =>
      Float64Array.from({ length: rows }, (_, i) => column[i % inside.length]);
    const context = given.map((axis, a) =>
      Float64Array.from({ length: rows }, (_, i) => {
        const line = first + Math.floor(i / inside.length);
        return contextOfSlot(axis, Math.floor(line / lineStrides[a]) % slotCount(axis));
      }),
    );
    const logs = await logProb(model, features.map(repeat), context);
    for (let l = 0; l < count; l++) {
      const from = (first + l) * perLine;
      let [weight, norm] = [0, 0];
      for (let i = 0; i < inside.length; i++) {
        weight += values[from + inside[i]] * volumes[i];
        norm += Math.exp(logs[l * inside.length + i]) * volumes[i];
      }
      for (let i = 0; i < inside.length; i++)
        out[from + inside[i]] = norm > 0 ? (weight * Math.exp(logs[l * inside.length + i])) / norm : 0;
    }
  }
  return { values: out, clipped };
}
