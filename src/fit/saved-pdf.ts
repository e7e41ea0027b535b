import { userError } from '../base/error.js';
import type { Component } from './component.js';
import type { Range } from './density.js';
import { isFamily, unknownFamily } from './densities/families.js';
import { densityAt } from './density-values.js';
import type { PdfForm } from './pdf-form.js';
import { buildPdf, type PdfSpec, type Settings } from './pdf-spec.js';

/** A fitted density as plain data: its functional form, the range on which it is normalised, the values of its parameters. */
export interface SavedPdf {
  readonly kind: 'pdf';
  readonly form: PdfForm;
  readonly range: Range;
  readonly parameters: Readonly<Record<string, number>>;
}

/**
 * The component that a saved density stands for, with the same values to the last bit.
 *
 * @throws userError `fit.saved-pdf` for an unknown density or a parameter without a value
 */
export function restorePdf(name: string, saved: SavedPdf): Component {
  const [low, high] = saved.range;
  const { pdf } = buildPdf(specOf(saved.form), { ranges: { x: saved.range } });
  const values = pdf.parameters.map((p) => {
    const value = saved.parameters[p.name];
    if (value === undefined) throw wrong(`the density "${name}" has no value of ${p.name}`);
    return value;
  });
  const at = densityAt(pdf, values);
  return {
    name,
    saved,
    breaks: pdf.breaks(values),
    density(xs) {
      const f = at([xs]);
      xs.forEach((x, e) => {
        if (!(x >= low && x <= high)) f[e] = 0;
      });
      return f;
    },
  };
}

function specOf(form: PdfForm): PdfSpec {
  const { name } = form;
  const shared: Settings = Object.fromEntries(('pdf' in form ? [] : (form.shared ?? [])).map((key) => [key, {}]));
  if ('product' in form) return { product: form.product.map(specOf), name, parameters: shared };
  const resolution = form.resolution ? {} : undefined;
  if ('sum' in form) return { sum: form.sum.map(specOf), name, resolution, parameters: shared };
  const { pdf, order, tail, template } = form;
  if (!isFamily(pdf)) throw wrong(unknownFamily(pdf));
  return { pdf, name, order, tail, template, resolution, parameters: {} };
}

const wrong = (message: string) => userError({ code: 'fit.saved-pdf', message });
