import { binContents, equalBins, fillBins } from './bin-content.js';
import { binNodes } from './bin-nodes.js';
import { cellComparison, type ScaledPdf } from './cell-comparison.js';
import { densityValues } from './density-values.js';
import type { Compared } from './goodness.js';
import { numberAlgebra } from './number-algebra.js';
import type { PreparedFit } from './prepare.js';

const BINS = 100;

/** Parameters of a category's components at a point of the fit, with their yields. */
export function componentsAt({ model, table }: PreparedFit, free: Float64Array, category: number): ScaledPdf[] {
  const values = table.values(numberAlgebra, Array.from(free));
  return model.categories[category].components.map(({ name, pdf }, k) => {
    const place = table.places[category][k];
    return { name, pdf, parameters: place.parameters.map((i) => values[i]), events: values[place.yield] };
  });
}

/** A category's data and what the fit expects, in bins: its own bins, `bins` equal ones, or cells of several variables. */
export function comparison(fit: PreparedFit, free: Float64Array, category: number, bins = BINS): Compared {
  const sample = fit.samples[category];
  if (sample.columns.length > 1) return cellComparison(sample, componentsAt(fit, free, category));
  const [{ range }] = sample.variables;
  const edges = sample.bins?.edges ?? equalBins(range, bins);
  const data = sample.bins
    ? { counts: sample.weights as Float64Array, variances: sample.bins.variances }
    : fillBins(edges, sample.columns[0], sample.weighted ? sample.weights : undefined);
  const parts = componentsAt(fit, free, category);
  const expected = Object.fromEntries(
    parts.map(({ name, pdf, parameters, events }) => [name, binContents(pdf, edges, parameters, events)]),
  );
  return { edges, ...data, expected };
}

/**
 * Whether the quadrature inside bins is good enough where the fit ended: its χ² against the integrals, on the scale of the
 * counts' own errors.
 */
export function binsAreExact(fit: PreparedFit, free: Float64Array, nodes: number): boolean {
  return fit.samples.every(({ bins }, c) => {
    if (!bins) return true;
    const n = bins.edges.length - 1;
    const { x, average } = binNodes(bins.edges, nodes);
    const difference = new Float64Array(n);
    const total = new Float64Array(n);
    for (const { pdf, parameters, events } of componentsAt(fit, free, c)) {
      const exact = binContents(pdf, bins.edges, parameters, events);
      const values = densityValues(pdf, [x], parameters, events);
      for (let b = 0; b < n; b++) {
        let mean = 0;
        for (let q = 0; q < nodes; q++) mean += average[q] * values[q * n + b];
        difference[b] += mean * (bins.edges[b + 1] - bins.edges[b]) - exact[b];
        total[b] += exact[b];
      }
    }
    const chi2 = difference.reduce((sum, d, b) => sum + (d * d) / Math.max(total[b], 1), 0);
    return chi2 < 1e-6 || !Number.isFinite(chi2);
  });
}
