import type { JsonObject } from '../../../base/json.js';
import type { EventTable } from '../../../events/store.js';
import { withTemporaryStore } from '../../../events/temporary-store.js';
import type { BinnedData, Events } from '../../../fit/data.js';
import { equalBins, fillBins } from '../../../fit/bin-content.js';
import type { Range } from '../../../fit/density.js';
import { fitModel, type FitOptions } from '../../../fit/fit-model.js';
import { singleModel, type FitModel, type GaussianConstraint, type ParameterSetting } from '../../../fit/model.js';
import { buildPdf, type PdfContext, type PdfSpec } from '../../../fit/pdf-spec.js';
import { seedKey, type Key } from '../../../stats/key.js';
import { userError } from '../../../base/error.js';
import { parsePdf } from '../schema/pdf-schema.js';
import { fitJson, type FittedFile } from './fit-report.js';
import { templateReader } from './fit-templates.js';
import { openFiles, type FileOptions, type FileSample } from './open-files.js';
import { sWeightFile } from './s-weight-file.js';

/** How the events of a file are distributed in one variable. */
export interface PidFitOptions extends FileSample, FileOptions {
  /** The fit variable: a column or an expression. */
  readonly variable: string;
  readonly range: Range;
  /** Densities of the components of these names: as on the command line (`chebyshev:2`), or parsed. */
  readonly signal?: string | PdfSpec | undefined;
  readonly background?: string | PdfSpec | undefined;
  /** Densities by component, further ones or all. */
  readonly components?: Readonly<Record<string, string | PdfSpec>> | undefined;
  /** Other densities for a second fit, whose weights are the column `sWeight_systematic`. */
  readonly systematic?: Readonly<Record<string, string | PdfSpec>> | undefined;
  /** The same for the two usual components, as the command has them. */
  readonly systematicSignal?: string | PdfSpec | undefined;
  readonly systematicBackground?: string | PdfSpec | undefined;
  /** Bins of a binned likelihood; absent: the events themselves. */
  readonly binned?: number | undefined;
  /** By the fit's names (`signal.mean`, `yield.signal`): start, limits, a fixed value, an expression. */
  readonly parameters?: Readonly<Record<string, ParameterSetting>> | undefined;
  readonly constraints?: readonly GaussianConstraint[] | undefined;
  readonly minos?: FitOptions['minos'];
  readonly contours?: FitOptions['contours'];
  /** Bins of the χ². */
  readonly bins?: number | undefined;
  /** Fitted toys for the χ²'s p-value: how many, or with their key. */
  readonly toys?: number | { readonly count: number; readonly key: Key } | undefined;
  /** Where the events go with their sWeights (a table), or the weights as a function (`.json`). */
  readonly sweights?: string | undefined;
}

export interface PidFit extends FittedFile {
  /** The same as one object of numbers, as `--json` prints it. */
  readonly result: JsonObject;
}

/**
 * Fits the distribution of a variable in a file of events, and makes sWeights of the fit: `datamc pid fit`.
 *
 * @throws userError for files, cuts and columns as everywhere, `fit.*` for what cannot be fitted
 * @example
 * const { fit } = await pidFit({
 *   files: ['dst.root'], variable: 'D0_M', range: [1.8, 1.95], signal: 'doubleGaussian', background: 'chebyshev:2',
 * });
 * fit.yields.signal; // { value, error, … }
 */
export async function pidFit(given: PidFitOptions): Promise<PidFit> {
  const options = parsed(given);
  return withTemporaryStore(options.jobs, async (store) => {
    const { warn = () => {} } = options;
    const table = await openFiles(store, options, options, 'FILE');
    const events = await readEvents(table, options);
    const context: PdfContext = {
      ranges: { [options.variable]: options.range },
      template: await templateReader(store, options),
    };
    const data = options.binned === undefined ? events : binned(events, options, options.binned);
    const { minos, contours, bins, toys } = options;
    const fit = await fitModel(modelOf(options, options.components, context), data, { minos, contours, bins, toys });
    const { outside, missing } = fit.events['data'];
    if (outside) warn(`events outside ${options.range.join(' to ')} are left out`, outside);
    if (missing) warn(`events without a value of ${options.variable} are left out`, missing);
    const other = options.systematic && { ...options.components, ...options.systematic };
    const systematic = other && (await fitModel(modelOf(options, other, context), data, { bins }));
    const fits = systematic ? { nominal: fit, systematic } : { nominal: fit };
    const out = options.sweights;
    const sweights = out === undefined ? undefined : await sWeightFile({ ...options, out, events, fits, store });
    return { fit, systematic, sweights, result: fitJson({ fit, systematic, sweights }) };
  });
}

