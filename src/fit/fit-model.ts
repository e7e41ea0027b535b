import { userError } from '../base/error.js';
import type { Key } from '../stats/key.js';
import { binsAreExact, comparison, componentsAt } from './comparison.js';
import { contour, type Contour } from './contour.js';
import type { FitData } from './data.js';
import { densityValues } from './density-values.js';
import { dualAlgebra, variableDual } from './dual-algebra.js';
import { goodnessOf } from './goodness.js';
import { openKernels, type Kernels } from './kernels.js';
import { minimise } from './minimise.js';
import type { FitModel } from './model.js';
import type { Minimum } from './newton.js';
import { prepare, type PreparedFit } from './prepare.js';
import { profileErrors } from './profile.js';
import type { FitResult, FittedParameter, Goodness } from './result.js';
import { statusOf } from './status.js';
import { toyPValue } from './toy-p-value.js';
import { uncertainty } from './uncertainty.js';

export interface FitOptions {
  /** Profile likelihood intervals (MINOS): of all parameters, or of those named. Not for weighted data. */
  readonly minos?: boolean | readonly string[] | undefined;
  /** Contours of two parameters each, at a joint confidence level (default 68.27 %). Not for weighted data. */
  readonly contours?:
    | readonly {
        readonly parameters: readonly [string, string];
        readonly level?: number | undefined;
        readonly points?: number | undefined;
      }[]
    | undefined;
  /** Bins of the χ² of events, default 100. */
  readonly bins?: number | undefined;
  /** The χ²'s p-value from so many toys, each fitted, drawn with the key. */
  readonly toys?: { readonly count: number; readonly key: Key } | undefined;
  /** Steps of a minimisation, default 200. */
  readonly budget?: number | undefined;
  /** Further starts where the first ends in doubt, default 5. */
  readonly starts?: number | undefined;
  /** Compiled likelihoods to use and to keep; default: made for this fit. */
  readonly kernels?: Kernels | undefined;
  /** The χ² and its pulls; default true. */
  readonly goodness?: boolean | undefined;
}

// So many nodes integrate a density over a bin of its own width to far below the errors; doubled where they do not.
const NODES = 8;
const MOST_NODES = 64;
const BAD = 1e-4;

/**
 * Fits an extended likelihood: unbinned, weighted (errors by the sandwich formula) or binned, over one or several categories
 * with shared parameters, constraints and expressions. Derivatives are exact; many events are first replaced by
 * weighted points with the same moments and the minimum is then proven, and where need be improved, on all of them.
 *
 * @returns values with errors, covariance, goodness of fit, and a status that says what to try where all is not well
 * @throws userError for models and data that cannot be fitted: a yield that is a shape parameter too, a range without
 * events, weights that are not finite, …
 * @example const result = await fitModel(singleModel([{ name: 'signal', pdf }, { name: 'background', pdf: flat }]),
 *   { columns: { mass: Float64Array.of(…) } }); // result.yields.signal → { value, error }
 */
export async function fitModel(model: FitModel, data: FitData, options: FitOptions = {}): Promise<FitResult> {
  const kernels = options.kernels ?? openKernels();
  try {
    for (let nodes = NODES; ; nodes *= 2) {
      const fit = prepare(model, data, kernels, nodes);
      const minimum = await minimise(fit, {
        budget: options.budget ?? 200,
        starts: options.starts ?? 5,
        isBad: (x) => isBad(fit, x),
      });
      if (nodes < MOST_NODES && !binsAreExact(fit, minimum.x, nodes)) continue;
      return await resultOf(fit, minimum, kernels, options);
    }
  } finally {
    if (!options.kernels) await kernels.close();
  }
}

