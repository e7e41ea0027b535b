import type { EventStore } from '../../../events/store.js';
import type { TemplateData } from '../../../fit/densities/families.js';
import type { PdfContext, PdfSpec, TemplateSource } from '../../../fit/pdf-spec.js';
import type { ParsedFitOptions } from './fit-file.js';
import { openFiles } from './open-files.js';

/** The templates of densities, read from the files that their `sample` names, in the fit's own variable. */
export async function templateReader(
  store: EventStore,
  options: ParsedFitOptions,
): Promise<NonNullable<PdfContext['template']>> {
  const { components, systematic = {}, variable, tree } = options;
  const found = new Map<TemplateSource, TemplateData>();
  for (const source of [...Object.values(components), ...Object.values(systematic)].flatMap(sourcesOf)) {
    const { sample, select, weight } = source;
    const table = await openFiles(store, { files: [sample], tree, select }, options, `sample: ${sample}`);
    const { values } = await table.read({ values: variable }, { path: '--variable' });
    const weights = weight === undefined ? undefined : (await table.read({ weight }, { lenient: true }))['weight'];
    found.set(source, { values, weights });
  }
  return (source) => found.get(source) as TemplateData;
}

function sourcesOf(spec: PdfSpec): TemplateSource[] {
  if ('sum' in spec) return spec.sum.flatMap(sourcesOf);
  if ('product' in spec) return spec.product.flatMap(sourcesOf);
  return spec.template && 'sample' in spec.template ? [spec.template] : [];
}
