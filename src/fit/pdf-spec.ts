import { userError } from '../base/error.js';
import { overlapPdf } from './compose/overlap.js';
import { separateParts, type Part } from './compose/part.js';
import { productPdf } from './compose/product.js';
import { singlePdf } from './compose/single.js';
import { sumPdf } from './compose/sum.js';
import type { Range } from './density.js';
import { convolution } from './densities/convolution.js';
import {
  familyPdf,
  leafDensity,
  type FamilyName,
  type FamilyOptions,
  type TemplateData,
} from './densities/families.js';
import { plainParameter } from './densities/parameter.js';
import type { ParameterSetting } from './model.js';
import type { Pdf, PdfParameter } from './pdf.js';
import { formOf } from './pdf-form.js';

export type Settings = Readonly<Record<string, ParameterSetting>>;

/** Where a template's events are: a sample of the study, cut and weighted. */
export interface TemplateSource {
  readonly sample: string;
  readonly select?: string | undefined;
  readonly weight?: string | undefined;
}

interface CommonSpec {
  /** What its parameters are called after inside a sum or product; default: the density's name, numbered if need be. */
  readonly name?: string | undefined;
  /** Of several variables, the one it describes. */
  readonly variable?: string | undefined;
}

/** A density by its name. */
export interface FamilySpec extends CommonSpec, Omit<FamilyOptions, 'template'> {
  readonly pdf: FamilyName;
  readonly parameters: Settings;
  /** Convoluted with a Gaussian of this deviation. */
  readonly resolution?: ParameterSetting | undefined;
  readonly template?: TemplateData | TemplateSource | undefined;
}

/** Σ of densities; parameters given here are shared by all parts that have them. */
export interface SumSpec extends CommonSpec {
  readonly sum: readonly PdfSpec[];
  readonly fractions?: readonly ParameterSetting[] | undefined;
  readonly parameters: Settings;
  readonly resolution?: ParameterSetting | undefined;
}

/** Π of densities, of one variable or of several; parameters given here are shared by all parts that have them. */
export interface ProductSpec extends CommonSpec {
  readonly product: readonly PdfSpec[];
  readonly parameters: Settings;
}

/** A density as a study file describes it, defaults filled in. */
export type PdfSpec = FamilySpec | SumSpec | ProductSpec;

export interface PdfContext {
  /** Ranges of the variables by name; the first is the one that a density without `variable` describes. */
  readonly ranges: Readonly<Record<string, Range>>;
  /** Reads the events of a template. */
  readonly template?: ((source: TemplateSource) => TemplateData) | undefined;
}

export interface BuiltPdf {
  readonly pdf: Pdf;
  /** What the spec says of the pdf's parameters: the `parameters` of a fit's component. */
  readonly parameters: Settings;
}

/**
 * The density that a spec describes, and what it says of its parameters.
 *
 * @throws userError `fit.*` for a variable without a range, parts that do not fit together, a template without data
 * @example
 * const { pdf, parameters } = buildPdf({ pdf: 'gaussian', parameters: { mean: { start: 1.86 } } }, { ranges: { m: [1.8, 1.95] } });
 * singleModel([{ name: 'signal', pdf, parameters }])
 */
export function buildPdf(spec: PdfSpec, context: PdfContext): BuiltPdf {
  const { pdf, parameters } = build(spec, context, { lookUp: true });
  return { pdf: pdf.variables.length > 1 ? pdf : { ...pdf, form: formOf(spec, context) }, parameters };
}

interface Place {
  /** Templates are looked up: not where the shape is wanted elsewhere than at the events. */
  readonly lookUp: boolean;
  /** A sum around it is convoluted. */
  readonly smeared?: boolean | undefined;
}

function build(spec: PdfSpec, context: PdfContext, place: Place): BuiltPdf {
  if ('sum' in spec) return sumOf(spec, context, place);
  if ('product' in spec) return productOf(spec, context);
  const { variable, range } = variableOf(spec, context);
  const template = spec.template && 'sample' in spec.template ? read(spec.template, context) : spec.template;
  const options: FamilyOptions = { ...spec, template };
  const parameters = { ...spec.parameters, ...(spec.resolution && { resolution: spec.resolution }) };
  const smeared = spec.resolution !== undefined || place.smeared;
  if (!smeared && (place.lookUp || spec.pdf === 'doubleGaussian'))
    return { pdf: familyPdf(spec.pdf, range, variable, options), parameters };
  // Two Gaussians take no resolution because one does not.
  const density = leafDensity(spec.pdf === 'doubleGaussian' ? 'gaussian' : spec.pdf, range, options);
  return { pdf: singlePdf(smeared ? convolution(density) : density, variable, place.lookUp), parameters };
}

