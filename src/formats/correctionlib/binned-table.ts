import { userError } from '../../base/error.js';
import { band, type Estimate } from '../../hist/estimate.js';
import type { RateTable, TableAxis, WeightTable } from '../../hist/weight-table.js';
import { nextDown } from '../../stats/ulp.js';
import { estimatesOf, isMeasured, isWeightTable, NOT_MEASURED, sourcesOf } from '../tables/estimates.js';
import { columnStem, tableName } from '../tables/names.js';
import type { EstimateTable } from '../tables/table-csv.js';
import { correctionSet, edge } from './file.js';
import type { Content, Correction, CorrectionSet, Edges, MultiBinning } from './schema.js';

/*
 * Numbers in right-closed bins as a correctionlib correction. Bins of correctionlib are left-closed, and edges moved to the next
 * double would not do: its reader does not parse 17 digits exactly (72 of 300 such edges missed their double in version
 * 2.9.0). But (low, high] of x is [−high, −low) of −x: every axis is turned over by a `transform` node, its bins in reverse.
 */

export interface BinnedTableOptions {
  readonly name: string;
  readonly description?: string | undefined;
  /** What the output is called; `weight` by default. */
  readonly output?: string | undefined;
  /** Outside all bins and in bins that were not measured: a value, or an error (default). */
  readonly outOfRange?: number | 'error' | undefined;
}

const NEGATIVE = '-x';

/**
 * A table as a correction: inputs `variation` and the columns; `variation` is `nominal`, `up` or `down` (the band of all sources)
 * or `<source>_up`, `<source>_down`. Right-closed bins, exactly.
 *
 * @example binnedTable(table, { name: 'K_efficiency' })
 */
export function binnedTable(table: EstimateTable, options: BinnedTableOptions): Correction {
  const names = table.axes.map((a) => columnStem(a.column));
  const columns = table.axes.map((a) => a.column);
  if (new Set(names).size < names.length || names.includes('variation'))
    throw userError({
      code: 'correctionlib.columns',
      message: 'two columns of the table would be one input',
      got: columns.join(', '),
      expected: 'columns with different letters and digits, none called variation',
    });
  const sources = sourcesOf(table.cells);
  const variations = ['nominal', 'up', 'down', ...sources.flatMap((s) => [`${s}_up`, `${s}_down`])];
  const { outOfRange = 'error' } = options;
  const value = (estimate: Estimate, variation: string): Content => {
    if (!isMeasured(estimate)) return outOfRange === 'error' ? notMeasured : outOfRange;
    if (variation === 'nominal') return estimate.value;
    if (variation === 'up') return estimate.value + band(estimate).up;
    if (variation === 'down') return estimate.value - band(estimate).down;
    const side = variation.endsWith('_up') ? 'up' : 'down';
    return estimate.value + (estimate.sources[variation.slice(0, -1 - side.length)]?.[side] ?? 0);
  };
  const node = (variation: string): Content => {
    const bins: MultiBinning = {
      nodetype: 'multibinning',
      inputs: names,
      edges: table.axes.map(({ edges }): Edges => edges.map((e) => edge(e === 0 ? 0 : -e)).reverse()),
      // All axes in reverse: the last cell comes first.
      content: table.cells.map((estimate) => value(estimate, variation)).reverse(),
      flow: outOfRange,
    };
    return names.reduceRight<Content>(
      (content, input) => ({
        nodetype: 'transform',
        input,
        rule: { nodetype: 'formula', expression: NEGATIVE, parser: 'TFormula', variables: [input] },
        content,
      }),
      bins,
    );
  };
  return {
    name: options.name,
    description: options.description,
    version: 1,
    inputs: [
      { name: 'variation', type: 'string', description: variations.join(', ') },
      ...names.map((name, i) => ({ name, type: 'real' as const, description: `${columns[i]}; bins (low, high]` })),
    ],
    output: { name: options.output ?? 'weight', type: 'real', description: null },
    data: { nodetype: 'category', input: 'variation', content: variations.map((key) => ({ key, value: node(key) })) },
  };
}

/** What a bin without a number holds: correctionlib then says that there is no such variation. */
const notMeasured: Content = { nodetype: 'category', input: 'variation', content: [{ key: 'not measured', value: 0 }] };
const isNotMeasured = (content: Content): boolean => typeof content === 'object' && content.nodetype === 'category';

