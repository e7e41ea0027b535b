import type { CellCounts, Closed, OutOfRange, Sums } from '../../../hist/cell-counts.js';
import { outOfRange, rowsOf, tally, tableSize } from '../../../hist/cell-counts.js';
import type { TableAxis } from '../../../hist/weight-table.js';
import type { EventTable } from '../../../events/store.js';

/** How candidates are made signal: by a weight, by a cut, or by both. Neither: every candidate counts once. */
export interface Weighting {
  /** Expression, of either sign: an sWeight, a generator's weight. */
  readonly weight?: string | undefined;
  /** Condition: the match to truth. */
  readonly select?: string | undefined;
}

/** Candidates of one true particle, from one control mode. */
export interface CandidateSource extends Weighting {
  /** Opened with the probe's variables, so that `kaonID` is that of the probe. */
  readonly table: EventTable;
  /** How signal is found: `sweights`, `cow`, `truth`, … */
  readonly method: string;
  /** Other weightings by source of uncertainty; without `down`, the shift is mirrored. */
  readonly systematics?:
    Readonly<Record<string, { readonly up: Weighting; readonly down?: Weighting | undefined }>> | undefined;
}

/** Sums over all sources for one weighting, told apart by the conditions asked for. */
export interface SourceCounts {
  /** The nominal weighting, or that of a systematic source; sources of candidates without it count as they are. */
  sums(systematic: string | undefined, side: 'up' | 'down', conditions: readonly string[]): Sums;
  /** Whether any source of candidates says what −1σ is. */
  hasDown(systematic: string): boolean;
  readonly systematics: readonly string[];
  /** Rows outside the bins, among those of the nominal selection that meet the conditions. */
  outside(conditions: readonly string[]): { readonly rows: number; readonly axes: readonly OutOfRange[] };
}

interface Counted {
  readonly counts: CellCounts;
  readonly nominal: Picked;
  readonly systematics: Readonly<Record<string, { readonly up: Picked; readonly down?: Picked | undefined }>>;
}

/** Names of the weight and the condition of a weighting among those counted. */
interface Picked {
  readonly weight: string | undefined;
  readonly conditions: readonly string[];
}

/**
 * Counts candidates by cell, conditions and weightings, each source in one pass over its data.
 *
 * @param conditions cuts and preselections by name
 * @throws userError see `EventTable.countCells`
 */
export async function countCandidates(
  sources: readonly CandidateSource[],
  request: {
    readonly axes: readonly (TableAxis & { readonly closed?: Closed | undefined })[];
    readonly closed?: Closed | undefined;
    readonly conditions: Readonly<Record<string, string>>;
    readonly places?: Readonly<Record<string, string>> | undefined;
  },
): Promise<SourceCounts> {
  const counted: Counted[] = [];
  for (const source of sources) counted.push(await countSource(source, request));
  const systematics = [...new Set(sources.flatMap((s) => Object.keys(s.systematics ?? {})))];
  const picked = (c: Counted, systematic: string | undefined, side: 'up' | 'down'): Picked => {
    const own = systematic === undefined ? undefined : c.systematics[systematic];
    return (side === 'down' ? own?.down : own?.up) ?? c.nominal;
  };
  return {
    systematics,
    hasDown: (systematic) => counted.some((c) => c.systematics[systematic]?.down !== undefined),
    sums: (systematic, side, conditions) =>
      addSums(
        tableSize(request.axes),
        counted.map((c) => {
          const { weight, conditions: own } = picked(c, systematic, side);
          return tally(c.counts, weight, [...conditions, ...own]);
        }),
      ),
    outside: (conditions) => {
      const all = counted.map(({ counts, nominal }) => ({
        rows: rowsOf(counts, [...conditions, ...nominal.conditions]),
        axes: outOfRange(counts, [...conditions, ...nominal.conditions]),
      }));
      return {
        rows: all.reduce((n, { rows }) => n + rows, 0),
        axes: request.axes.map(({ column }, a) => ({
          column,
          below: all.reduce((n, { axes }) => n + axes[a].below, 0),
          above: all.reduce((n, { axes }) => n + axes[a].above, 0),
          notFinite: all.reduce((n, { axes }) => n + axes[a].notFinite, 0),
        })),
      };
    },
  };
}

async function countSource(source: CandidateSource, request: Parameters<typeof countCandidates>[1]): Promise<Counted> {
  const weights: Record<string, string> = {};
  const selections: Record<string, string> = {};
  const variants = Object.values(source.systematics ?? {}).flatMap(({ up, down }) => (down ? [up, down] : [up]));
  // One selection for all is a WHERE: rows that it leaves out may have weights that are no numbers.
  const shared = variants.every((v) => v.select === source.select);
  const nameOf = (into: Record<string, string>, prefix: string, text: string): string => {
    const known = Object.keys(into).find((name) => into[name] === text);
    const name = known ?? `${prefix}${Object.keys(into).length}`;
    into[name] = text;
    return name;
  };
  const pick = ({ weight, select }: Weighting): Picked => ({
    weight: weight === undefined ? undefined : nameOf(weights, ' weight ', weight),
    conditions: select === undefined || shared ? [] : [nameOf(selections, ' select ', select)],
  });
  const nominal = pick(source);
  const systematics = Object.fromEntries(
    Object.entries(source.systematics ?? {}).map(([name, { up, down }]) => [
      name,
      { up: pick(up), down: down && pick(down) },
    ]),
  );
  const places = {
    ...request.places,
    ...Object.fromEntries(Object.keys(weights).map((name) => [name, 'weight'])),
    ...Object.fromEntries(Object.keys(selections).map((name) => [name, 'truth'])),
  };
  const counts = await source.table.countCells({
    axes: request.axes,
    closed: request.closed,
    conditions: { ...request.conditions, ...selections },
    weights,
    where: shared ? source.select : undefined,
    places,
  });
  return { counts, nominal, systematics };
}

function addSums(size: number, parts: readonly Sums[]): Sums {
  const add = (key: keyof Sums): Float64Array => {
    const out = new Float64Array(size);
    for (const part of parts) for (let i = 0; i < size; i++) out[i] += part[key][i];
    return out;
  };
  return { sumw: add('sumw'), sumw2: add('sumw2'), entries: add('entries'), negative: add('negative') };
}
