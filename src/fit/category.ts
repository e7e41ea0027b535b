import { userError } from '../base/error.js';
import { isBinned, type BinnedData, type CategoryData, type Events } from './data.js';
import type { FitCategory } from './model.js';
import type { PdfVariable } from './pdf.js';

/** A category's data inside the range, checked. */
export interface CategorySample {
  readonly variables: readonly PdfVariable[];
  /** One column a variable; of binned data the middles of the bins. */
  readonly columns: readonly Float64Array[];
  /** Weights of events, or contents of bins. */
  readonly weights?: Float64Array | undefined;
  readonly bins?: { readonly edges: Float64Array; readonly variances: Float64Array } | undefined;
  /** Whether the likelihood's curvature is not yet the error: weights, or bins with variances of their own. */
  readonly weighted: boolean;
  /** Σw */
  readonly size: number;
  readonly used: number;
  readonly outside: number;
  readonly missing: number;
}

/** @throws userError where the data cannot be fitted: nothing in range, weights that are not finite, lengths that differ */
export function categorySample({ name, components }: FitCategory, data: CategoryData): CategorySample {
  const [first] = components;
  const { variables } = first.pdf;
  for (const { name: component, pdf } of components) {
    if (pdf.variables.length === variables.length && pdf.variables.every((v, i) => sameVariable(v, variables[i])))
      continue;
    throw userError({
      code: 'fit.variables',
      message: `"${component}" and "${first.name}" are densities of different variables or ranges`,
      path: name,
      got: pdf.variables.map(describe).join(', '),
      expected: variables.map(describe).join(', '),
    });
  }
  return isBinned(data) ? binned(name, variables, data) : events(name, variables, data);
}

const sameVariable = (a: PdfVariable, b: PdfVariable): boolean =>
  a.name === b.name && a.range[0] === b.range[0] && a.range[1] === b.range[1];
const describe = ({ name, range: [low, high] }: PdfVariable): string => `${name} in [${low}, ${high}]`;

function events(name: string, variables: readonly PdfVariable[], { columns, weights }: Events): CategorySample {
  const given = variables.map((variable) => {
    if (!Object.hasOwn(columns, variable.name))
      throw userError({
        code: 'fit.no-column',
        message: `the data have no column "${variable.name}"`,
        path: name,
        got: Object.keys(columns).join(', '),
      });
    return columns[variable.name];
  });
  const n = given[0].length;
  if (given.some((c) => c.length !== n) || (weights && weights.length !== n))
    throw userError({ code: 'fit.length', message: 'columns and weights differ in length', path: name });
  const ranges = variables.map((v) => v.range);
  const keep = new Uint8Array(n);
  let [used, missing] = [0, 0];
  for (let i = 0; i < n; i++) {
    let [inside, nan] = [true, false];
    for (let v = 0; v < ranges.length; v++) {
      const x = given[v][i];
      if (!(x >= ranges[v][0] && x <= ranges[v][1])) inside = false;
      if (Number.isNaN(x)) nan = true;
    }
    if (nan) missing++;
    else if (inside) {
      if (weights && !Number.isFinite(weights[i])) throw badWeight(name, i, weights[i]);
      keep[i] = 1;
      used++;
    }
  }
  if (!used) throw empty(name, variables, n, missing);
  const taken = used === n ? given : given.map((c) => c.filter((_, i) => keep[i] === 1));
  const w = used === n ? weights : weights?.filter((_, i) => keep[i] === 1);
  const size = w ? w.reduce((a, b) => a + b, 0) : used;
  if (!(size > 0)) throw notPositive(name, size);
  return {
    variables,
    columns: taken,
    weights: w,
    weighted: w?.some((v) => v !== 1) ?? false,
    size,
    used,
    outside: n - used - missing,
    missing,
  };
}

function binned(
  name: string,
  variables: readonly PdfVariable[],
  { edges, counts, variances }: BinnedData,
): CategorySample {
  const n = edges.length - 1;
  const [{ range }] = variables;
  if (variables.length !== 1)
    throw userError({
      code: 'fit.binned',
      message: 'bins are of one variable',
      path: name,
      got: describe(variables[1]),
    });
  if (counts.length !== n || (variances && variances.length !== n) || n < 1)
    throw userError({
      code: 'fit.length',
      message: `${edges.length} edges and ${counts.length} contents do not fit`,
      path: name,
    });
  if (edges.some((e, i) => !Number.isFinite(e) || (i > 0 && !(e > edges[i - 1]))))
    throw userError({ code: 'fit.edges', message: 'bin edges must rise and be finite', path: name });
  const tolerance = 1e-9 * (range[1] - range[0]);
  if (Math.abs(edges[0] - range[0]) > tolerance || Math.abs(edges[n] - range[1]) > tolerance)
    throw userError({
      code: 'fit.edges',
      message: 'the bins do not cover the range of the density',
      path: name,
      got: `[${edges[0]}, ${edges[n]}]`,
      expected: describe(variables[0]),
    });
  const bad = counts.findIndex((c) => !Number.isFinite(c));
  if (bad >= 0) throw badWeight(name, bad, counts[bad]);
  // Counts are their own variances.
  const spread = variances ?? counts;
  const negative = spread.findIndex((v) => !(v >= 0));
  if (negative >= 0)
    throw userError({
      code: 'fit.variances',
      message: variances
        ? 'the variance of a bin is no number from zero up'
        : 'a bin without a variance has a negative count',
      path: `${name}, bin ${negative}`,
      got: String(spread[negative]),
      ...(variances ? {} : { hint: 'give Σw² of the bins as variances' }),
    });
  const size = counts.reduce((a, b) => a + b, 0);
  if (!(size > 0)) throw size === 0 ? empty(name, variables, n, 0) : notPositive(name, size);
  const middles = Float64Array.from(counts, (_, i) => (edges[i] + edges[i + 1]) / 2);
  return {
    variables,
    columns: [middles],
    weights: counts,
    bins: { edges, variances: spread },
    weighted: variances?.some((v, i) => v !== counts[i]) ?? false,
    size,
    used: size,
    outside: 0,
    missing: 0,
  };
}

const badWeight = (path: string, at: number, got: number): Error =>
  userError({
    code: 'fit.weight',
    message: 'a weight is not finite',
    path: `${path}, entry ${at}`,
    got: String(got),
    hint: 'leave such events out: --select "isfinite(WEIGHT)"',
  });

const notPositive = (path: string, sum: number): Error =>
  userError({
    code: 'fit.weights',
    message: 'the weights in the range do not add up to a positive number',
    path,
    got: String(sum),
    hint: 'look at the weights (datamc inspect FILE) and at their sign',
  });

const empty = (path: string, variables: readonly PdfVariable[], rows: number, missing: number): Error =>
  userError({
    code: 'fit.empty',
    message: `no event lies in the range: ${variables.map(describe).join(', ')}`,
    path,
    got: `${rows} rows${missing ? `, ${missing} of them without a value` : ''}`,
    hint: 'look at the values (datamc inspect FILE) and at the unit of the range',
  });
