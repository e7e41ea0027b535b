import { userError } from '../base/error.js';
import type { Key } from '../stats/key.js';
import { makeChain, newStanding, newValues, placeValues, sharesOf, surround, valuesOf, type Chain } from './chain.js';
import { coordinate, atomOf, type GridAxis } from './grid-axis.js';
import { placeBlock, ROW_FLAG, standRow, type Outside, type PlacedBlock } from './placed.js';
import { rowUniforms } from './row-random.js';
import { rowBand } from './row-band.js';
import { replicaNames, systematicNames, type Template } from './template.js';

/** What happened to the rows so far. */
export interface ApplyCounts {
  rows: number;
  done: number;
  clamped: number;
  outside: number;
  missing: number;
  empty: number;
  unusable: number;
}

export const newApplyCounts = (): ApplyCounts => ({
  rows: 0,
  done: 0,
  clamped: 0,
  outside: 0,
  missing: 0,
  empty: 0,
  unusable: 0,
});

/** A block of rows: kinematics, and the variables as they are. */
export interface Block {
  readonly rows: number;
  /** Number of the block's first row in the whole sample: what the random numbers depend on. */
  readonly first: number;
  readonly given: readonly Float64Array[];
  /** What identifies rows, in place of their number: run, event, track. */
  readonly identity?: readonly Float64Array[] | undefined;
  /** Absent where there is nothing to pass through (resample). */
  readonly variables?: readonly Float64Array[] | undefined;
}

export interface ApplyOptions {
  readonly key: Key;
  /** `pass`: such rows keep their value; `nan`; `clamp`: they are taken at the end of the range. */
  readonly outside?: Outside | undefined;
  /** End of the new columns' names. */
  readonly suffix: string;
}

/** Something that makes new values of a block of rows. */
export interface Applier {
  /** Names of the variables' new columns, per variable: nominal, variations, up, down. */
  readonly columns: readonly string[];
  apply(block: Block, counts: ApplyCounts): Record<string, Float64Array | Uint8Array>;
}

interface Variation {
  /** Without the leading underscore; '' is nominal. */
  readonly name: string;
  readonly data: Chain;
  readonly simulation?: Chain | undefined;
}

/** Nodes times variations; each takes 24 bytes while a density is applied. */
const MOST_NUMBERS = 1e8;

/** Variations of one template or of two: what one of them does not have stays nominal in it. */
function variationsOf(data: Template, simulation: Template | undefined): Variation[] {
  const names = (pick: (t: Template) => string[]): string[] => [
    ...new Set([...pick(data), ...(simulation ? pick(simulation) : [])]),
  ];
  const chains = new Map<string, Chain>();
  const tables = [data, ...(simulation ? [simulation] : [])].reduce(
    (n, t) => n + Object.keys(t.variations).length * t.variations['nominal'].values.length,
    0,
  );
  if (tables > MOST_NUMBERS) {
    throw userError({
      code: 'density.too-many-numbers',
      message: `the variations of "${data.name}" have too many nodes to be applied together`,
      got: String(tables),
      expected: `at most ${MOST_NUMBERS}`,
      hint: 'leave the variations out (--nominal-only), or make the density with fewer nodes',
    });
  }
  const chain = (template: Template, which: 'data' | 'simulation', name: string): Chain => {
    const own = name in template.variations ? name : 'nominal';
    const key = `${which} ${own}`;
    const known = chains.get(key) ?? makeChain(template, own, chains.get(`${which} nominal`));
    chains.set(key, known);
    return known;
  };
  return ['nominal', ...names(replicaNames), ...names(systematicNames)].map((name) => ({
    name: name === 'nominal' ? '' : name,
    data: chain(data, 'data', name),
    simulation: simulation && chain(simulation, 'simulation', name),
  }));
}

/**
 * Draws variables from a template for each row, given its kinematics. A row's random numbers depend on the key and its number
 * alone; all variations use the same ones, so that their differences are the template's.
 */
export const resampler = (template: Template, options: ApplyOptions): Applier => applier(template, undefined, options);

/**
 * Turns variables distributed as `simulation` into variables distributed as `data`: u = F_sim(x | k), x' = F_data⁻¹(u | k),
 * variable after variable, each given those before it. Ranks at fixed kinematics are kept, and with them the
 * correlations with everything else that belongs to the row. Inside an atom u is drawn.
 */
export const transformer = (simulation: Template, data: Template, options: ApplyOptions): Applier =>
  applier(data, simulation, options);

