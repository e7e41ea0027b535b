import { userError } from '../../../base/error.js';
import { nearMatches } from '../../../base/near.js';
import { missed } from '../../../hist/row-cells.js';
import { particleOf, particleOfPdg } from '../../../physics/particles.js';
import type { Chosen } from './choose-tables.js';
import { normalPrefix, type ParticleOptions } from './options.js';
import { pairsOf, type Pair, type Side } from './pairs.js';
import { prefixed } from './prefixed.js';
import type { WeightCells } from './weight-cells.js';

/** How often candidates found a weight, and why others did not. */
export interface Coverage {
  rows: number;
  matched: number;
  /** Candidates whose weight is below zero: of a bin in which a rate is, by weights of either sign. */
  negative: number;
  /** Candidates that do not pass the cut, weighed like those that do for want of a table of their own; by cut. */
  readonly failing: Map<string, number>;
  readonly unmatched: Map<string, number>;
}

/** One particle of the events: which columns it needs, and the cell of its weight in each row. */
export interface Particle {
  readonly prefix: string;
  /** Expressions by the names under which their values come. */
  readonly expressions: Readonly<Record<string, string>>;
  readonly coverage: Coverage;
  /** Fills the cells of a block of rows. */
  cells(block: Readonly<Record<string, Float64Array>>, out: Int32Array): void;
}

/**
 * @param columns names of the events' columns
 * @param index of the particle, so that names of values differ
 */
export function makeParticle(
  spec: ParticleOptions,
  alias: Readonly<Record<string, string>>,
  tables: Chosen,
  cells: WeightCells,
  columns: ReadonlySet<string>,
  index: number,
): Particle {
  const prefix = normalPrefix(spec.prefix);
  const names = { ...alias, ...spec.alias };
  const expressions: Record<string, string> = {};
  const value = (expression: string): string => {
    const text = prefixed(expression, prefix, columns, names);
    const known = Object.entries(expressions).find(([, e]) => e === text)?.[0];
    if (known !== undefined) return known;
    const name = `v${index}_${Object.keys(expressions).length}`;
    expressions[name] = text;
    return name;
  };
  const pairs = pairsOf(tables, value);
  const code = (column: 'PDG' | 'mcPDG', told: string | undefined): string | number => {
    if (told !== undefined) return particleOf(told, `--particle ${column === 'PDG' ? 'reco' : 'truth'}`).pdg;
    const aliased = names[column] ?? column;
    if (columns.has(prefix + aliased) || columns.has(aliased)) return value(column);
    const only = [...new Set(tables.map((t) => t.table.reco.pdg))];
    if (column === 'PDG' && only.length === 1) return only[0];
    throw missing(column, prefix, columns);
  };
  const reco = code('PDG', spec.reco);
  const truth = tables.every((t) => t.anyTruth === true) ? NaN : code('mcPDG', spec.truth);
  const twoSided = pairs.some((p) => p.failing !== undefined);
  // A cut on what is not a number is neither passed nor failed: 0 · NaN keeps it.
  const passes = new Map(
    pairs.flatMap(({ passing, failing }) => {
      const about = (passing ?? failing)?.table.table;
      if (!twoSided || !about) return [];
      const nan = about.variable === '' ? '' : ` + 0 * (${about.variable})`;
      return [[about.cut, value(`((${about.cut}) ? 1 : 0)${nan}`)] as const];
    }),
  );
  // Who has weights of passing candidates alone has selected them; where the events can tell, they are asked.
  const asked = new Map(
    pairs.flatMap(({ passing }) => {
      const { cut, variable, threshold } = passing?.table.table ?? { cut: '', variable: '', threshold: NaN };
      const there = columns.has(prefix + (names[variable] ?? variable));
      return !twoSided && there && !Number.isNaN(threshold) ? [[cut, value(`(${cut}) ? 1 : 0`)] as const] : [];
    }),
  );
  const coverage: Coverage = { rows: 0, matched: 0, negative: 0, unmatched: new Map(), failing: new Map() };
  const miss = (reason: string, times = 1): void => {
    coverage.unmatched.set(reason, (coverage.unmatched.get(reason) ?? 0) + times);
  };
  return {
    prefix,
    expressions,
    coverage,
    cells(block, out) {
      const rows = out.length;
      coverage.rows += rows;
      const [r, t] = [reco, truth].map((c) => (typeof c === 'number' ? new Float64Array(rows).fill(c) : block[c]));
      const which = new Int32Array(rows).fill(-1);
      pairs.forEach(({ recoPdg, truthPdg, anyTruth }, k) => {
        for (let i = 0; i < rows; i++)
          if (Math.abs(r[i]) === recoPdg && (anyTruth || Math.abs(t[i]) === truthPdg)) which[i] = k;
      });
      out.fill(cells.unmatched);
      // Cells by the way they are found: tables with the same bins are looked up once.
      const places = new Map<Side['find'], Int32Array>();
      const placesIn = ({ find, columns: names }: Side): Int32Array => {
        let place = places.get(find);
        if (!place) {
          place = new Int32Array(rows);
          find(
            names.map((c) => block[c]),
            place,
          );
          places.set(find, place);
        }
        return place;
      };
      pairs.forEach((pair, k) => {
        const cut = (pair.passing ?? pair.failing)?.table.table.cut as string;
        const passed = passes.has(cut) ? block[passes.get(cut) as string] : undefined;
        const answers = asked.has(cut) ? block[asked.get(cut) as string] : undefined;
        for (const side of ['passing', 'failing'] as const) {
          const own = pair[side];
          if (!own && !twoSided) continue;
          const place = own && placesIn(own);
          let failing = 0;
          for (let i = 0; i < rows; i++) {
            if (which[i] !== k) continue;
            if (passed && passed[i] !== (side === 'passing' ? 1 : 0)) {
              if (Number.isNaN(passed[i]) && side === 'passing') miss(`${cut} has no answer: not a number`);
              continue;
            }
            out[i] = own && place ? resolve(own, place[i], cells, coverage, miss) : cells.unmatched;
            if (answers && answers[i] === 0) failing++;
            if (!own) miss(`${side === 'passing' ? 'passes' : 'fails'} ${cut}, for which there is no table`);
          }
          if (failing > 0) coverage.failing.set(cut, (coverage.failing.get(cut) ?? 0) + failing);
        }
      });
      for (let i = 0; i < rows; i++) if (which[i] < 0) miss(reason(pairs, r[i], t[i]));
    },
  };
}

