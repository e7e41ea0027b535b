import path from 'node:path';
import type { EventStore } from '../../../events/store.js';
import type { Events } from '../../../fit/data.js';
import { componentsOfFit } from '../../../fit/from-fit.js';
import type { FitResult } from '../../../fit/result.js';
import { sPlot } from '../../../fit/splot.js';
import { writeWeights, type SavedWeights } from '../../../formats/weights-file.js';
import { writeWeighted } from '../fits/apply-weights.js';
import type { ParsedFitOptions } from './fit-file.js';
import { openFiles } from './open-files.js';

export interface SWeightRequest extends ParsedFitOptions {
  readonly out: string;
  readonly events: Events;
  /** `nominal`, and other fits whose weights are columns too. */
  readonly fits: Readonly<Record<string, FitResult>>;
  readonly store: EventStore;
}

/**
 * sWeights of fits, the yields fitted again alone: all rows of the file with the columns `sWeight_nominal`, …, or, for a name
 * that ends in `.json`, the weights as functions, for `datamc apply`. Rows that fail the cut or lie outside have weight 0.
 */
export async function sWeightFile(request: SWeightRequest): Promise<{ file: string; checks: string[] }> {
  const { out, events, fits, store, variable, range, select, weight, define, warn } = request;
  const sample = { x: events.columns[variable], weights: events.weights };
  const signal = Object.keys(fits['nominal'].yields)[0];
  const made = Object.entries(fits).map(([name, fit]) => {
    return [name, sPlot(componentsOfFit(fit), sample, range, { signal: [signal] }).weights] as const;
  });
  const saved: SavedWeights = {
    mode: path.basename(out).replace(/\.\w+$/, ''),
    variable,
    ...(define ? { define } : {}),
    ...(select === undefined ? {} : { select }),
    ...(weight === undefined ? {} : { weight }),
    variants: Object.fromEntries(made),
  };
  const checks = made.flatMap(([, weights]) => weights.checks.map((check) => check.message));
  if (out.endsWith('.json')) {
    await writeWeights(out, saved);
    return { file: out, checks };
  }
  // All rows are written: the cut is part of the weights. What is odd about the files was told by the fit.
  const table = await openFiles(store, { ...request, select: undefined }, { ...request, warn: undefined }, 'FILE');
  const { outside, cut, missing } = await writeWeighted(table, out, saved, { path: '--sweights' });
  const none = outside + cut + missing;
  if (none) warn?.('rows outside the range, without a value or failing the cut have sWeight 0', none);
  return { file: out, checks };
}