function applier(data: Template, simulation: Template | undefined, options: ApplyOptions): Applier {
  const variations = variationsOf(data, simulation);
  const replicas = variations.filter((v) => v.name.startsWith('stat'));
  const systematics = variations.filter((v) => v.name.startsWith('syst_'));
  const banded = replicas.length + systematics.length > 0;
  const names = data.variables.map(({ name }) => `${fileName(name)}_${options.suffix}`);
  const column = (name: string, v: Variation): string => (v.name ? `${name}_${v.name}` : name);
  const columns = names.flatMap((name) => [
    ...variations.map((v) => column(name, v)),
    ...(banded ? [`${name}_up`, `${name}_down`] : []),
  ]);
  const outside = options.outside ?? 'pass';
  const count = data.variables.length;
  const x = new Float64Array(count);
  const u = new Float64Array(count);
  const random = new Float64Array(count);
  const target = new Float64Array(count);
  return {
    columns,
    apply(block, counts) {
      const { rows } = block;
      const on = placeBlock(data, block.given, rows, outside);
      const from = simulation && placeBlock(simulation, block.given, rows, outside);
      const flag = mergeFlags(on, from, block.variables, simulation?.variables);
      const draws = names.map((_, j) => rowUniforms(options.key.split('draw', j), block.first, rows, block.identity));
      const out = variations.map(() => names.map(() => new Float64Array(rows)));
      const [nominal] = variations;
      const standing = newStanding(nominal.data);
      const values = newValues(nominal.data);
      for (let row = 0; row < rows; row++) {
        const usable = flag[row] === ROW_FLAG.done || flag[row] === ROW_FLAG.clamped;
        if (block.variables) for (let j = 0; j < count; j++) x[j] = block.variables[j][row];
        else x.fill(NaN);
        for (let j = 0; j < count; j++) random[j] = draws[j][row];
        if (usable) {
          if (nominal.simulation && from) {
            standRow(from, row, standing);
            placeValues(nominal.simulation, standing, x, values);
          }
          standRow(on, row, standing);
          surround(nominal.data, 0, standing);
        }
        for (let v = 0; v < variations.length; v++) {
          const { data: to, simulation: of } = variations[v];
          const ranked = usable && (!of || sharesOf(of, values, random, u));
          const made = ranked && valuesOf(to, standing, of ? u : random, target);
          if (!made && usable && v === 0) flag[row] = ROW_FLAG.empty;
          const lost = v === 0 || !(flag[row] === ROW_FLAG.done || flag[row] === ROW_FLAG.clamped);
          for (let j = 0; j < count; j++) {
            // A variation without events there says nothing against the nominal value.
            const fallback = lost ? (outside === 'nan' ? NaN : x[j]) : out[0][j][row];
            out[v][j][row] = made ? target[j] : fallback;
          }
        }
      }
      tally(counts, flag);
      const added: Record<string, Float64Array | Uint8Array> = {};
      names.forEach((name, j) => {
        variations.forEach((v, i) => (added[column(name, v)] = out[i][j]));
        if (banded) {
          const of = (list: readonly Variation[]) => list.map((v) => out[variations.indexOf(v)][j]);
          const { up, down } = rowBand(out[0][j], of(replicas), of(systematics), data.variables[j]);
          added[`${name}_up`] = up;
          added[`${name}_down`] = down;
        }
      });
      added['pidstat'] = on.statistics;
      if (from) added['mcstat'] = from.statistics;
      added['pidflag'] = flag;
      return added;
    },
  };
}

/** A column name of an expression. */
export const fileName = (name: string): string => name.replace(/[^A-Za-z0-9_]+/g, '_').replace(/^_+|_+$/g, '') || 'x';

/** The more serious of the two templates' flags; variables that a transform cannot take have one of their own. */
function mergeFlags(
  on: PlacedBlock,
  from: PlacedBlock | undefined,
  variables: readonly Float64Array[] | undefined,
  axes: readonly GridAxis[] | undefined,
): Uint8Array {
  const flag = on.flag.slice();
  const severe = (a: number, b: number): number => {
    const order = [ROW_FLAG.missing, ROW_FLAG.outside, ROW_FLAG.clamped] as readonly number[];
    return order.find((f) => f === a || f === b) ?? 0;
  };
  if (from) for (let i = 0; i < flag.length; i++) if (flag[i] !== from.flag[i]) flag[i] = severe(flag[i], from.flag[i]);
  axes?.forEach((axis, j) => {
    const values = (variables as readonly Float64Array[])[j];
    for (let i = 0; i < flag.length; i++) {
      const taken = flag[i] === ROW_FLAG.done || flag[i] === ROW_FLAG.clamped;
      if (taken && atomOf(axis, values[i]) < 0 && Number.isNaN(coordinate(axis, values[i])))
        flag[i] = ROW_FLAG.unusable;
    }
  });
  return flag;
}

function tally(counts: ApplyCounts, flag: Uint8Array): void {
  counts.rows += flag.length;
  const names = ['done', 'outside', 'missing', 'empty', 'unusable', 'clamped'] as const;
  for (const f of flag) counts[names[f]]++;
}