function resolve(
  side: Side,
  place: number,
  cells: WeightCells,
  coverage: Coverage,
  miss: (reason: string) => void,
): number {
  const { table } = side;
  const first = cells.offset.get(table) as number;
  const holds = (bin: number): boolean => cells.measured[first + bin] === 1;
  if (table.rest && (place < 0 ? missed(place).why === 'outside' : !holds(place))) {
    coverage.matched++;
    return cells.beyond.get(table) as number;
  }
  if (place < 0) {
    const { axis, why } = missed(place);
    miss(side.words[axis][why]);
    return why === 'outside' ? (cells.beyond.get(table) ?? cells.unmatched) : cells.unmatched;
  }
  if (holds(place)) {
    coverage.matched++;
    if (cells.value[first + place] < 0) coverage.negative++;
    return first + place;
  }
  miss('in a bin without a weight');
  return cells.beyond.get(table) ?? cells.unmatched;
}

function reason(pairs: readonly Pair[], reco: number, truth: number): string {
  if (Number.isNaN(reco) || (Number.isNaN(truth) && !pairs.every((p) => p.anyTruth)))
    return `${Number.isNaN(reco) ? 'PDG' : 'mcPDG'} is not a number`;
  const known = pairs.some((p) => p.recoPdg === Math.abs(reco));
  if (!known) return `no table for PDG ${Math.abs(reco)}`;
  return `no table for mcPDG ${Math.abs(truth)} as ${particleOfPdg(reco).name}`;
}

function missing(column: string, prefix: string, columns: ReadonlySet<string>): Error {
  const wanted = `${prefix}${column}`;
  const found = [...columns].filter((c) => c.endsWith(`_${column}`)).map((c) => c.slice(0, -column.length));
  const particle = found.slice(0, 3).map((p) => `--particle prefix=${p}`);
  const [near] = nearMatches(wanted, columns);
  const also = `--particle prefix=${prefix},${column === 'PDG' ? 'reco' : 'truth'}=K where it is the same for all`;
  const other = near === undefined ? also : `--alias ${column}=${near}, or ${also}`;
  return userError({
    code: 'apply.column',
    message: `the events have no column "${wanted}"`,
    path: 'IN',
    expected: 'PDG codes, by which the tables are chosen',
    hint: prefix === '' && particle.length > 0 ? `which candidate? ${particle.join(' or ')}` : other,
  });
}