async function resultOf(fit: PreparedFit, minimum: Minimum, kernels: Kernels, options: FitOptions): Promise<FitResult> {
  const { model, samples } = fit;
  const errors = await uncertainty(fit, minimum);
  const parameters = options.minos ? await profileErrors(fit, minimum, errors, options.minos) : errors.parameters;
  const contours: Contour[] = [];
  for (const { parameters: names, level, points } of options.contours ?? [])
    contours.push(await contour(fit, minimum, errors, names, level, points));
  let goodnesses = options.goodness === false ? {} : goodnessesOf(fit, minimum.x, options.bins);
  if (options.toys && (fit.weighted || samples.some((s) => s.columns.length > 1)))
    throw userError({
      code: 'fit.toys',
      message: `toys of ${fit.weighted ? 'weighted events' : 'several variables'} cannot be drawn in bins`,
      hint: 'leave --toys out',
    });
  if (options.toys) {
    const value = await toyPValue(goodnesses, options.toys, (toy) =>
      fitModel(model, toy, { kernels, starts: options.starts, budget: options.budget }),
    );
    goodnesses = Object.fromEntries(Object.entries(goodnesses).map(([name, g]) => [name, { ...g, toyPValue: value }]));
  }
  const first = goodnesses[model.categories[0].name] ?? NO_GOODNESS;
  const shapes = fit.table.entries.filter((entry) => entry.role !== 'yield');
  return {
    ...statusOf(fit, minimum, errors, first),
    parameters: Object.fromEntries(shapes.map(({ name }) => [name, parameters[name]])),
    yields: yieldsOf(fit, parameters),
    covariance: errors.covariance,
    contours,
    goodness: first,
    goodnesses,
    nll: minimum.value,
    edm: minimum.edm,
    events: Object.fromEntries(
      samples.map(({ used, outside, missing }, c) => [model.categories[c].name, { used, outside, missing }]),
    ),
    passes: fit.full.passes,
    model,
    evaluate: (component, xs) => evaluate(fit, minimum.x, component, xs),
  };
}

const NO_GOODNESS: Goodness = {
  chi2: Number.NaN,
  ndf: 0,
  pValue: Number.NaN,
  pulls: new Float64Array(0),
  edges: new Float64Array(0),
  counts: new Float64Array(0),
  variances: new Float64Array(0),
  expected: {},
};

function goodnessesOf(fit: PreparedFit, free: Float64Array, bins?: number): Record<string, Goodness> {
  const found = fit.model.categories.map(({ name }, c): [string, Goodness] => {
    return [name, goodnessOf(comparison(fit, free, c, bins), freedoms(fit, free, c))];
  });
  return Object.fromEntries(found);
}

/** How many of the fitted parameters the expectation of a category depends on. */
function freedoms({ table }: PreparedFit, free: Float64Array, category: number): number {
  const values = table.values(dualAlgebra, Array.from(free, variableDual));
  const used = table.places[category].flatMap(({ yield: size, parameters }) => [size, ...parameters]);
  return new Set(used.flatMap((i) => values[i].on)).size;
}

/** Whether the data are described so badly that there may be a better minimum. */
const isBad = (fit: PreparedFit, free: Float64Array): boolean =>
  Object.values(goodnessesOf(fit, free)).some(({ ndf, pValue }) => ndf > 0 && pValue < BAD);

function yieldsOf({ model, table }: PreparedFit, parameters: Readonly<Record<string, FittedParameter>>) {
  const several = model.categories.length > 1;
  const named = model.categories.flatMap(({ name, components }, c) =>
    components.map((component, k): [string, FittedParameter] => [
      several ? `${name}.${component.name}` : component.name,
      parameters[table.entries[table.places[c][k].yield].name],
    ]),
  );
  return Object.fromEntries(named);
}

function evaluate(fit: PreparedFit, free: Float64Array, component: string, xs: ArrayLike<number>): Float64Array {
  const several = fit.model.categories.length > 1;
  const all = fit.model.categories.flatMap(({ name }, c) =>
    componentsAt(fit, free, c).map((part) => ({ ...part, name: several ? `${name}.${part.name}` : part.name })),
  );
  const found = all.find(({ name }) => name === component);
  if (!found)
    throw userError({
      code: 'fit.unknown-component',
      message: `the fit has no component "${component}"`,
      expected: all.map(({ name }) => name).join(', '),
    });
  return densityValues(found.pdf, [Float64Array.from(xs)], found.parameters);
}
