import { pick, type Component, type FitEvents } from './component.js';
import { densityValues } from './density-values.js';
import type { CountFit } from './fallback.js';
import type { FitComponent } from './model.js';
import type { Pdf } from './pdf.js';
import type { PdfForm } from './pdf-form.js';
import type { FitResult } from './result.js';
import type { SavedPdf } from './saved-pdf.js';
import type { ShapeSlopes } from './splot-stage.js';

/** A component of a fit, and the names that its parameters have there. */
function partsOf(fit: FitResult, category?: string) {
  const { categories } = fit.model;
  const found = categories.find((c) => c.name === category) ?? categories[0];
  const prefix = categories.length > 1 ? `${found.name}.` : '';
  return found.components.map((component: FitComponent) => {
    const parameters = component.pdf.parameters.map(({ name }) => {
      const setting = component.parameters?.[name];
      return typeof setting === 'string' ? setting : `${prefix}${component.name}.${name}`;
    });
    const values = parameters.map((name) => fit.parameters[name].value);
    return { name: component.name, full: `${prefix}${component.name}`, pdf: component.pdf, parameters, values };
  });
}

/**
 * The fitted densities of one category as components: what weights are made of.
 *
 * @example sPlot(componentsOfFit(await fitModel(model, data)), { x: mass }, [1.8, 1.95])
 */
export const componentsOfFit = (fit: FitResult, category?: string): Component[] =>
  partsOf(fit, category).map(({ name, full, pdf, values }) => ({
    name,
    density: (x) => fit.evaluate(full, x),
    breaks: pdf.breaks(values),
    ...(pdf.form ? { saved: savedPdf(pdf, pdf.form, values) } : {}),
  }));

const savedPdf = (pdf: Pdf, form: PdfForm, values: readonly number[]): SavedPdf => ({
  kind: 'pdf',
  form,
  range: pdf.variables[0].range,
  parameters: Object.fromEntries(pdf.parameters.map(({ name }, i) => [name, values[i]])),
});

/**
 * How the fitted densities change with the parameters that floated in the fit, for `sPlotStage`: differences of a
 * thousandth of the parameter's error. Parameters that are expressions of others count as known.
 *
 * @example sPlotStage(splot, { x: mass }, shapesOfFit(result))
 */
export function shapesOfFit(fit: FitResult, category?: string): ShapeSlopes {
  const parts = partsOf(fit, category).map(({ name, pdf, parameters, values }) => {
    const free = parameters.flatMap((parameter, i) => {
      const { error, fixed } = fit.parameters[parameter];
      if (fixed || !(error > 0) || !fit.covariance.names.includes(parameter)) return [];
      const step = 1e-3 * error;
      const slope = (x: Float64Array): Float64Array => {
        const [up, down] = [step, -step].map((by) =>
          densityValues(
            pdf,
            [x],
            values.map((v, j) => (j === i ? v + by : v)),
          ),
        );
        return up.map((v, e) => (v - down[e]) / (2 * step));
      };
      return [{ parameter, slope }];
    });
    return [name, free] as const;
  });
  return Object.fromEntries(parts);
}

/**
 * Fit-and-count by whole fits, whose shapes may float: what `countBins` falls back to.
 *
 * @param fit fits some of the events
 * @param signal name of the yield that counts
 * @example countsOfFits((some) => fitModel(model, { columns: { mass: some.x } }), { x: mass })
 */
export function countsOfFits(
  fit: (events: FitEvents) => FitResult | Promise<FitResult>,
  events: FitEvents,
  signal = 'signal',
): CountFit {
  const { x, weights } = events;
  return async (rows) => {
    const some = { x: pick(x, rows), ...(weights ? { weights: pick(weights, rows) } : {}) };
    const { value, error } = (await fit(some)).yields[signal];
    return { value, error };
  };
}
