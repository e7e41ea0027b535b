import { DEFAULT_ORDER, filledTemplate, type TemplateData } from './densities/families.js';
import type { Range } from './density.js';
import type { FamilySpec, PdfContext, PdfSpec } from './pdf-spec.js';

/**
 * The functional form of a density as plain data: what it is made of, without its parameters' values or settings. Together with
 * values by name it is the density, to the last bit.
 */
export type PdfForm =
  | {
      readonly pdf: string;
      readonly name?: string | undefined;
      readonly order?: number | undefined;
      readonly tail?: 'left' | 'right' | undefined;
      readonly template?: { readonly edges: readonly number[]; readonly contents: readonly number[] } | undefined;
      /** Convoluted with a Gaussian. */
      readonly resolution?: true | undefined;
    }
  | {
      readonly sum: readonly PdfForm[];
      readonly name?: string | undefined;
      /** Parameters that all parts have in common. */
      readonly shared?: readonly string[] | undefined;
      readonly resolution?: true | undefined;
    }
  | {
      readonly product: readonly PdfForm[];
      readonly name?: string | undefined;
      readonly shared?: readonly string[] | undefined;
    };

/** The form of a spec in one variable; undefined for kernel densities, which are as long as their sample. */
export function formOf(spec: PdfSpec, context: PdfContext): PdfForm | undefined {
  const name = spec.name === undefined ? {} : { name: spec.name };
  const names = Object.keys(spec.parameters);
  const shared = names.length > 0 ? { shared: names } : {};
  if ('product' in spec) {
    const product = parts(spec.product, context);
    return product && { product, ...name, ...shared };
  }
  const resolution = spec.resolution === undefined ? {} : { resolution: true as const };
  if ('sum' in spec) {
    const sum = parts(spec.sum, context);
    return sum && { sum, ...name, ...shared, ...resolution };
  }
  if (spec.pdf === 'kde') return undefined;
  const polynomial = spec.pdf === 'chebyshev' || spec.pdf === 'bernstein';
  return {
    pdf: spec.pdf,
    ...name,
    ...(polynomial ? { order: spec.order ?? DEFAULT_ORDER } : {}),
    ...(spec.tail === undefined ? {} : { tail: spec.tail }),
    ...(spec.pdf === 'histogram' ? { template: binsOf(spec, context) } : {}),
    ...resolution,
  };
}

function parts(specs: readonly PdfSpec[], context: PdfContext): PdfForm[] | undefined {
  const forms = specs.map((spec) => formOf(spec, context));
  return forms.every((form) => form !== undefined) ? forms : undefined;
}

/** The bins of a histogram, filled from events where those are what it was made of. */
function binsOf({ template, variable, bins }: FamilySpec, { ranges, template: read }: PdfContext) {
  const range: Range = ranges[variable ?? Object.keys(ranges)[0]];
  // A spec that could be built has its template.
  const data = (template && 'sample' in template ? read?.(template) : template) as TemplateData;
  const { edges, contents } = 'edges' in data ? data : filledTemplate(range, data, bins);
  return { edges: Array.from(edges), contents: Array.from(contents) };
}
