import type { Figure } from '../../../figures/figure.js';
import { dataSimulation } from '../../../figures/makers/data-simulation.js';
import type { Component } from '../../../fit/component.js';
import { contentsIn } from '../../../fit/template-components.js';
import { weightsAt } from '../../../fit/weight-function.js';
import type { ClassifierSPlot } from '../../../models/classifier-splot.js';
import { chi2Survival } from '../../../stats/special/gamma.js';
import type { styleOf } from '../common.js';
import type { FitSummary } from '../report/results.js';
import type { ClassifyParams, ReadSample, Species } from './classifier-events.js';

/** Contents of a template's bins as shares, and their edges. */
function histogramOf({ saved }: Component): { readonly edges: readonly number[]; readonly shares: readonly number[] } {
  if (saved?.kind !== 'histogram') return { edges: [0, 1], shares: [1] };
  const { edges, values } = saved;
  return { edges, shares: values.map((v, i) => v * (edges[i + 1] - edges[i])) };
}

/** Yields with the errors of data and templates, and χ² of the output in the templates' bins, whose own statistics count too. */
export function summaryOf(found: ClassifierSPlot, data: ReadSample, species: readonly Species[]): FitSummary {
  const { nominal, ...replicas } = found.variants;
  const all = Object.values(replicas);
  const yields = nominal.components.map(({ name }) => {
    const value = nominal.yields[name];
    const own = weightsAt(nominal, found.output, [name]);
    const stat = own.reduce((s, w, e) => s + (w * (data.weights?.[e] ?? 1)) ** 2, 0);
    const spread = all.length ? all.reduce((s, r) => s + (r.yields[name] - value) ** 2, 0) / all.length : 0;
    return [name, { value, error: Math.sqrt(stat + spread) }] as const;
  });
  const { edges } = histogramOf(found.templates[0]);
  const counts = contentsIn(edges, found.output, data.weights);
  const expected = new Float64Array(edges.length - 1);
  const variances = counts.sumw2.slice();
  found.templates.forEach((template, k) => {
    const n = nominal.yields[template.name];
    const { shares } = histogramOf(template);
    const own = contentsIn(edges, found.simulated[k], species[k].weights);
    const total = own.sumw.reduce((s, w) => s + w, 0);
    shares.forEach((share, b) => {
      expected[b] += n * share;
      variances[b] += (n / total) ** 2 * own.sumw2[b];
    });
  });
  let chi2 = 0;
  for (let b = 0; b < expected.length; b++)
    if (variances[b] > 0) chi2 += (counts.sumw[b] - expected[b]) ** 2 / variances[b];
  const ndf = Math.max(1, expected.length - found.templates.length);
  return {
    status: 'converged',
    message: '',
    parameters: {},
    yields: Object.fromEntries(yields),
    ...{ chi2, ndf, pValue: chi2Survival(chi2, ndf), used: data.rows.length, method: 'classifier' },
    checks: nominal.checks.map(({ message, passed }) => ({ message, passed })),
  };
}

/** The output in data, and the templates with their yields on each other. */
export function drawOutput(
  found: ClassifierSPlot,
  data: ReadSample,
  { chi2, ndf, pValue }: FitSummary,
  mode: ClassifyParams['mode'],
  style: ReturnType<typeof styleOf>,
): Figure {
  const { edges } = histogramOf(found.templates[0]);
  const axes = [{ name: 'output', edges: [...edges] }];
  const { sumw, sumw2 } = contentsIn(edges, found.output, data.weights);
  const { yields } = found.variants['nominal'];
  return dataSimulation({
    name: `fit-${mode.name}-data`,
    ...style,
    data: { axes, sumw: [0, ...sumw, 0], sumw2: [0, ...sumw2, 0] },
    dataLabel: 'Data',
    stack: true,
    normalise: 'none',
    density: true,
    simulations: [...found.templates].reverse().map((template, i) => {
      const { shares } = histogramOf(template);
      const simulated = found.simulated[found.templates.length - 1 - i];
      const n = yields[template.name];
      const contents = shares.map((share) => n * share);
      return {
        label: template.name === 'signal' ? 'Signal' : template.name,
        hist: {
          axes,
          sumw: [0, ...contents, 0],
          sumw2: [0, ...contents.map((c) => (c * n) / Math.max(1, simulated.length)), 0],
        },
      };
    }),
    x: { label: 'Output of the classifier' },
    text: [
      ...(mode.title === undefined ? [] : [mode.title]),
      `χ^{2}/ndf = ${chi2.toFixed(1)}/${ndf}, p = ${Number(pValue.toPrecision(2))}`,
    ],
  });
}
