import { concatenate } from '../base/concatenate.js';
import { userError } from '../base/error.js';
import type { EventTable } from '../events/store.js';
import { seedKey, uniformsFrom } from '../stats/key.js';
import { buildTemplate, fillBlock, newFilling, type Filling } from './build.js';
import { axisOptions, type AxisSpec, type DensitySpec } from './density-spec.js';
import { placesOn } from './fill-grid.js';
import { makeAxis, valueAt, coordinate, type GridAxis } from './grid-axis.js';
import { flattenAxis } from './smooth-histogram.js';
import type { Template } from './template.js';

/** Columns of a block of events: `g0` … given, `v0` … variables, `w` the weight, `s:NAME` other weights. */
export type EventBlock = Readonly<Record<string, Float64Array>>;
export type Blocks = () => AsyncIterable<EventBlock>;

/** Events that a flow learns from: continuous in every variable, in normalised units. */
export interface FlowEvents {
  readonly given: readonly Float64Array[];
  readonly variables: readonly Float64Array[];
  readonly weights: Float64Array;
  readonly systematics: Readonly<Record<string, Float64Array>>;
}

export interface FromBlocksOptions {
  /** Names of the systematic weights, as in the blocks. */
  readonly systematics?: readonly string[] | undefined;
  /** Axes of another template, such as the data's for simulation, instead of the events' own. */
  readonly axes?: Pick<Template, 'given' | 'variables'> | undefined;
  /** Keep so many events for a flow. */
  readonly keep?: number | undefined;
  readonly progress?: ((rows: number) => void) | undefined;
}

/** Rows that axes are found from; where there are more, evenly chosen ones. */
const SAMPLE = 1_000_000;

/**
 * A template from events that come in blocks, twice: the first time every so many rows place the axes, the second time all
 * rows are filled. Memory is the grid's, not the events'.
 *
 * @throws userError `density.*`
 */
export async function templateFromBlocks(
  blocks: Blocks,
  spec: DensitySpec,
  options: FromBlocksOptions = {},
): Promise<{ template: Template; events: FlowEvents | undefined }> {
  const { systematics = [] } = options;
  checkSpec(spec);
  const axes = options.axes ? [...options.axes.given, ...options.axes.variables] : await axesOf(blocks, spec);
  const key = seedKey(spec.seed ?? 1).split('fill');
  const folds = spec.method !== 'histogram' && spec.widths === undefined ? (spec.folds ?? 5) : 0;
  const filling = newFilling(axes, systematics, folds, spec);
  const kept = options.keep ? keeper(axes, spec.given.length, systematics, options.keep) : undefined;
  let rows = 0;
  let number = 0;
  for await (const block of blocks()) {
    const columns = [...namesOf(spec)].map(([name, axis], a) =>
      axis.dither ? dithered(block[name], key.split('dither', a), rows) : block[name],
    );
    const others = Object.fromEntries(systematics.map((name) => [name, block[`s:${name}`]]));
    fillBlock(filling, columns, block['w'], others, key.split('fold', number++));
    kept?.add(columns, block['w'], others);
    rows += columns[0].length;
    options.progress?.(rows);
  }
  flatten(filling, spec);
  const template = buildTemplate(filling, {
    ...spec,
    method: spec.method === 'flow' ? 'kernel' : spec.method,
    given: spec.given.length,
    widthsFactor: spec.widthsFactor ?? 1.5,
    refinements: spec.refinements ?? 1,
    facts: { rows, ...(spec.quick ? { quick: true } : {}) },
  });
  return { template, events: kept?.events() };
}

/** The same from an event table. @param weight expression; absent: the sample's own weight has no part in it, every row counts 1 */
export function templateFromTable(
  table: EventTable,
  spec: DensitySpec,
  options: Omit<FromBlocksOptions, 'systematics'> & {
    readonly weight?: string | undefined;
    readonly systematics?: Readonly<Record<string, string>> | undefined;
    readonly where?: string | undefined;
  } = {},
): Promise<{ template: Template; events: FlowEvents | undefined }> {
  const { weight, systematics = {}, where, ...rest } = options;
  const expressions = Object.fromEntries([
    ...[...namesOf(spec)].map(([name, axis]) => [name, axis.expression ?? axis.name]),
    ['w', weight ?? '1'],
    ...Object.entries(systematics).map(([name, text]) => [`s:${name}`, text]),
  ]) as Record<string, string>;
  for (const axis of spec.given) table.check(axis.expression ?? axis.name, `given.${axis.name}`);
  for (const axis of spec.variables) table.check(axis.expression ?? axis.name, 'variables');
  if (weight !== undefined) table.check(weight, 'weight');
  for (const [name, text] of Object.entries(systematics)) table.check(text, `systematics.${name}`);
  const blocks: Blocks = () => table.scan(expressions, where === undefined ? {} : { where });
  return templateFromBlocks(blocks, spec, { ...rest, systematics: Object.keys(systematics) });
}

/** The same from columns in memory, named as in the specification. */
export function templateFromColumns(
  columns: Readonly<Record<string, Float64Array>>,
  spec: DensitySpec,
  options: FromBlocksOptions & {
    readonly weights?: Float64Array | undefined;
    readonly otherWeights?: Readonly<Record<string, Float64Array>> | undefined;
  } = {},
): Promise<{ template: Template; events: FlowEvents | undefined }> {
  const { weights, otherWeights = {}, ...rest } = options;
  const named = [...namesOf(spec)].map(([name, axis]) => [name, columns[axis.name]] as const);
  const rows = named[0][1].length;
  const block: EventBlock = Object.fromEntries([
    ...named,
    ['w', weights ?? new Float64Array(rows).fill(1)],
    ...Object.entries(otherWeights).map(([name, w]) => [`s:${name}`, w] as const),
  ]);
  const blocks: Blocks = async function* () {
    yield block;
  };
  return templateFromBlocks(blocks, spec, { ...rest, systematics: Object.keys(otherWeights) });
}

