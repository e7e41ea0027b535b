import { userError } from '../base/error.js';
import { factorisationTests, significanceLimit, type FactorisationTest } from '../fit/factorisation.js';
import type { Component } from '../fit/component.js';
import type { Range } from '../fit/density.js';
import { sPlot } from '../fit/splot.js';
import { commonEdges, templateOf, type TemplateSample } from '../fit/template-components.js';
import { weightColumns, type WeightVariants } from '../fit/weight-columns.js';
import type { WeightFunction } from '../fit/weight-function.js';
import { bootstrapWeights } from '../stats/bootstrap.js';
import { permutation } from '../stats/key.js';
import { classifierScores, classify, type ClassifierSpec, type TrainClassifierOptions } from './classifier.js';
import { checkColumns } from './check-columns.js';

/** Simulated events of one species: features, none of them a PID variable. */
export interface SpeciesSample {
  readonly name: string;
  readonly features: readonly Float64Array[];
  readonly weights?: Float64Array | undefined;
  /** Variables that the classifier's output must not depend on, such as the PID variable: tested, not used. */
  readonly controls?: Readonly<Record<string, Float64Array>> | undefined;
}

export interface ClassifierSPlotOptions extends TrainClassifierOptions {
  readonly network?: Partial<ClassifierSpec> | undefined;
  /** 5 unless told. */
  readonly folds?: number | undefined;
  /** Bins of the templates, 20 unless told. */
  readonly bins?: number | undefined;
  /** Bootstrap replicas of the templates, as variants `template_0`, …; none unless told. */
  readonly replicas?: number | undefined;
  /** Probability that any control variable is called dependent by chance; 0.01 unless told. */
  readonly falseAlarm?: number | undefined;
}

export interface ClassifierSPlot {
  /** Of every data event: what the fit was made to. */
  readonly output: Float64Array;
  /** The same of the simulated events, species by species, each scored by a network that has not seen it. */
  readonly simulated: readonly Float64Array[];
  /** `sWeight_nominal`, `sWeight_template_<i>`. */
  readonly columns: Readonly<Record<string, Float64Array>>;
  readonly variants: WeightVariants;
  readonly templates: readonly Component[];
  /** Kendall's tests of output against control variables in each species. */
  readonly tests: readonly FactorisationTest[];
  /** Whether no test speaks against independence. */
  readonly valid: boolean;
  readonly reasons: readonly string[];
}

const RANGE: Range = [0, 1];

/**
 * sWeights without a mass peak: a classifier of simulated signal against simulated background on kinematic variables, its
 * output fitted in data by the templates of simulation, sWeights in the output.
 *
 * Data and simulation are scored alike: simulation by the networks that have not seen the event, data by one of the same
 * networks, dealt at random, so that the output is distributed as in the templates. The templates' own statistics are told
 * by bootstrap variants. It is right where the output is independent of what is measured, which is tested.
 *
 * @param signal the first species; `backgrounds` share one label in the training and have a yield each in the fit
 * @param data features of the data, in the order of the species'
 * @throws userError `models.*`, `fit.*`
 * @example const { columns } = await classifierSPlot(signal, [qqbar], features, { key: seedKey(1) });
 */
export async function classifierSPlot(
  signal: SpeciesSample,
  backgrounds: readonly SpeciesSample[],
  data: { readonly features: readonly Float64Array[]; readonly weights?: Float64Array | undefined },
  options: ClassifierSPlotOptions,
): Promise<ClassifierSPlot> {
  const { network, folds = 5, bins = 20, replicas = 0, falseAlarm = 0.01, ...training } = options;
  if (backgrounds.length === 0)
    throw userError({ code: 'models.labels', message: 'there is no background', expected: 'one sample or more' });
  const species = [signal, ...backgrounds];
  const width = signal.features.length;
  const sizes = species.map((s) => checkColumns(s.name, s.features, width));
  const rows = checkColumns('data', data.features, width);
  const scored = await classifierScores({ ...network, features: width }, together(species, sizes), folds, training);
  let first = 0;
  const samples = species.map(({ name, weights }, i): TemplateSample => {
    const x = scored.scores.slice(first, first + sizes[i]);
    first += sizes[i];
    return { name, x, ...(weights ? { weights } : {}) };
  });
  // Each data event is scored by one network, as simulated events are: the mean of all would be sharper than the templates.
  const deal = permutation(options.key.split('data folds'), rows).map((v) => v % folds);
  const output = new Float64Array(rows);
  for (let k = 0; k < folds; k++) {
    const mine = [...deal.keys()].filter((row) => deal[row] === k);
    const features = data.features.map((column) => Float64Array.from(mine, (row) => column[row]));
    const found = mine.length > 0 ? await classify(scored.models[k], features) : new Float64Array();
    mine.forEach((row, i) => (output[row] = found[i]));
  }
  const edges = commonEdges(samples, RANGE, bins);
  const weightsOf = (parts: readonly TemplateSample[]): [WeightFunction, Component[]] => {
    const templates = parts.map((part) => templateOf(part, edges));
    return [
      sPlot(templates, { x: output, weights: data.weights }, RANGE, { signal: [signal.name] }).weights,
      templates,
    ];
  };
  const [nominal, templates] = weightsOf(samples);
  const variants: Record<string, WeightFunction> = { nominal };
  for (let r = 0; r < replicas; r++) {
    const replica = samples.map((s) => ({
      ...s,
      weights: bootstrapWeights(options.key.split('templates').split(s.name), r, s.x.length, s.weights),
    }));
    variants[`template_${r}`] = weightsOf(replica)[0];
  }
  const tests = factorisationTests(samples.map((s, i) => ({ ...s, controls: species[i].controls ?? {} })));
  const limit = significanceLimit(tests.length, falseAlarm);
  const reasons = tests
    .filter((t) => Math.abs(t.z) > limit)
    .map((t) => `${t.sample}: the output depends on ${t.control} (${t.kind}), z = ${t.z.toFixed(1)}`);
  return {
    output,
    simulated: samples.map((s) => s.x),
    columns: weightColumns(variants, output, { weights: data.weights }),
    variants,
    templates,
    tests,
    valid: reasons.length === 0,
    reasons,
  };
}

function together(species: readonly SpeciesSample[], sizes: readonly number[]) {
  const join = (parts: readonly (ArrayLike<number> | undefined)[]): Float64Array => {
    const out = new Float64Array(sizes.reduce((s, n) => s + n, 0));
    let at = 0;
    parts.forEach((part, i) => {
      if (part) out.set(part, at);
      else out.fill(1, at, at + sizes[i]);
      at += sizes[i];
    });
    return out;
  };
  const labels = join(sizes.map((n, i) => new Float64Array(n).fill(i === 0 ? 1 : 0)));
  return {
    features: species[0].features.map((_, c) => join(species.map((s) => s.features[c]))),
    labels,
    ...(species.some((s) => s.weights) ? { weights: join(species.map((s) => s.weights)) } : {}),
  };
}
