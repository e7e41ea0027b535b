import { DatamcError, userError } from '../../base/error.js';
import { didYouMean } from '../../base/near.js';
import { singleModel, type FitComponent } from '../../fit/model.js';
import { parameterTable, type Proposal } from '../../fit/parameter-table.js';
import { fitParameters } from '../../fit/pdf.js';
import { buildPdf, type BuiltPdf } from '../../fit/pdf-spec.js';
import { summarise } from '../../fit/summary.js';
import { fitsOf, hasFit, type PeakFit } from './fits/fits.js';
import { SAMPLES, type ResolvedMode, type SampleName } from './modes.js';
import { fitTemplates } from './fits/pdf-templates.js';

/**
 * Names of a fit's shape parameters: `signal.mean`. Templates are not read for that.
 *
 * @param key where the fit's own keys stand
 * @throws userError for densities that do not fit together, and for what makes no fit: expressions of parameters that there
 *   are not, a yield in a shape, a start beyond its limits
 */
function parametersOf(fit: PeakFit, key: string): string[] {
  const [low, high] = fit.range;
  const values = Float64Array.from({ length: 20 }, (_, i) => low + ((i + 0.5) * (high - low)) / 20);
  const summary = [summarise(values, fit.range)];
  const components: FitComponent[] = [];
  const proposals: Proposal[] = [];
  for (const [name, spec] of Object.entries({ signal: fit.signal, background: fit.background, ...fit.backgrounds })) {
    if (!spec) continue;
    const built = placed(`${key}.${name}`, (): BuiltPdf => {
      return buildPdf(spec, { ranges: { x: fit.range }, template: () => ({ values }) });
    });
    components.push({ name, ...built });
    proposals.push({ parameters: fitParameters(built.pdf, summary), yield: 1 });
  }
  if (components.length)
    placed(
      (of) => `${key}.${of !== undefined && !of.startsWith('yield.') ? of : 'signal'}`,
      () => parameterTable(singleModel(components), [proposals]),
    );
  return components.flatMap(({ name, pdf }) => pdf.parameters.map((p) => `${name}.${p.name}`));
}

/** Errors of the fit room know nothing of studies: they get the key. */
function placed<T>(at: string | ((path: string | undefined) => string), make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof DatamcError)) throw error;
    throw userError({ ...error.data, path: typeof at === 'string' ? at : at(error.data.path) });
  }
}

/** A template as the study names it: what it is evaluated on, and where it stands. */
export interface NamedTemplate {
  readonly sample: SampleName;
  readonly select?: string | undefined;
  readonly weight?: string | undefined;
  readonly at: string;
}

/** The templates of all fits of a mode. @throws userError `pid.template` for a sample that there is not */
export function templatesIn(mode: Pick<ResolvedMode, 'fit' | 'at'>): NamedTemplate[] {
  if (!hasFit(mode.fit)) return [];
  const at = `${mode.at}.fit`;
  return Object.values(fitsOf(mode.fit)).flatMap((fit) =>
    fitTemplates(fit).map(({ sample, select, weight }) => {
      if ((SAMPLES as readonly string[]).includes(sample)) return { sample: sample as SampleName, select, weight, at };
      throw userError({
        code: 'pid.template',
        message: `a template is to be made of the sample "${sample}", which there is not`,
        path: at,
        expected: 'simulation or data',
        hint: didYouMean(sample, SAMPLES),
      });
    }),
  );
}

/**
 * What a mode's fits ask that cannot be: densities that do not fit together, parameters that are not there, a variant beyond
 * the range in which candidates are kept.
 */
export function checkFits(mode: Pick<ResolvedMode, 'fit' | 'at'>): void {
  const { fit, at } = mode;
  if (!hasFit(fit)) return;
  const known = parametersOf(fit, `${at}.fit`);
  for (const [i, name] of fit.fixFromSimulation.entries())
    if (!known.includes(name))
      throw userError({
        code: 'pid.parameter',
        message: `the fit has no parameter "${name}"`,
        path: `${at}.fit.fixFromSimulation[${i}]`,
        expected: known.join(', '),
        hint: didYouMean(name, known),
      });
  for (const [name, other] of Object.entries(fitsOf(fit))) {
    const key = name === 'systematic' ? `${at}.fit.systematic` : `${at}.fit.variants.${name}`;
    if (name !== 'nominal') parametersOf(other, key);
    if (other.range[0] < fit.range[0] || other.range[1] > fit.range[1])
      throw userError({
        code: 'pid.range',
        message: 'a variant of the fit reaches beyond the range in which candidates are kept',
        path: `${key}.range`,
        got: other.range.join(' to '),
        expected: `inside ${fit.range.join(' to ')}`,
      });
  }
}
