import { cellSums, tableSize, type Closed, type OutOfRange, type Sums } from '../../../hist/cell-counts.js';
import { rateCorrelation } from '../../../hist/joint-rates.js';
import { rateCell, rateOf, type RateMethod } from '../../../hist/rate.js';
import type { Particle, RateTable, SharedTable, TableAxis } from '../../../hist/weight-table.js';
import { seedKey, type Key } from '../../../stats/key.js';
import { bootstrapCells } from './bootstrap-cells.js';
import { countCandidates, type CandidateSource, type SourceCounts } from './candidates.js';
import { cutParts } from './cut-parts.js';

export interface RateRequest {
  /** Candidates of the true particle; several control modes are added. */
  readonly sources: readonly CandidateSource[];
  /** What the sample is called in the tables: `data`, `simulation`, `proc16+prompt`. */
  readonly sample: string;
  /** Working points, all counted in one pass. */
  readonly cuts: readonly string[];
  /** Preselections; `''` is none. A table for each. */
  readonly precuts?: readonly string[] | undefined;
  readonly axes: readonly TableAxis[];
  readonly closed?: Closed | undefined;
  readonly reco: Particle;
  readonly truth: Particle;
  readonly interval?: RateMethod | undefined;
  /** Bootstrap of cells where the formula fails: 500 replicas by default. */
  readonly replicas?: number | undefined;
  readonly key?: Key | undefined;
  /** Also how the errors of these tables go together: `shared` of each. Of 32 tables at most. */
  readonly correlations?: boolean | undefined;
  /** Where cuts, precuts and bins stand in the study, for errors. */
  readonly places?: { readonly cut?: string; readonly precut?: string; readonly binning?: string } | undefined;
}

/** A table, and what of the sample it does not hold. */
export interface CountedTable {
  readonly table: RateTable;
  /** Candidates of the preselection, and those of them that lie outside the bins, by axis. */
  readonly candidates: number;
  readonly outside: readonly OutOfRange[];
  /** Share of the candidates that lie in the bins. */
  readonly coverage: number;
}

/**
 * Efficiencies (reco = truth) or fake rates of cuts in bins, for every preselection and working point, with statistical
 * errors and the shifts that other weights make: a table for each precut and cut, cuts running fastest.
 *
 * @throws userError `expression.*`, `hist.axis`, `events.weights`
 * @example
 * const [{ table }] = await rateTables({
 *   sources: [{ table: events, weight: 'sWeight', method: 'sweights' }], sample: 'data', cuts: ['kaonID > 0.6'],
 *   axes: [{ column: 'p', edges: [0.5, 1, 2, 4] }], reco: { name: 'K', pdg: 321 }, truth: { name: 'K', pdg: 321 },
 * });
 */
export async function rateTables(request: RateRequest): Promise<CountedTable[]> {
  const { axes, closed, cuts } = request;
  const precuts = request.precuts?.length ? request.precuts : [''];
  const conditions: Record<string, string> = {};
  const places: Record<string, string> = {};
  const put = (name: string, text: string, place: string): void => {
    conditions[name] = text;
    places[name] = place;
  };
  cuts.forEach((cut, i) => put(cutName(i), cut, request.places?.cut ?? 'cut'));
  precuts.forEach((precut, i) => {
    if (precut.trim() !== '') put(precutName(i), precut, request.places?.precut ?? 'precuts');
  });
  for (const { column } of axes) places[column] = request.places?.binning ?? 'binning';
  const parts = cuts.map((cut) => cutParts(cut, places[cutName(0)]));
  const counts = await countCandidates(request.sources, { axes, closed, conditions, places });
  const tables: CountedTable[] = [];
  for (const [i, precut] of precuts.entries()) {
    const required = precut.trim() === '' ? [] : [precutName(i)];
    const { rows, axes: outside } = counts.outside(required);
    for (const [k, cut] of cuts.entries()) {
      const { variable, threshold } = parts[k];
      const { sample, reco, truth } = request;
      const cells = await cellsOf(request, counts, required, cutName(k), { cut, precut });
      const table: RateTable = {
        axes,
        cut,
        variable,
        threshold,
        reco,
        truth,
        precut,
        side: 'identified',
        sample,
        cells,
      };
      const inside = cells.reduce((n, cell) => n + cell.entries, 0);
      tables.push({ table, candidates: rows, outside, coverage: rows === 0 ? NaN : inside / rows });
    }
  }
  if (!request.correlations || tables.length < 2 || tables.length > MOST_SHARED) return tables;
  const conditions2 = tables.map((_, t) => {
    const [precut, cut] = [Math.floor(t / cuts.length), t % cuts.length];
    return { required: precuts[precut].trim() === '' ? [] : [precutName(precut)], cut: cutName(cut) };
  });
  return withShared(tables, conditions2, counts);
}