/** Densities read, shorthands written out. */
export type ParsedFitOptions = ReturnType<typeof parsed>;

function parsed(options: PidFitOptions) {
  const { signal, background, components, systematicSignal, systematicBackground, toys, ...rest } = options;
  const specs = (of: Readonly<Record<string, string | PdfSpec | undefined>>): Record<string, PdfSpec> =>
    Object.fromEntries(
      Object.entries(of).flatMap(([name, pdf]) =>
        pdf === undefined ? [] : [[name, typeof pdf === 'string' ? parsePdf(pdf) : pdf] as const],
      ),
    );
  const other = specs({ signal: systematicSignal, background: systematicBackground, ...options.systematic });
  return {
    ...rest,
    components: specs({ signal, background, ...components }),
    systematic: Object.keys(other).length > 0 ? other : undefined,
    toys: typeof toys === 'number' ? { count: toys, key: seedKey(1) } : toys,
  };
}

async function readEvents(table: EventTable, { variable, weight }: ParsedFitOptions): Promise<Events> {
  table.check(variable, '--variable');
  const { x } = await table.read({ x: variable }, { path: '--variable' });
  if (weight === undefined) return { columns: { [variable]: x } };
  const { w } = await table.read({ w: weight }, { path: '--weight', lenient: true });
  return { columns: { [variable]: x }, weights: w };
}

/** Contents of equal bins; what lies outside, or has no finite weight, is found by the fit of events otherwise. */
function binned({ columns, weights }: Events, { variable, range, warn }: ParsedFitOptions, bins: number): BinnedData {
  const [low, high] = range;
  const x = columns[variable];
  const inside = x.map((v) => (v >= low && v <= high ? 1 : 0));
  const w = weights?.filter((_, i) => inside[i] === 1);
  const kept = x.filter((_, i) => inside[i] === 1);
  if (kept.length < x.length) warn?.(`events outside ${low} to ${high} are left out`, x.length - kept.length);
  const edges = equalBins(range, bins);
  const { counts, variances } = fillBins(edges, kept, w);
  return weights ? { edges, counts, variances } : { edges, counts };
}

/** The model of the components; settings by the fit's names go to the components that have them. */
function modelOf(
  { parameters = {}, constraints }: ParsedFitOptions,
  components: Readonly<Record<string, PdfSpec>>,
  context: PdfContext,
): FitModel {
  const used = new Set<string>();
  const take = (name: string): ParameterSetting | undefined => {
    if (Object.hasOwn(parameters, name)) used.add(name);
    return Object.hasOwn(parameters, name) ? parameters[name] : undefined;
  };
  const made = Object.entries(components).map(([name, spec]) => {
    const { pdf, parameters: own } = buildPdf(spec, context);
    const given = pdf.parameters.flatMap((p) => {
      const setting = take(`${name}.${p.name}`);
      return setting ? [[p.name, setting] as const] : [];
    });
    return { name, pdf, parameters: { ...own, ...Object.fromEntries(given) }, yield: take(`yield.${name}`) };
  });
  const unknown = Object.keys(parameters).find((name) => !used.has(name));
  if (unknown !== undefined) {
    const names = made.flatMap(({ name, pdf }) => [`yield.${name}`, ...pdf.parameters.map((p) => `${name}.${p.name}`)]);
    throw userError({
      code: 'fit.unknown-parameter',
      message: `no parameter is called "${unknown}"`,
      path: '--parameter',
      expected: names.join(', '),
    });
  }
  return singleModel(made, constraints ? { constraints } : {});
}
