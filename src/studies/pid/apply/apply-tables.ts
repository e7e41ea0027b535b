import { userError } from '../../../base/error.js';
import type { JsonObject } from '../../../base/json.js';
import { withTemporaryStore } from '../../../events/temporary-store.js';
import { readMatrix } from '../../../formats/tables/read-matrix.js';
import { openApplyInput, type ApplyInput, type ProductNeeds } from '../../apply-input.js';
import { chooseTables } from './choose-tables.js';
import { defaultPrefix } from './default-prefix.js';
import { eventWeights, weightsOfOne, type WeightColumns } from './event-weights.js';
import { loadTables, type LoadedTable } from './load-tables.js';
import { normalPrefix, particleSchema, readWeightOptions, type WeightOptions } from './options.js';
import { makeParticle, type Particle } from './particle.js';
import { runOfProduct } from './run-of-product.js';
import { sharedTables, type PairOfTables } from './shared-tables.js';
import { covarianceOfCells, weightToys } from './toys.js';
import { weightCells } from './weight-cells.js';

export interface ApplyTablesRequest extends ApplyInput {
  /** A file of weight tables, a directory of them, or a run of a pid study. */
  readonly product: string;
  readonly output: string;
  readonly jobs?: number | undefined;
  readonly weights?: WeightOptions | undefined;
  readonly progress?: ((done: number, total: number, unit?: string) => void) | undefined;
}

/**
 * Adds weights to a file of events: every input column and row, in order, and beside them for each particle `<prefix>Weight`,
 * `<prefix>Weight_up` and `_down` (68 % band) and `<prefix>Weight_0`, … (variations); with several particles also their
 * product, `Weight`. Candidates without a weight get NaN, or `fill`, and are counted by reason.
 *
 * @returns `{ rows, coverage, output, particles: { <prefix>: { rows, matched, coverage, unmatched: { <reason>: n } } }, statistics: { <table> &
 * <table>: { how, mean } } }`, the last where there are several tables
 * @throws userError for tables that do not fit the events or each other
 * @example await applyTables({ product: 'K_pi.csv', input: 'mc.root', output: 'weighted.parquet', weights: { particles: [{ prefix: 'K_' }] } })
 */
export async function applyTables(request: ApplyTablesRequest): Promise<JsonObject> {
  const { product, input, output, warn = () => {}, progress = () => {} } = request;
  const options = readWeightOptions(request.weights ?? {});
  const specs = options.particles.length > 0 ? options.particles : [particleSchema.parse({})];
  const prefixes = specs.map((p) => normalPrefix(p.prefix));
  const twice = prefixes.find((p, i) => prefixes.indexOf(p) !== i);
  if (twice !== undefined)
    throw userError({ code: 'apply.prefix', message: `two particles have the prefix "${twice}"`, path: '--particle' });
  if (prefixes.length > 1 && prefixes.includes(''))
    throw userError({
      code: 'apply.prefix',
      message: `of several particles, one has no prefix: its weight would have the name of the product, "${options.weightName}"`,
      path: '--particle',
      expected: 'prefix=… for each',
    });
  const loaded = await loadTables(product, options, warn);
  const chosen = specs.map((spec) => chooseTables(loaded, spec, options));
  const used = loaded.filter((t) => chosen.some((list) => list.includes(t)));
  for (const precut of new Set(used.map((t) => t.table.precut).filter((cut) => cut !== '')))
    warn(`the weights hold for candidates after "${precut}"`);
  const { covariance: file } = options;
  // A given covariance says it all.
  const pairs = file === undefined ? await sharedTables(used) : [];
  warnOfUnknown(pairs, warn);
  const cells = weightCells(used, options, pairs);
  const covariance = file === undefined ? undefined : covarianceOfCells(await readMatrix(file), cells, file);
  const toys = weightToys(cells, options, covariance);
  const ofOne = weightsOfOne(cells, toys, options, covariance);
  const ofAll = eventWeights(cells, toys, options, covariance);
  return withTemporaryStore(request.jobs, async (store) => {
    const { table, rows: total } = await openApplyInput(
      store,
      { ...request, define: { ...request.define, ...options.define } },
      await definedInRun(product, prefixes, chosen.flat()),
    );
    const columns = new Set(table.columns.map((c) => c.name));
    const named = options.particles.length > 0;
    const [{ table: first }] = chosen[0];
    const needed = first.axes.map(({ column }) => options.alias[column] ?? column);
    const prefix = named ? '' : await defaultPrefix(product, needed, first.reco.name, columns);
    const particles = specs.map((p, i) =>
      makeParticle(named ? p : { ...p, prefix }, options.alias, chosen[i], cells, columns, i),
    );
    const expressions = Object.assign({}, ...particles.map((p) => p.expressions)) as Record<string, string>;
    let done = 0;
    const { rows } = await table.writeWith(
      output,
      expressions,
      (block) => {
        const length = Object.values(block)[0].length;
        const placed = particles.map((p) => {
          const own = new Int32Array(length);
          p.cells(block, own);
          return own;
        });
        done += length;
        progress(done, Math.max(total, done), 'rows');
        const columnsOf = (prefix: string, weights: WeightColumns): [string, Float64Array][] =>
          Object.entries(weights).map(([end, values]) => [`${prefix}${options.weightName}${end}`, values]);
        const own = particles.flatMap((p, k) => columnsOf(p.prefix, ofOne(placed[k])));
        if (particles.length === 1) return Object.fromEntries(own);
        return Object.fromEntries([...own, ...columnsOf('', ofAll(placed))]);
      },
      { path: input },
    );
    return { ...summary(particles, rows, output, warn), ...statisticsOf(pairs) };
  });
}