function sumOf(spec: SumSpec, context: PdfContext, place: Place): BuiltPdf {
  const smeared = spec.resolution !== undefined || place.smeared;
  const built = spec.sum.map((part) => build(part, context, { ...place, smeared }));
  const { variables } = built[0].pdf;
  const own = variables.map((v) => v.name).join(', ');
  for (const { pdf } of built) {
    const other = pdf.variables.map((v) => v.name).join(', ');
    if (other !== own)
      throw unfit('the parts of a sum describe the same variables', `${pdf.name} of ${other} beside one of ${own}`);
  }
  const shared = { ...spec.parameters, ...(spec.resolution && { resolution: spec.resolution }) };
  const all = variables.map((_, i) => i);
  const joined = join(
    spec.sum,
    built,
    built.map(() => all),
    shared,
  );
  const count = built.length;
  const fractions = built.slice(1).map((_, i): PdfParameter => {
    const name = count > 2 ? `fraction${i + 1}` : 'fraction';
    return { ...plainParameter(name, count > 2 ? 1 / (count - i) : 0.6, 0, 1), variable: 0 };
  });
  const first = joined.parameters.length;
  const given = fractions.flatMap(({ name }, i) => {
    const setting = spec.fractions?.[i] ?? spec.parameters[name];
    return setting ? [[name, setting] as const] : [];
  });
  const pdf = sumPdf({
    name: 'sum',
    variables,
    parameters: [...joined.parameters, ...fractions],
    parts: joined.parts,
    fractions: fractions.map((_, i) => first + i),
  });
  return { pdf, parameters: { ...joined.settings, ...Object.fromEntries(given) } };
}

function productOf(spec: ProductSpec, context: PdfContext): BuiltPdf {
  const names = spec.product.map((part) => variablesOf(part, context));
  const all = [...new Set(names.flat())];
  const same = all.length === 1;
  if (!same && names.flat().length > all.length)
    throw unfit(
      'the factors of a product describe one variable, or each another one',
      names.map((n) => n.join(', ')).join(' × '),
    );
  const built = spec.product.map((part) => build(part, context, { lookUp: !same }));
  // A fit's first variable is the first of the context.
  const variables = Object.keys(context.ranges)
    .filter((name) => all.includes(name))
    .map((name) => ({ name, range: context.ranges[name] }));
  const places = names.map((own) => own.map((name) => variables.findIndex((v) => v.name === name)));
  const { parts, parameters, settings } = join(spec.product, built, places, spec.parameters);
  const pdf = same
    ? overlapPdf({ name: 'product', variable: variables[0], parameters, parts })
    : productPdf({ name: 'product', variables, parameters, parts });
  return { pdf, parameters: settings };
}

/** Parts side by side under their names; a parameter that is given for all is one. */
function join(
  specs: readonly PdfSpec[],
  built: readonly BuiltPdf[],
  variables: readonly (readonly number[])[],
  shared: Settings,
): { readonly parts: readonly Part[]; readonly parameters: readonly PdfParameter[]; readonly settings: Settings } {
  const names = partNames(specs, built);
  const apart = separateParts(
    built.map(({ pdf }) => pdf),
    names,
    variables,
  );
  const parameters: PdfParameter[] = [];
  const common = new Map<string, number>();
  const settings: Record<string, ParameterSetting> = {};
  const parts = apart.parts.map((part, k) => {
    const at = part.pdf.parameters.map((own, i) => {
      const known = common.get(own.name);
      if (known !== undefined) return known;
      const full = { ...apart.parameters[part.parameters[i]], start: wider(own, countBefore(specs, k)) };
      const isShared = own.name in shared;
      const name = isShared ? own.name : full.name;
      const setting = isShared ? shared[own.name] : built[k].parameters[own.name];
      if (setting) settings[name] = setting;
      const place = parameters.push({ ...full, name }) - 1;
      if (isShared) common.set(own.name, place);
      return place;
    });
    return { ...part, parameters: at };
  });
  const unused = Object.keys(shared).find((name) => !common.has(name) && !name.startsWith('fraction'));
  if (unused !== undefined) throw unfit(`a parameter "${unused}" for all parts, but none has it`, unused);
  return { parts, parameters, settings };
}

function partNames(specs: readonly PdfSpec[], built: readonly BuiltPdf[]): string[] {
  const plain = specs.map((spec, k) => spec.name ?? built[k].pdf.name);
  return plain.map((name, k) => {
    const same = plain.filter((other) => other === name).length;
    return same > 1 ? `${name}${plain.slice(0, k + 1).filter((other) => other === name).length}` : name;
  });
}

const countBefore = (specs: readonly PdfSpec[], k: number): number => {
  const kind = (spec: PdfSpec): string => ('pdf' in spec ? spec.pdf : '');
  return specs.slice(0, k).filter((spec) => kind(spec) === kind(specs[k])).length;
};

/** The second of two equal densities starts wider: from the same start they would stay the same. */
function wider(parameter: PdfParameter, before: number): PdfParameter['start'] {
  if (before === 0 || !['sigma', 'lambda', 'width'].includes(parameter.name)) return parameter.start;
  return (data) => Math.min(parameter.start(data) * (1 + before), parameter.high);
}

function variablesOf(spec: PdfSpec, context: PdfContext): string[] {
  if ('product' in spec) return [...new Set(spec.product.flatMap((part) => variablesOf(part, context)))];
  if ('sum' in spec) return variablesOf(spec.sum[0], context);
  return [variableOf(spec, context).variable];
}

function variableOf({ variable }: CommonSpec, { ranges }: PdfContext): { variable: string; range: Range } {
  const name = variable ?? Object.keys(ranges)[0];
  const range = ranges[name];
  if (!range) throw unfit(`no range is given for the variable "${name}"`, name);
  return { variable: name, range };
}

function read(source: TemplateSource, { template }: PdfContext): TemplateData {
  if (!template) throw unfit(`the events of a template cannot be read here`, source.sample);
  return template(source);
}

const unfit = (message: string, got: string) => userError({ code: 'fit.pdf', message, got });
