import { DatamcError, taskError } from '../base/error.js';
import type { BinValidity } from './bin-validity.js';
import { sumOfWeights } from './weight-function.js';

/** A count with its standard error. */
export interface Counted {
  readonly value: number;
  readonly error: number;
}

/** How a bin's signal was counted, in the words of weight tables. */
export type CountMethod = 'sweights' | 'cow' | 'fit-and-count' | 'sideband';

/**
 * The signal's yield among some events, by a fit of their own. The sets it is given are disjoint, so that their errors are
 * independent.
 */
export type CountFit = (rows: Uint32Array) => Counted | Promise<Counted>;

/** What may count a bin: weights of every event, or a fit to the bin's events. */
export interface CountMethods {
  readonly sweights: Float64Array;
  readonly cow?: Float64Array | undefined;
  readonly 'fit-and-count'?: CountFit | undefined;
  readonly sideband?: Float64Array | undefined;
}

export interface BinCount {
  readonly bin: number;
  readonly method: CountMethod;
  /** Why sWeights were not used, or may not be trusted. */
  readonly reasons: readonly string[];
  readonly status: BinValidity['status'];
  /** Signal that passes the cut, and that does not. */
  readonly passed: Counted;
  readonly failed: Counted;
  /** passed/(passed + failed); NaN where both are 0. */
  readonly efficiency: Counted;
  readonly entries: number;
}

export interface CountInput {
  /** The bin of every event, −1 for none. */
  readonly bins: ArrayLike<number>;
  readonly count: number;
  /** Whether each event passes the cut; everything passes where absent. */
  readonly passes?: ArrayLike<number | boolean> | undefined;
  readonly validity: readonly BinValidity[];
  readonly methods: CountMethods;
  /** Tried in this order where sWeights are invalid, as far as they are given. */
  readonly order?: readonly Exclude<CountMethod, 'sweights'>[] | undefined;
}

const ORDER = ['cow', 'fit-and-count', 'sideband'] as const;

/**
 * Counts signal in every bin of a table: with sWeights where the bin is valid, with the first fallback there is where it is
 * not. Every bin says which was used and why. Untested bins keep sWeights and say that they were not tested.
 *
 * Errors: √Σw² for weights (passed and failed are disjoint events, so independent), those of the fits otherwise; the
 * efficiency's by σ² = (F²σ_P² + P²σ_F²)/(P + F)⁴, for weights the same as the weighted binomial formula.
 *
 * @throws taskError `fit.no-fallback` where a bin is invalid and no fallback is given or none succeeds
 * @example await countBins({ bins, count: 5, passes, validity, methods: { sweights, cow: weightsAt(loose.weights, mass) } })
 */
export async function countBins(input: CountInput): Promise<BinCount[]> {
  const { bins, count, passes, validity, methods, order = ORDER } = input;
  const rows = Array.from({ length: count }, () => [[], []] as [number[], number[]]);
  for (let e = 0; e < bins.length; e++)
    if (bins[e] >= 0 && bins[e] < count) rows[bins[e]][!passes || passes[e] ? 0 : 1].push(e);
  const out: BinCount[] = [];
  for (let bin = 0; bin < count; bin++) {
    const { status } = validity[bin];
    const reasons = [...validity[bin].reasons];
    const able = status === 'invalid' ? order.filter((m) => methods[m] !== undefined) : (['sweights'] as const);
    const [p, f] = rows[bin].map((list) => Uint32Array.from(list));
    let found: BinCount | undefined;
    for (const method of able) {
      const way = methods[method] as Float64Array | CountFit;
      try {
        const [passed, failed] = [await countOf(way, p), await countOf(way, f)];
        const efficiency = ratio(passed, failed);
        found = { bin, method, status, reasons, passed, failed, efficiency, entries: p.length + f.length };
        break;
      } catch (error) {
        if (!(error instanceof DatamcError)) throw error;
        reasons.push(`${method}: ${error.data.message}`);
      }
    }
    if (!found) throw nothingLeft(bin, reasons);
    out.push(found);
  }
  return out;
}

async function countOf(way: Float64Array | CountFit, rows: Uint32Array): Promise<Counted> {
  if (rows.length === 0) return { value: 0, error: 0 };
  if (typeof way === 'function') return way(rows);
  const { value, variance } = sumOfWeights(Float64Array.from(rows, (row) => way[row]));
  return { value, error: Math.sqrt(variance) };
}

/** passed/(passed + failed) of independent counts. */
export function ratio(passed: Counted, failed: Counted): Counted {
  const total = passed.value + failed.value;
  if (total === 0) return { value: NaN, error: NaN };
  const error = Math.hypot(failed.value * passed.error, passed.value * failed.error) / (total * total);
  return { value: passed.value / total, error };
}

const nothingLeft = (bin: number, reasons: readonly string[]) =>
  taskError({
    code: 'fit.no-fallback',
    message: `sWeights are not valid in bin ${bin}, and there is no fallback: ${reasons[0] ?? ''}`,
    expected: 'COW with extra terms, fit-and-count or side-band subtraction',
  });
