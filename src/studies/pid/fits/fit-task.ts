import path from 'node:path';
import { DatamcError } from '../../../base/error.js';
import type { JsonObject } from '../../../base/json.js';
import { openStore } from '../../../events/store.js';
import type { FitEvents } from '../../../fit/component.js';
import { fitModel } from '../../../fit/fit-model.js';
import { singleModel, type FitModel, type ParameterSetting } from '../../../fit/model.js';
import type { FitResult, FittedParameter } from '../../../fit/result.js';
import { sumOfWeights, weightsAt, type WeightFunction } from '../../../fit/weight-function.js';
import { buildPdf } from '../../../fit/pdf-spec.js';
import { fitFigure } from '../../../figures/makers/fit.js';
import type { Figure } from '../../../figures/figure.js';
import { writeWeights } from '../../../formats/weights-file.js';
import { provenanceStamp } from '../../../runs/provenance.js';
import type { TaskContext } from '../../../runs/task.js';
import type { BinnedData } from '../../../fit/data.js';
import { inPlaceOf, type OwnVariablesSpec } from '../../own-variables.js';
import { asResult, keepFigures, resultOf, styleOf, type Style } from '../common.js';
import { fitsOf, type PeakFit } from './fits.js';
import type { SampleName } from '../modes.js';
import { ROWS, type ModeParams } from '../params.js';
import { readTemplates, type TemplateReader } from './pdf-templates.js';
import type { FitSummary, FitTaskResult, FittedNumber } from '../report/results.js';
import type { PidStudy } from '../schema/schema.js';
import { taskVariables } from '../schema/study-variables.js';
import { weigh } from './weigh.js';
import { digits } from '../report/words.js';

export interface FitParams {
  readonly mode: ModeParams & { readonly fit: PeakFit };
  readonly sample: SampleName;
  readonly weight?: string;
  readonly variables: OwnVariablesSpec;
  readonly label: PidStudy['label'];
  /** Which candidates are fitted, for weights that are applied to other files: the cut, and what it is made of. */
  readonly events?: { readonly select?: string; readonly define: Readonly<Record<string, string>> };
}

/** The fit variable and the event weights of the selected candidates. */
async function readEvents(context: TaskContext, { mode, sample, weight, variables }: FitParams): Promise<FitEvents> {
  const store = await openStore({ cache: context.cache, threads: context.threads });
  try {
    const file = path.join(context.input(`prepare/${mode.name}/${sample}`).dir, ROWS);
    const table = await store.open({ files: [file] }, inPlaceOf(await taskVariables(context, variables)));
    const { x, weights } = await table.read({
      x: mode.fit.variable,
      ...(weight === undefined ? {} : { weights: weight }),
    });
    return { x, weights };
  } finally {
    await store.close();
  }
}

/** The fit variable inside models. */
const VARIABLE = 'x';

/** The model of one fit; parameters in `fixed` keep their values. */
function modelOf(fit: PeakFit, fixed: Readonly<Record<string, number>>, templates: TemplateReader): FitModel {
  const densities = { signal: fit.signal, background: fit.background, ...fit.backgrounds };
  const components = Object.entries(densities).flatMap(([name, spec]) => {
    if (!spec) return [];
    const { pdf, parameters } = buildPdf(spec, { ranges: { [VARIABLE]: fit.range }, template: templates });
    const own = Object.entries(fixed).flatMap(([parameter, value]): [string, ParameterSetting][] =>
      parameter.startsWith(`${name}.`) ? [[parameter.slice(name.length + 1), { fixed: value }]] : [],
    );
    return [{ name, pdf, parameters: { ...parameters, ...Object.fromEntries(own) } }];
  });
  return singleModel(components);
}

/** What the fit of data takes from the fit of simulation. */
function fromSimulation(context: TaskContext, { mode, sample }: FitParams, name: string): Record<string, number> {
  const { fixFromSimulation } = mode.fit;
  if (sample !== 'data' || fixFromSimulation.length === 0) return {};
  const before = resultOf<FitTaskResult>(context, `fit/${mode.name}/simulation`)?.fits;
  const parameters = (before?.[name] ?? before?.['nominal'])?.parameters ?? {};
  const known = fixFromSimulation.filter((p) => parameters[p] !== undefined);
  return Object.fromEntries(known.map((p) => [p, parameters[p].value]));
}

const numbers = ({ value, error, fixed, atLimit }: FittedParameter): FittedNumber => ({
  value,
  error: Number.isFinite(error) ? error : 0,
  ...(fixed ? { fixed } : {}),
  ...(atLimit ? { atLimit } : {}),
});

function told(fit: FitResult | undefined, weights: WeightFunction, events: FitEvents): FitSummary {
  const checks = weights.checks.map(({ message, passed }) => ({ message, passed }));
  const method = weights.method;
  if (!fit) {
    const yields = Object.entries(weights.yields).map(([name, value]) => {
      const { variance } = sumOfWeights(weightsAt(weights, events.x, [name]), events.weights);
      return [name, { value, error: Math.sqrt(variance) }];
    });
    return {
      status: 'converged',
      message: '',
      parameters: {},
      yields: Object.fromEntries(yields) as FitSummary['yields'],
      ...{ chi2: 0, ndf: 0, pValue: 1, used: events.x.length, method, checks },
    };
  }
  const { goodness } = fit;
  const named = (of: FitResult['yields']) =>
    Object.fromEntries(Object.entries(of).map(([name, p]) => [name, numbers(p)]));
  return {
    status: fit.status,
    message: fit.message,
    parameters: named(fit.parameters),
    yields: named(fit.yields),
    chi2: goodness.chi2,
    ndf: goodness.ndf,
    pValue: goodness.pValue,
    used: events.x.length,
    method,
    checks,
  };
}

