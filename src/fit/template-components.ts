import { userError } from '../base/error.js';
import { binOf } from '../hist/find-cell.js';
import { weightedQuantile } from '../stats/quantile.js';
import type { Component } from './component.js';
import type { Range } from './density.js';
import { histogramComponent } from './saved-density.js';

/** A sample of one species, from which its template is filled. */
export interface TemplateSample {
  readonly name: string;
  readonly x: Float64Array;
  readonly weights?: Float64Array | undefined;
}

/**
 * Histograms of samples as components of a fit, all in the same bins: equal shares of all samples together, each counting the
 * same, so that every bin is filled. A bin without (or with negative) content in one template gets a small floor, a
 * thousandth of an even distribution, so that an event there has a likelihood.
 *
 * @param bins at most; fewer where values repeat
 * @throws userError `fit.templates` for a template without content
 * @example templateComponents([{ name: 'signal', x: trueSignal }, { name: 'qqbar', x: trueBackground }], [0, 1], 20)
 */
export function templateComponents(samples: readonly TemplateSample[], range: Range, bins: number): Component[] {
  const edges = commonEdges(samples, range, bins);
  return samples.map((sample) => templateOf(sample, edges));
}

/** Bin edges that hold equal shares of all samples together. */
export function commonEdges(samples: readonly TemplateSample[], range: Range, bins: number): number[] {
  const inside: number[] = [];
  const shares: number[] = [];
  for (const { name, x, weights } of samples) {
    const rows = [...x.keys()].filter((e) => x[e] >= range[0] && x[e] <= range[1]);
    const sum = rows.reduce((s, e) => s + (weights ? weights[e] : 1), 0);
    if (!(sum > 0)) throw bad(name, `the template has Σw = ${sum} inside the range`);
    for (const e of rows) {
      inside.push(x[e]);
      // Weights of either sign are fine for contents, but bins are made by how many there are.
      shares.push(Math.abs(weights ? weights[e] : 1) / sum);
    }
  }
  const inner = weightedQuantile(
    { values: Float64Array.from(inside), weights: Float64Array.from(shares) },
    Array.from({ length: bins - 1 }, (_, i) => (i + 1) / bins),
  );
  const edges = [range[0]];
  for (const edge of inner) if (edge > edges[edges.length - 1] && edge < range[1]) edges.push(edge);
  return [...edges, range[1]];
}

/** The histogram of one sample as a density. */
export function templateOf({ name, x, weights }: TemplateSample, edges: readonly number[]): Component {
  const n = edges.length - 1;
  const contents = contentsIn(edges, x, weights).sumw;
  const sum = contents.reduce((s, v) => s + v, 0);
  if (!(sum > 0)) throw bad(name, `the template has Σw = ${sum} inside the range`);
  const floor = (1e-3 * sum) / n;
  const filled = contents.map((v) => Math.max(v, floor));
  const total = filled.reduce((s, v) => s + v, 0);
  return histogramComponent(
    name,
    edges,
    Array.from(filled, (v, i) => v / total / (edges[i + 1] - edges[i])),
  );
}

/** Σw and Σw² of a sample in the bins of a template; the upper edge belongs to the last one. */
export function contentsIn(
  edges: readonly number[],
  x: Float64Array,
  weights?: Float64Array,
): { readonly sumw: Float64Array; readonly sumw2: Float64Array } {
  const n = edges.length - 1;
  const [sumw, sumw2] = [new Float64Array(n), new Float64Array(n)];
  for (let e = 0; e < x.length; e++) {
    const bin = x[e] === edges[n] ? n - 1 : binOf(edges, x[e], 'left');
    if (bin < 0) continue;
    const w = weights ? weights[e] : 1;
    sumw[bin] += w;
    sumw2[bin] += w * w;
  }
  return { sumw, sumw2 };
}

const bad = (name: string, message: string) =>
  userError({ code: 'fit.templates', message, path: name, hint: 'look at its weights and at the range' });