/** Pairs of tables grow with the square of their number, and so does the file that tells of them. */
const MOST_SHARED = 32;

/** The same tables, each with its correlation with the others: all are counted on the same candidates. */
function withShared(
  tables: readonly CountedTable[],
  conditions: readonly { readonly required: readonly string[]; readonly cut: string }[],
  counts: SourceCounts,
): CountedTable[] {
  const sums = (names: readonly string[]): Sums => counts.sums(undefined, 'up', [...new Set(names)]);
  const own = conditions.map(({ required, cut }) => ({ tried: sums(required), passed: sums([...required, cut]) }));
  const found = tables.map((): SharedTable[] => []);
  for (let a = 0; a < tables.length; a++)
    for (let b = 0; b < a; b++) {
      const [one, other] = [conditions[a], conditions[b]];
      const required = [...one.required, ...other.required];
      const tried = sums(required);
      const first = sums([...required, one.cut]);
      const second = sums([...required, other.cut]);
      const both = sums([...required, one.cut, other.cut]);
      const pair = (k: number, c: number) => ({ passed: cellSums(own[k].passed, c), tried: cellSums(own[k].tried, c) });
      const correlation = tables[a].table.cells.map((_, c) =>
        rateCorrelation(pair(a, c), pair(b, c), {
          tried: tried.sumw2[c],
          first: first.sumw2[c],
          second: second.sumw2[c],
          both: both.sumw2[c],
        }),
      );
      const about = ({ table: { cut, precut } }: CountedTable) => ({ cut, precut, correlation });
      found[a].push(about(tables[b]));
      found[b].push(about(tables[a]));
    }
  return tables.map((counted, t) => ({ ...counted, table: { ...counted.table, shared: found[t] } }));
}

const cutName = (i: number): string => ` cut ${i}`;
const precutName = (i: number): string => ` precut ${i}`;

async function cellsOf(
  request: RateRequest,
  counts: SourceCounts,
  required: readonly string[],
  cut: string,
  texts: { readonly cut: string; readonly precut: string },
): Promise<RateTable['cells']> {
  const pair = (systematic?: string, side: 'up' | 'down' = 'up') => ({
    passed: counts.sums(systematic, side, [...required, cut]),
    tried: counts.sums(systematic, side, required),
  });
  const nominal = pair();
  const variants = counts.systematics.map((name) => ({
    name,
    up: pair(name),
    down: counts.hasDown(name) ? pair(name, 'down') : undefined,
  }));
  const size = tableSize(request.axes);
  const rates = Array.from({ length: size }, (_, c) =>
    rateOf(cellSums(nominal.passed, c), cellSums(nominal.tried, c), request.interval),
  );
  const drawn = await bootstrapCells(rates, nominal, {
    sources: request.sources,
    axes: request.axes,
    closed: request.closed,
    ...texts,
    replicas: request.replicas ?? 500,
    key: (request.key ?? seedKey(1)).split(`${request.sample} ${texts.precut} ${texts.cut}`),
  });
  return drawn.map((rate, c) =>
    rateCell(
      rate,
      cellSums(nominal.passed, c),
      cellSums(nominal.tried, c),
      Object.fromEntries(
        variants.map(({ name, up, down }) => [name, { up: valueOf(up, c), down: down && valueOf(down, c) }]),
      ),
      [...new Set(request.sources.map((s) => s.method))].join('+'),
    ),
  );
}

const valueOf = ({ passed, tried }: { passed: Sums; tried: Sums }, c: number): number =>
  tried.entries[c] === 0 || tried.sumw[c] === 0 ? NaN : passed.sumw[c] / tried.sumw[c];
