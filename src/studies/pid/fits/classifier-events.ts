import path from 'node:path';
import { pick } from '../../../fit/component.js';
import { openStore, type EventStore, type EventTable } from '../../../events/store.js';
import { factorisationTests, significanceLimit } from '../../../fit/factorisation.js';
import type { SpeciesSample } from '../../../models/classifier-splot.js';
import type { TaskContext } from '../../../runs/task.js';
import { inPlaceOf, type OwnVariablesSpec } from '../../own-variables.js';
import { ROWS, type ModeParams } from '../params.js';
import { taskVariables } from '../schema/study-variables.js';
import type { Control } from './controls.js';
import type { ClassifierFit } from './fits.js';

export interface ClassifyParams {
  readonly mode: ModeParams & { readonly fit: ClassifierFit };
  readonly variables: OwnVariablesSpec;
  readonly label: Readonly<Record<string, string>>;
  readonly controls: readonly Control[];
}

/** Rows of a sample that have all features and a weight. */
export interface ReadSample {
  readonly count: number;
  readonly rows: Uint32Array;
  readonly features: readonly Float64Array[];
  readonly weights?: Float64Array | undefined;
  /** Further columns asked for, of all rows. */
  readonly more: Readonly<Record<string, Float64Array>>;
}

/** Reads the features of a prepared sample. `more`: further expressions. */
export async function readFeatures(
  context: TaskContext,
  { mode, variables }: ClassifyParams,
  sample: 'data' | 'simulation',
  more: Readonly<Record<string, string>> = {},
): Promise<ReadSample> {
  const { features } = mode.fit.classifier;
  const weight = mode.weights[sample];
  return inStore(context, async (store) => {
    const table = await openPrepared(context, store, mode, sample, variables);
    const asked = Object.fromEntries(features.map((f, i) => [`f${i}`, f]));
    const own = weight === undefined ? {} : { w: weight };
    const read = await table.read({ ...asked, ...own, ...more }, { lenient: true });
    const needed = [...Object.keys(asked), ...Object.keys(own)].map((name) => read[name]);
    const count = needed[0].length;
    const rows = Uint32Array.from([...needed[0].keys()].filter((e) => needed.every((c) => Number.isFinite(c[e]))));
    if (rows.length < count)
      context.warn(`candidates of ${mode.name} ${sample} without a value of a feature: weight 0`, count - rows.length);
    return {
      count,
      rows,
      features: features.map((_, i) => pick(read[`f${i}`], rows)),
      ...(weight === undefined ? {} : { weights: pick(read['w'], rows) }),
      more: Object.fromEntries(Object.keys(more).map((name) => [name, read[name]])),
    };
  });
}

/** A simulated species with the rows that it consists of. */
export interface Species extends SpeciesSample {
  readonly rows: Uint32Array;
}

/** Signal and backgrounds in simulation. A candidate that several cuts take belongs to the first; what none takes has weight 0. */
export async function readSpecies(context: TaskContext, params: ClassifyParams): Promise<Species[]> {
  const { mode } = params;
  const { signal, backgrounds } = mode.fit.classifier;
  const cuts = [...(signal === undefined ? [] : [signal]), ...Object.values(backgrounds).map((b) => b.select)];
  const asked = Object.fromEntries(cuts.map((cut, i) => [`s${i}`, `(${cut}) ? 1 : 0`]));
  const read = await readFeatures(context, params, 'simulation', asked);
  const names = ['signal', ...Object.keys(backgrounds)];
  const own = names.map((): number[] => []);
  let unknown = 0;
  read.rows.forEach((row, at) => {
    const cut = cuts.findIndex((_, i) => read.more[`s${i}`][row] === 1);
    const of = signal === undefined ? cut + 1 : cut;
    if (of < 0) unknown++;
    else own[of].push(at);
  });
  if (unknown)
    context.warn(`simulated candidates of ${mode.name} that are neither signal nor background: weight 0`, unknown);
  return names.map((name, i) => ({
    name,
    rows: pick32(read.rows, own[i]),
    features: read.features.map((f) => pick(f, own[i])),
    ...(read.weights ? { weights: pick(read.weights, own[i]) } : {}),
  }));
}

const pick32 = (values: Uint32Array, at: readonly number[]): Uint32Array => Uint32Array.from(at, (i) => values[i]);

/** Dependences smaller than this are no reason, however significant. */
const SMALLEST = 0.01;

/** Kendall's test of the output against identification variables in every species: what speaks against independence. */
export async function dependences(
  context: TaskContext,
  { mode, variables, controls }: ClassifyParams,
  species: readonly Species[],
  outputs: readonly Float64Array[],
): Promise<{ readonly tests: number; readonly reasons: readonly string[] }> {
  const tests = await inStore(context, async (store) => {
    const found = [];
    for (const { prefix, variable } of controls) {
      const table = await openPrepared(context, store, mode, 'simulation', variables, prefix);
      const { c } = await table.read({ c: variable }, { lenient: true });
      for (const [i, { name, rows, weights }] of species.entries()) {
        const kept = [...rows.keys()].filter((at) => Number.isFinite(c[rows[at]]));
        if (kept.length < 3) continue;
        const control = Float64Array.from(kept, (at) => c[rows[at]]);
        const sample = { name, x: pick(outputs[i], kept), ...(weights ? { weights: pick(weights, kept) } : {}) };
        found.push(
          ...factorisationTests([{ ...sample, controls: { [`${variable} of ${prefix || 'the probe'}`]: control } }]),
        );
      }
    }
    return found;
  });
  const limit = significanceLimit(tests.length, mode.validity.falseAlarm);
  const wrong = tests.filter((t) => Math.abs(t.z) > limit && Math.abs(t.tau) > SMALLEST);
  return {
    tests: tests.length,
    reasons: wrong.map(
      (t) =>
        `${t.sample}: the output depends on ${t.control} (${t.kind}), τ = ${t.tau.toFixed(3)}, z = ${t.z.toFixed(1)}`,
    ),
  };
}

async function inStore<T>(context: TaskContext, work: (store: EventStore) => Promise<T>): Promise<T> {
  const store = await openStore({ cache: context.cache, threads: context.threads });
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

async function openPrepared(
  context: TaskContext,
  store: EventStore,
  mode: ModeParams,
  sample: string,
  variables: OwnVariablesSpec,
  prefix?: string,
): Promise<EventTable> {
  const file = path.join(context.input(`prepare/${mode.name}/${sample}`).dir, ROWS);
  return store.open({ files: [file] }, inPlaceOf(await taskVariables(context, variables), prefix));
}
