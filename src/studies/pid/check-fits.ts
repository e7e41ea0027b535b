import { DatamcError, userError } from '../../base/error.js';
import { didYouMean } from '../../base/near.js';
import { buildPdf } from '../../fit/pdf-spec.js';
import { fitsOf, hasPeak, type PeakFit } from './fits/fits.js';
import { SAMPLES, type ResolvedMode, type SampleName } from './modes.js';
import { fitTemplates } from './fits/pdf-templates.js';

/** Names of a fit's shape parameters: `signal.mean`. Templates are not read for that. */
function parametersOf(fit: PeakFit, at: string): string[] {
  const [low, high] = fit.range;
  const values = Float64Array.from({ length: 20 }, (_, i) => low + ((i + 0.5) * (high - low)) / 20);
  return Object.entries({ signal: fit.signal, background: fit.background, ...fit.backgrounds }).flatMap(
    ([name, spec]) => {
      if (!spec) return [];
      try {
        const { pdf } = buildPdf(spec, { ranges: { x: fit.range }, template: () => ({ values }) });
        return pdf.parameters.map((p) => `${name}.${p.name}`);
      } catch (error) {
        throw error instanceof DatamcError ? userError({ ...error.data, path: `${at}.fit.${name}` }) : error;
      }
    },
  );
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
  if (!hasPeak(mode.fit)) return [];
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
  if (!hasPeak(fit)) return;
  const known = parametersOf(fit, at);
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
    if (name !== 'nominal') parametersOf(other, at);
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
