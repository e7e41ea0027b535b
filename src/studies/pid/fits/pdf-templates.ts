import path from 'node:path';
import { userError } from '../../../base/error.js';
import { openStore } from '../../../events/store.js';
import type { TemplateData } from '../../../fit/densities/families.js';
import type { PdfContext, PdfSpec, TemplateSource } from '../../../fit/pdf-spec.js';
import type { TaskContext } from '../../../runs/task.js';
import { inPlaceOf } from '../../own-variables.js';
import type { FitParams } from './fit-task.js';
import type { PeakFit } from './fits.js';
import { ROWS } from '../params.js';
import { taskVariables } from '../schema/study-variables.js';

export type TemplateReader = NonNullable<PdfContext['template']>;

/** Where the templates of a density come from. */
export function templateSources(spec: PdfSpec): TemplateSource[] {
  if ('sum' in spec) return spec.sum.flatMap(templateSources);
  if ('product' in spec) return spec.product.flatMap(templateSources);
  return spec.template && 'sample' in spec.template ? [spec.template] : [];
}

export const fitTemplates = (fit: Pick<PeakFit, 'signal' | 'background' | 'backgrounds'>): TemplateSource[] =>
  [fit.signal, fit.background, ...Object.values(fit.backgrounds)].flatMap((spec) =>
    spec ? templateSources(spec) : [],
  );

const keyOf = ({ sample, select, weight }: TemplateSource): string => JSON.stringify([sample, select, weight]);

/** Reads the events of all templates of a fit: the fit variable of the mode's selected candidates, cut and weighted. */
export async function readTemplates(context: TaskContext, params: FitParams, fit: PeakFit): Promise<TemplateReader> {
  const { mode, variables } = params;
  const found = new Map<string, TemplateData>();
  const sources = fitTemplates(fit);
  if (sources.length) {
    const store = await openStore({ cache: context.cache, threads: context.threads });
    try {
      const own = inPlaceOf(await taskVariables(context, variables));
      for (const source of sources) {
        const file = path.join(context.input(`prepare/${mode.name}/${source.sample}`).dir, ROWS);
        const table = await store.open({ files: [file] }, own);
        const weight = source.weight ?? mode.weights[source.sample as 'simulation' | 'data'];
        const wanted = { values: mode.fit.variable, ...(weight === undefined ? {} : { weights: weight }) };
        const columns = await table.read(wanted, { where: source.select, lenient: true });
        const { values, weights } = columns as { values: Float64Array; weights?: Float64Array };
        if (values.length === 0) throw empty(mode.name, source);
        found.set(keyOf(source), { values, weights });
      }
    } finally {
      await store.close();
    }
  }
  return (source) => found.get(keyOf(source)) as TemplateData;
}

const empty = (mode: string, { sample, select }: TemplateSource) =>
  userError({
    code: 'pid.template',
    message: `a template of ${mode} has no events in ${sample}`,
    path: `modes.${mode}.fit`,
    got: select,
    expected: 'a cut that leaves candidates inside the range of the fit',
  });