const LABELS = { data: 'Data', simulation: 'Simulation' } as const;

function draw(fit: FitResult, settings: PeakFit, params: FitParams, variant: string, style: Style): Figure {
  const { mode, sample } = params;
  const { goodness } = fit;
  const { label, unit, variable } = settings;
  return fitFigure({
    name: `fit-${mode.name}-${sample}${variant === 'nominal' ? '' : `-${variant}`}`,
    ...style,
    fit,
    dataLabel: LABELS[sample],
    x: { label: label ?? variable, ...(unit === undefined ? {} : { unit }) },
    text: [
      ...(mode.title === undefined ? [] : [mode.title]),
      ...(variant === 'nominal' ? [] : [`${variant} fit`]),
      ...(goodness.ndf > 0
        ? [`χ^{2}/ndf = ${goodness.chi2.toFixed(1)}/${goodness.ndf}, p = ${digits(goodness.pValue, 2)}`]
        : []),
    ],
  });
}

/** One of the fits; side bands need none. */
async function fitOnce(context: TaskContext, params: FitParams, name: string, fit: PeakFit, events: FitEvents) {
  if (!fit.signal || !fit.background) return undefined;
  const { x, weights } = events;
  const inside = Uint32Array.from(x.keys()).filter((i) => x[i] >= fit.range[0] && x[i] <= fit.range[1]);
  const bins = fit.bins ?? binsFor(inside.length);
  const templates = await readTemplates(context, params, fit);
  const model = modelOf(fit, fromSimulation(context, params, name), templates);
  const data =
    fit.binned === undefined ? { columns: { [VARIABLE]: x }, weights } : binned(events, fit.range, fit.binned);
  const result = await fitModel(model, data, { bins });
  if (result.status !== 'converged')
    context.warn(`the ${name} fit of ${params.mode.name} in ${params.sample}: ${result.message}`);
  return result;
}

/** Bins of figures: as many as leave some hundred candidates in each, 100 at most. */
const binsFor = (events: number): number => Math.max(20, Math.min(100, Math.round(events / 100)));

function binned({ x, weights }: FitEvents, [low, high]: readonly [number, number], bins: number): BinnedData {
  const edges = Float64Array.from({ length: bins + 1 }, (_, i) =>
    i === bins ? high : low + ((high - low) * i) / bins,
  );
  const counts = new Float64Array(bins);
  const variances = new Float64Array(bins);
  x.forEach((v, i) => {
    if (!(v >= low && v <= high)) return;
    const bin = Math.min(bins - 1, Math.floor(((v - low) / (high - low)) * bins));
    const w = weights ? weights[i] : 1;
    counts[bin] += w;
    variances[bin] += w * w;
  });
  return { edges, counts, ...(weights ? { variances } : {}) };
}

/** An error of the fit room, which knows nothing of modes: whose fit it is, and where its keys stand. */
function ofFit(error: unknown, name: string, { mode, sample }: FitParams): unknown {
  if (!(error instanceof DatamcError) || error.data.path?.startsWith(mode.at)) return error;
  const message = `the ${name} fit of ${mode.name} in ${sample}: ${error.data.message}`;
  return new DatamcError({ ...error.data, message, path: `${mode.at}.fit` }, error.status, { cause: error });
}

/** Task: the fits of one mode and sample, and the weights made of them. */
export async function fitTask(context: TaskContext): Promise<JsonObject> {
  const params = context.params as unknown as FitParams;
  const { mode, sample, weight, label, events: candidates } = params;
  const events = await readEvents(context, params);
  const style = styleOf(label, context.quick);
  const fits: Record<string, FitSummary> = {};
  const variants: Record<string, WeightFunction> = {};
  const figures: Figure[] = [];
  const wanted = Object.entries(fitsOf(mode.fit));
  for (const [i, [name, settings]] of wanted.entries()) {
    const { fitted, weights } = await fitOnce(context, params, name, settings, events)
      .then((found) => ({ fitted: found, weights: weigh(settings, found, events) }))
      .catch((error: unknown) => {
        throw ofFit(error, name, params);
      });
    variants[name] = weights;
    fits[name] = told(fitted, variants[name], events);
    for (const check of fits[name].checks)
      if (!check.passed) context.warn(`weights "${name}" of ${mode.name} in ${sample}: ${check.message}`);
    if (fitted) figures.push(draw(fitted, settings, params, name, style));
    context.progress(i + 1, wanted.length, 'fits');
  }
  await writeWeights(path.join(context.dir, 'weights.json'), {
    mode: mode.name,
    variable: mode.fit.variable,
    variants,
    provenance: provenanceStamp(context.provenance),
    ...(weight === undefined ? {} : { weight }),
    ...candidates,
  });
  const result: FitTaskResult = { fits, figures: await keepFigures(context.dir, figures) };
  return asResult(result);
}
