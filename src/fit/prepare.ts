import { userError } from '../base/error.js';
import { checkConstraints, checkModel } from './check-model.js';
import { binNodes } from './bin-nodes.js';
import { categorySample, type CategorySample } from './category.js';
import { compress } from './compress.js';
import type { CategoryData, FitData } from './data.js';
import { constantDual, dualAlgebra, variableDual } from './dual-algebra.js';
import { gridPoints } from './grid-points.js';
import type { Kernels } from './kernels.js';
import type { Kernel } from './kernel.js';
import { Likelihood } from './likelihood.js';
import type { FitModel } from './model.js';
import type { Limits } from './newton.js';
import { parameterTable, type ParameterTable } from './parameter-table.js';
import { fitParameters } from './pdf.js';
import type { EventBlocks } from './sums.js';
import { summarise } from './summary.js';

/** All that a fit needs, made once. */
export interface PreparedFit {
  readonly model: FitModel;
  readonly table: ParameterTable;
  readonly samples: readonly CategorySample[];
  /** Of all events. */
  readonly full: Likelihood;
  /** Of the points that stand for the events; the same as `full` where there are few. */
  readonly quick: Likelihood;
  /** Whether the profile of `quick` is that of the events to far below the errors. */
  readonly quickIsExact: boolean;
  readonly start: Float64Array;
  readonly limits: Limits;
  readonly kernels: readonly Kernel[];
  readonly blocks: readonly EventBlocks[];
  /** Σw² in place of Σw, for the errors of weighted fits. */
  readonly variances: () => readonly EventBlocks[];
  readonly weighted: boolean;
}

// Fewer events are fitted as they are.
const FEW = 4000;
const BINS = 1000;

/** @param nodes of the quadrature in each bin of binned data */
export function prepare(model: FitModel, data: FitData, kernels: Kernels, nodes: number): PreparedFit {
  checkModel(model);
  const given = model.categories.map(({ name }) => dataOf(model, data, name));
  const samples = model.categories.map((category, c) => categorySample(category, given[c]));
  const points = samples.map(standIn);
  const proposals = model.categories.map(({ components }, c) => {
    const { columns, weights } = points[c] ?? samples[c];
    const summaries = samples[c].variables.map(({ range }, v) => summarise(columns[v], range, weights));
    return components.map(({ pdf }) => ({
      parameters: fitParameters(pdf, summaries),
      yield: samples[c].size / components.length,
    }));
  });
  const table = parameterTable(model, proposals);
  checkConstraints(model, table);
  const start = Float64Array.from(table.free, (i) => table.entries[i].start);
  const kernelOf = (c: number): Kernel => kernels.of(graphModel(model, table, start, samples[c], c, nodes));
  const made = samples.map((_, c) => kernelOf(c));
  const laid = samples.map((sample, c) => layOut(made[c], sample, nodes));
  const few = points.map((p, c) =>
    p ? made[c].blocks(p.columns, p.columns[0].length, { weights: p.weights }) : laid[c],
  );
  const same = few.every((block, c) => block === laid[c]);
  const likelihood = (blocks: readonly EventBlocks[]): Likelihood =>
    new Likelihood(
      model,
      table,
      made.map((kernel, c) => ({ kernel, events: blocks[c] })),
    );
  const full = likelihood(laid);
  return {
    model,
    table,
    samples,
    full,
    quick: same ? full : likelihood(few),
    quickIsExact: same || samples.every((s) => s.columns.length === 1),
    start,
    limits: {
      low: Float64Array.from(table.free, (i) => table.entries[i].low),
      high: Float64Array.from(table.free, (i) => table.entries[i].high),
    },
    kernels: made,
    blocks: laid,
    variances: () => samples.map((sample, c) => spread(sample, laid[c])),
    weighted: samples.some((s) => s.weighted),
  };
}

interface StandIn {
  readonly columns: readonly Float64Array[];
  readonly weights?: Float64Array | undefined;
}

/** Weighted points in place of many events; undefined where the events themselves are few. */
function standIn(sample: CategorySample): StandIn | undefined {
  const { columns, weights, variables, bins } = sample;
  if (bins || columns[0].length <= FEW) return undefined;
  if (columns.length === 1) {
    const { x, weights: w } = compress(variables[0].range, columns[0], weights, BINS);
    return { columns: [x], weights: w };
  }
  const ranges = variables.map((v) => v.range);
  return gridPoints(ranges, columns, weights, columns.length === 2 ? 64 : Math.floor(20_000 ** (1 / columns.length)));
}

function layOut(kernel: Kernel, { columns, weights, bins }: CategorySample, nodes: number): EventBlocks {
  if (!bins) return kernel.blocks(columns, columns[0].length, { weights });
  const { x, average } = binNodes(bins.edges, nodes);
  return kernel.blocks([x], bins.edges.length - 1, { weights, average });
}

/** The same blocks with √Σw² where bins have Σw; events have their own weights. */
function spread({ bins }: CategorySample, { blocks, events }: EventBlocks): EventBlocks {
  if (!bins) return { blocks, events };
  const root = bins.variances.map(Math.sqrt);
  return { events, blocks: blocks.map((block) => ({ ...block, w: { data: root, dims: block['w'].dims } })) };
}

/** What moves, seen from the derivatives at the start. */
function graphModel(
  model: FitModel,
  table: ParameterTable,
  start: Float64Array,
  sample: CategorySample,
  category: number,
  nodes: number,
) {
  const values = table.values(dualAlgebra, Array.from(start, variableDual));
  const { components } = model.categories[category];
  return {
    variables: sample.variables.map((v) => v.name),
    pdfs: components.map((component) => component.pdf),
    moves: components.map(({ pdf }, k) => {
      const place = table.places[category][k];
      const parameters = place.parameters.map((i) => values[i]);
      const constants = pdf.constants(dualAlgebra, parameters, values[place.yield] ?? constantDual(1));
      const moving = (duals: readonly { readonly on: readonly number[] }[]): boolean[] =>
        duals.map(({ on }) => on.length > 0);
      return { parameters: moving(parameters), constants: moving(constants) };
    }),
    nodes: sample.bins ? nodes : 1,
  };
}

function dataOf(model: FitModel, data: FitData, name: string): CategoryData {
  const bare = isBare(data) ? data : undefined;
  if (bare && model.categories.length === 1) return bare;
  const own = isBare(data) ? undefined : data[name];
  if (own) return own;
  throw userError({
    code: 'fit.no-data',
    message: `no data for the category "${name}"`,
    path: name,
    got: bare ? 'one sample' : Object.keys(data).join(', '),
    expected: model.categories.map((c) => c.name).join(', '),
  });
}

/** One sample rather than one for each category. */
function isBare(data: FitData): data is CategoryData {
  const { edges, columns } = data as Partial<Record<string, unknown>>;
  if (edges instanceof Float64Array) return true;
  return (
    typeof columns === 'object' && columns !== null && Object.values(columns).every((c) => c instanceof Float64Array)
  );
}