/** Names of the blocks' columns, with the axes that they are: given, then variables. */
const namesOf = (spec: DensitySpec): Map<string, AxisSpec> =>
  new Map([
    ...spec.given.map((axis, i) => [`g${i}`, axis] as const),
    ...spec.variables.map((axis, i) => [`v${i}`, axis] as const),
  ]);

function checkSpec(spec: DensitySpec): void {
  const names = [...spec.given, ...spec.variables].map((a) => a.name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (spec.variables.length === 0 || twice !== undefined || names.length > 6) {
    throw userError({
      code: 'density.axes',
      message:
        spec.variables.length === 0
          ? `the density "${spec.name}" has no variable`
          : twice === undefined
            ? `the density "${spec.name}" has ${names.length} axes`
            : `"${twice}" stands twice among the axes of "${spec.name}"`,
      expected: 'one variable or more, at most six axes, each once',
    });
  }
}

async function axesOf(blocks: Blocks, spec: DensitySpec): Promise<GridAxis[]> {
  const names = [...namesOf(spec).keys(), 'w'];
  // Columns in pieces; a block of which every row is kept is a piece as it is.
  let kept = names.map(() => [] as Float64Array[]);
  let [every, row, many] = [1, 0, 0];
  for await (const block of blocks()) {
    const rows = block[names[0]].length;
    const first = (every - (row % every)) % every;
    kept.forEach((pieces, k) => pieces.push(everyNth(block[names[k]], first, every)));
    row += rows;
    many += kept[0][kept[0].length - 1].length;
    while (many > SAMPLE) {
      every *= 2;
      kept = kept.map((pieces) => [everyNth(concatenate(pieces), 0, 2)]);
      many = kept[0][0].length;
    }
  }
  const columns = kept.map(concatenate);
  const weights = columns[columns.length - 1];
  // Weights that are all 1 need not be looked at.
  const own = weights.every((w) => w === 1) ? undefined : weights.map((w) => (Number.isFinite(w) ? w : 0));
  return [...namesOf(spec).values()].map((axis, a) =>
    makeAxis(axisOptions(spec, axis, a < spec.given.length ? 'given' : 'variable'), {
      values: axis.dither ? dithered(columns[a], seedKey(spec.seed ?? 1).split('axis', a), 0) : columns[a],
      weights: own,
    }),
  );
}

function everyNth(column: Float64Array, first: number, every: number): Float64Array {
  if (every === 1) return column.slice();
  const out = new Float64Array(Math.max(0, Math.ceil((column.length - first) / every)));
  for (let i = 0, at = first; i < out.length; i++, at += every) out[i] = column[at];
  return out;
}

function dithered(column: Float64Array, key: ReturnType<typeof seedKey>, first: number): Float64Array {
  const u = uniformsFrom(key, first, column.length);
  return column.map((v, i) => v + u[i] - 0.5);
}

function flatten({ axes, nominal, systematics }: Filling, spec: DensitySpec): void {
  if (spec.method !== 'histogram') return;
  spec.given.forEach(({ flatten: most = 1 }, a) => {
    for (const counts of [nominal, ...Object.values(systematics)]) flattenAxis(counts, axes, a, most);
  });
}

/** Keeps events for a flow, evenly chosen where there are more than it may learn from. */
function keeper(axes: readonly GridAxis[], given: number, systematics: readonly string[], most: number) {
  let kept: number[][] = Array.from({ length: axes.length + 1 + systematics.length }, () => []);
  let every = 1;
  let row = 0;
  return {
    add(columns: readonly Float64Array[], w: Float64Array, others: Readonly<Record<string, Float64Array>>): void {
      const places = axes.map((axis, a) => placesOn(axis, columns[a]));
      for (let i = 0; i < w.length; i++) {
        const usable = axes.every((axis, a) => {
          const slot = places[a].slot[i];
          return slot >= 0 && (a < given || slot < axis.nodes.length);
        });
        if (!usable || !Number.isFinite(w[i]) || row++ % every !== 0) continue;
        axes.forEach((axis, a) => kept[a].push(contextOf(axis, places[a].slot[i], columns[a][i])));
        [w, ...systematics.map((name) => others[name])].forEach((c, k) => kept[axes.length + k].push(c[i]));
      }
      while (kept[0].length > most) {
        every *= 2;
        kept = kept.map((column) => column.filter((_, i) => i % 2 === 0));
      }
    },
    events(): FlowEvents {
      const columns = kept.map((c) => Float64Array.from(c));
      return {
        given: columns.slice(0, given),
        variables: columns.slice(given, axes.length),
        weights: columns[axes.length],
        systematics: Object.fromEntries(systematics.map((name, k) => [name, columns[axes.length + 1 + k]])),
      };
    },
  };
}

/** What a flow is told of a value: its normalised place, or the number of its atom. */
export function contextOf(axis: GridAxis, slot: number, x: number): number {
  return slot >= axis.nodes.length ? slot - axis.nodes.length : coordinate(axis, x);
}

/** The same of a slot. */
export const contextOfSlot = (axis: GridAxis, slot: number): number =>
  slot >= axis.nodes.length ? slot - axis.nodes.length : coordinate(axis, valueAt(axis, axis.nodes[slot]));