/** Derived columns of the run that may be among the bins and cuts of its tables, under the names that candidates have. */
async function definedInRun(
  product: string,
  named: readonly string[],
  tables: readonly LoadedTable[],
): Promise<ProductNeeds> {
  const run = await runOfProduct(product);
  const used = tables.flatMap(({ table }) => {
    const prefixes = new Set([...named, '', ...run.probes(table.reco.name).map(normalPrefix)]);
    const strings = [...table.axes.map((axis) => axis.column), table.variable, table.precut].join(' ');
    const names = strings.match(/[A-Za-z_]\w*/g) ?? [];
    return names.flatMap((name) => [...prefixes].map((prefix) => prefix + name));
  });
  return { define: run.define, used };
}

function summary(
  particles: readonly Particle[],
  rows: number,
  output: string,
  warn: (message: string, count?: number) => void,
): JsonObject {
  const about = particles.map(({ prefix, coverage }): [string, JsonObject] => {
    const { matched, negative, unmatched, failing } = coverage;
    const whose = prefix === '' ? '' : `${prefix}: `;
    const reasons = [...unmatched].sort((a, b) => b[1] - a[1]);
    for (const [reason, count] of reasons) warn(`${whose}no weight: ${reason}`, count);
    if (negative > 0) warn(`${whose}negative weights, of bins whose rates are no rates`, negative);
    for (const [cut, count] of failing)
      warn(`${whose}do not pass ${cut}, but have the weights of those that do (see --failing)`, count);
    return [
      prefix === '' ? 'candidate' : prefix,
      {
        rows: coverage.rows,
        matched,
        coverage: ratio(matched, coverage.rows),
        ...(negative > 0 ? { negative } : {}),
        unmatched: Object.fromEntries(reasons),
      },
    ];
  });
  const matched = particles.reduce((n, p) => n + p.coverage.matched, 0);
  const all = particles.reduce((n, p) => n + p.coverage.rows, 0);
  return { rows, coverage: ratio(matched, all), output, particles: Object.fromEntries(about) };
}

/** What was taken of the statistical errors of every two tables. */
function statisticsOf(pairs: readonly PairOfTables[]): JsonObject {
  if (pairs.length === 0) return {};
  const told = pairs.map(({ tables: [a, b], how, correlation }): [string, JsonObject] => {
    const mean = correlation ? { mean: correlation.reduce((s, v) => s + v, 0) / correlation.length } : {};
    return [`${a.name} & ${b.name}`, { how, ...mean }];
  });
  return { statistics: Object.fromEntries(told) };
}

function warnOfUnknown(pairs: readonly PairOfTables[], warn: (message: string, count?: number) => void): void {
  const unknown = pairs.filter(({ how }) => how === 'unknown').map(({ tables: [a, b] }) => `${a.name} & ${b.name}`);
  if (unknown.length > 0)
    warn(
      `nothing says how the statistical errors of tables of one true particle go together, so they are taken for independent (--covariance says otherwise): ${unknown.join('; ')}`,
    );
}

const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);