/** Weight or rate tables as one correctionlib file; each correction is called by `tableName`. */
export function tablesCorrectionSet(
  tables: WeightTable | RateTable | readonly (WeightTable | RateTable)[],
  options: Pick<BinnedTableOptions, 'outOfRange'> & { readonly description?: string | undefined } = {},
): CorrectionSet {
  const all = 'cells' in tables ? [tables] : tables;
  return correctionSet(
    options.description ?? 'particle-identification tables by datamc; bins are right-closed',
    all.map((table) => {
      const weight = isWeightTable(table);
      const about = {
        reco: table.reco.pdg,
        truth: table.truth.pdg,
        variable: table.variable,
        threshold: Number.isNaN(table.threshold) ? null : table.threshold,
        ...(table.workingPoint === undefined ? {} : { workingPoint: table.workingPoint }),
        cut: table.cut,
        precut: table.precut,
        side: table.side,
        columns: table.axes.map((a) => a.column),
      };
      return binnedTable(
        { axes: table.axes, cells: estimatesOf(table) },
        {
          name: weight ? tableName(table) : `${tableName(table)}_${columnStem(table.sample)}`,
          description: `${weight ? 'data over simulation' : `rate in ${table.sample}`}: ${JSON.stringify(about)}`,
          output: weight ? 'weight' : 'rate',
          outOfRange: options.outOfRange,
        },
      );
    }),
  );
}

/**
 * Reads a correction in bins: one of `binnedTable`, or any other whose `variation` chooses between binnings with numbers (their
 * left-closed bins [low, high) become (nextDown(low), nextDown(high)], which holds the same values).
 * Undefined where the correction is no such table.
 */
export function fromBinnedTable(correction: Correction): EstimateTable | undefined {
  const { data } = correction;
  if (typeof data !== 'object' || data.nodetype !== 'category' || data.input !== 'variation') return undefined;
  const read = new Map<string, { axes: TableAxis[]; values: number[] }>();
  for (const { key, value } of data.content) {
    const bins = binsIn(value);
    if (!bins) return undefined;
    read.set(String(key), bins);
  }
  const nominal = read.get('nominal');
  if (!nominal) return undefined;
  const sources = [...read.keys()].flatMap((key) =>
    key.endsWith('_up') && read.has(`${key.slice(0, -3)}_down`) ? [key.slice(0, -3)] : [],
  );
  const cells = nominal.values.map((value, i): Estimate => {
    if (Number.isNaN(value)) return NOT_MEASURED;
    const at = (key: string): number => (read.get(key)?.values[i] ?? value) - value;
    const named =
      sources.length > 0 ? sources.map((s) => [s, { up: at(`${s}_up`), down: at(`${s}_down`) }] as const) : [];
    const whole = read.has('up') ? [['stat', { up: at('up'), down: at('down') }] as const] : [];
    return { value, sources: Object.fromEntries(named.length > 0 ? named : whole) };
  });
  return { axes: nominal.axes, cells };
}

function binsIn(node: Content): { axes: TableAxis[]; values: number[] } | undefined {
  let inner = node;
  const turned = new Set<string>();
  while (typeof inner === 'object' && inner.nodetype === 'transform') {
    const { rule } = inner;
    if (typeof rule !== 'object' || rule.nodetype !== 'formula' || rule.expression !== NEGATIVE) return undefined;
    turned.add(inner.input);
    inner = inner.content;
  }
  if (typeof inner !== 'object' || (inner.nodetype !== 'multibinning' && inner.nodetype !== 'binning'))
    return undefined;
  const inputs = inner.nodetype === 'binning' ? [inner.input] : inner.inputs;
  const lists = inner.nodetype === 'binning' ? [inner.edges] : inner.edges;
  if (!inputs.every((name) => turned.has(name)) && turned.size > 0) return undefined;
  const values = inner.content.map((c) => (typeof c === 'number' ? c : isNotMeasured(c) ? NaN : undefined));
  if (values.some((v) => v === undefined)) return undefined;
  const reverse = turned.size > 0;
  const axes = inputs.map((column, a): TableAxis => {
    const edges = numbersOf(lists[a]);
    return { column, edges: reverse ? edges.map((e) => (e === 0 ? 0 : -e)).reverse() : edges.map(nextDown) };
  });
  return { axes, values: (reverse ? values.reverse() : values) as number[] };
}

function numbersOf(edges: Edges): number[] {
  if (Array.isArray(edges)) return edges.map((e) => (typeof e === 'number' ? e : e === '-inf' ? -Infinity : Infinity));
  const { n, low, high } = edges;
  return Array.from({ length: n + 1 }, (_, i) => (i === n ? high : low + ((high - low) * i) / n));
}
