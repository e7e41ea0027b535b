import { cellSums, type Closed, type Sums } from '../../../hist/cell-counts.js';
import { cellBounds, cellFinder } from '../../../hist/find-cell.js';
import { bootstrapRate, bootstrapRateOfSums } from '../../../hist/bootstrap-rate.js';
import type { Rate } from '../../../hist/rate.js';
import type { TableAxis } from '../../../hist/weight-table.js';
import type { Key } from '../../../stats/key.js';
import type { CandidateSource } from './candidates.js';
import { both } from '../both.js';

/** Rows of a cell above which the sums of a replica are normal, and drawn as such. */
const MANY = 1000;
/** Rows that are drawn again, over all cells and replicas, at most: cells with more rows are left to their sums first. */
const BUDGET = 20_000_000;
/** So many cells are asked for by their bounds; of more, all rows are read. */
const BY_BOUNDS = 40;

/**
 * Puts bootstrap intervals in place of those that the formula cannot give: rates whose `interval` is `bootstrap`. Only
 * the rows of these cells are read.
 */
export async function bootstrapCells(
  rates: readonly Rate[],
  sums: { readonly passed: Sums; readonly tried: Sums },
  options: {
    readonly sources: readonly CandidateSource[];
    readonly axes: readonly TableAxis[];
    readonly closed?: Closed | undefined;
    readonly cut: string;
    readonly precut: string;
    readonly replicas: number;
    readonly key: Key;
  },
): Promise<Rate[]> {
  const wanted = rates.flatMap((rate, c) => (rate.interval === 'bootstrap' ? [c] : []));
  const { entries } = sums.tried;
  const small = new Set<number>();
  let drawn = 0;
  for (const c of wanted.filter((cell) => entries[cell] <= MANY).sort((a, b) => entries[a] - entries[b] || a - b)) {
    drawn += entries[c] * options.replicas;
    if (drawn <= BUDGET) small.add(c);
  }
  const rows = small.size ? await rowsOfCells(small, options) : new Map<number, Rows>();
  return rates.map((rate, c) => {
    if (rate.interval !== 'bootstrap') return rate;
    const key = options.key.split('cell', c);
    const own = rows.get(c);
    const { up, down } = own
      ? bootstrapRate(key, Float64Array.from(own.weights), own.passed, options.replicas)
      : bootstrapRateOfSums(key, cellSums(sums.passed, c), cellSums(sums.tried, c), options.replicas);
    return { ...rate, up, down };
  });
}

interface Rows {
  readonly weights: number[];
  readonly passed: number[];
}

async function rowsOfCells(
  cells: ReadonlySet<number>,
  { sources, axes, closed, cut, precut }: Parameters<typeof bootstrapCells>[2],
): Promise<Map<number, Rows>> {
  const found = new Map([...cells].map((c): [number, Rows] => [c, { weights: [], passed: [] }]));
  const [above, upTo] = closed === 'left' ? ['>=', '<'] : ['>', '<='];
  const bounds = [...cells].map((c) =>
    cellBounds(axes, c)
      .map(([low, high], a) => `(${axes[a].column}) ${above} ${low} and (${axes[a].column}) ${upTo} ${high}`)
      .join(' and '),
  );
  const place = cells.size <= BY_BOUNDS && axes.length > 0 ? `(${bounds.join(') or (')})` : '';
  for (const { table, weight, select } of sources) {
    const where = both(select, precut, place);
    const expressions = {
      weight: weight ?? '1',
      passed: `(${cut}) ? 1 : 0`,
      ...Object.fromEntries(axes.map(({ column }, a) => [`axis ${a}`, column])),
    };
    const scan = table.scan(expressions, {
      lenient: true,
      ...(where === undefined ? {} : { where }),
    });
    for await (const block of scan) {
      const find = cellFinder(
        axes,
        axes.map((_, a) => block[`axis ${a}`]),
        closed,
      );
      for (let i = 0; i < block['weight'].length; i++) {
        const rows = found.get(find(i));
        if (!rows) continue;
        rows.weights.push(block['weight'][i]);
        rows.passed.push(block['passed'][i]);
      }
    }
  }
  return found;
}
