import { userError } from '../../../base/error.js';
import { didYouMean } from '../../../base/near.js';
import type { TableCorrelation } from '../../../hist/calibrate.js';
import type { RateTable } from '../../../hist/weight-table.js';
import type { CalibratedTrack } from '../tables/calibrate-sample.js';
import type { Warn } from './file-sample.js';

/** How the statistical errors of two tables go together where they do not tell: ρ from −1 to 1, or `bound`, ρ = 1. */
export type GivenCorrelation = number | 'bound';

export interface CorrelationOptions {
  /** For all pairs of tables that do not tell. */
  readonly others?: GivenCorrelation | undefined;
  /** For the tables of two tracks by their prefixes, `B,h`, whatever the tables tell. */
  readonly pairs?: Readonly<Record<string, GivenCorrelation>> | undefined;
}

/** What is taken of a pair of tables. */
export interface PairOfTables {
  /** Prefixes of the first tracks that use them. */
  readonly tracks: readonly [string, string];
  /** `measured` of shared candidates, `disjoint` candidates of one file, `given`, or `unknown`: taken for independent. */
  readonly how: 'measured' | 'disjoint' | 'given' | 'unknown';
  readonly correlation: TableCorrelation | undefined;
}

interface Read extends CalibratedTrack {
  readonly file: string;
}

const isTable = (rates: CalibratedTrack['rates']): rates is RateTable => 'cut' in rates;

/**
 * How the errors of every two tables in use go together: as the tables tell, which were counted on the same candidates; as the user
 * says; else they are taken for independent, with a warning.
 *
 * @throws userError `pid.correlation` for a pair of tracks that there is not
 */
export function pairsOfTables(
  tracks: readonly Read[],
  options: CorrelationOptions,
  warn: Warn | undefined,
): PairOfTables[] {
  const prefixes = tracks.map((t) => t.prefix);
  const given = Object.entries(options.pairs ?? {}).map(([names, value]) => [pairOf(names, prefixes), value] as const);
  const first = tracks.filter((t, i) => tracks.findIndex((other) => other.rates === t.rates) === i);
  const found: PairOfTables[] = [];
  first.forEach((b, i) => {
    for (const a of first.slice(0, i)) {
      const uses = (t: Read, prefix: string): boolean => tracks.some((o) => o.prefix === prefix && o.rates === t.rates);
      const named = given.find(([[x, y]]) => (uses(a, x) && uses(b, y)) || (uses(a, y) && uses(b, x)));
      const pair = { tracks: [a.prefix, b.prefix] as const };
      const told = known(a, b);
      if (named) found.push({ ...pair, how: 'given', correlation: constant(a, b, named[1]) });
      else if (told) found.push({ ...pair, ...told });
      else if (options.others !== undefined)
        found.push({ ...pair, how: 'given', correlation: constant(a, b, options.others) });
      else {
        warn?.(
          `the tables of ${a.prefix} and ${b.prefix} do not tell how their errors go together: taken for independent (--correlation says otherwise)`,
        );
        found.push({ ...pair, how: 'unknown', correlation: undefined });
      }
    }
  });
  return found;
}

/** What two tables of one file tell. */
function known(a: Read, b: Read): Pick<PairOfTables, 'how' | 'correlation'> | undefined {
  const [one, other] = [a.rates, b.rates];
  if (a.file !== b.file || !isTable(one) || !isTable(other)) return undefined;
  if (one.truth.name !== other.truth.name || one.sample !== other.sample)
    return { how: 'disjoint', correlation: undefined };
  const shared = one.shared?.find((s) => s.cut === other.cut && s.precut === other.precut);
  return shared && { how: 'measured', correlation: { cells: shared.correlation } };
}

/** One ρ: of like cells where both tables have the same bins, which hold different candidates; else of any two cells. */
function constant(a: Read, b: Read, given: GivenCorrelation): TableCorrelation {
  const rho = given === 'bound' ? 1 : given;
  const axes = (t: Read): string => JSON.stringify(t.rates.axes.map(({ column, edges }) => [column, [...edges]]));
  return axes(a) === axes(b) ? { cells: a.rates.cells.map(() => rho) } : { all: rho };
}

function pairOf(names: string, prefixes: readonly string[]): readonly [string, string] {
  const [a, b, ...rest] = names.split(',').map((name) => name.trim());
  const unknown = [a, b ?? ''].find((name) => !prefixes.includes(name));
  if (unknown === undefined && rest.length === 0 && a !== b) return [a, b];
  throw userError({
    code: 'pid.correlation',
    message: unknown ? `there is no track "${unknown}"` : `"${names}" does not name two tracks`,
    path: '--correlation',
    got: names,
    expected: `two of ${prefixes.join(', ')}, such as ${prefixes[0]},${prefixes[1] ?? 'h'}=0.5`,
    hint: unknown ? didYouMean(unknown, prefixes) : undefined,
  });
}
