import { z } from 'zod';
import { userError } from '../../base/error.js';
import type { WeightCell, WeightTable } from '../../hist/weight-table.js';
import { particleOfPdg } from '../../physics/particles.js';
import { nextDown, nextUp } from '../../stats/ulp.js';
import { estimateOf, hole, isMeasured, NOT_MEASURED, rateCell, statBand, systBand } from './estimates.js';
import { binsOf, gridOf } from './grid.js';
import { columnStem, isFakeRate, tableName } from './names.js';

/*
 * What basf2's ParticleWeightingLookUpCreator takes, as JSON: N-dimensional bins [low, high) with axes sorted by name, an ID for
 * each, a map of names to numbers for each ID, and one for all that lies outside (ID −1). The module's parameters are made of
 * `tableIDSpec` entries ((weights, bin), id) and of `outOfRangeWeight`.
 *
 * datamc's bins are right-closed. (low, high] of doubles is [nextUp(low), nextUp(high)), which is what is written: every
 * value finds the same bin in both.
 */

const weights = z.record(z.string(), z.number());
const lookUp = z.strictObject({
  outOfRange: z.strictObject({ id: z.literal(-1), weights }),
  bins: z.array(
    z.strictObject({
      id: z.int(),
      bin: z.record(z.string(), z.tuple([z.number(), z.number()])),
      weights,
    }),
  ),
});
const payloadSchema = z.strictObject({
  format: z.literal('ParticleWeighting'),
  name: z.string(),
  iov: z.strictObject({ experimentLow: z.int(), runLow: z.int(), experimentHigh: z.int(), runHigh: z.int() }),
  PDG: z.int(),
  mcPDG: z.int(),
  variable: z.string(),
  threshold: z.number().nullable(),
  workingPoint: z.string().optional(),
  cut: z.string(),
  precut: z.string(),
  axes: z.array(z.string()),
  closed: z.literal('left'),
  identified: lookUp.optional(),
  notIdentified: lookUp.optional(),
});

export type ParticleWeightingPayload = z.infer<typeof payloadSchema>;
export type LookUp = z.infer<typeof lookUp>;

export interface PayloadOptions {
  /** After "ParticleReweighting:"; `lidPayloadName` names lepton tables as Belle did. Found from the table by default. */
  readonly name?: string | undefined;
  /** First and last experiment and run; the last ones −1: without end. */
  readonly iov?: Partial<ParticleWeightingPayload['iov']> | undefined;
  /** What a candidate outside all bins gets; a weight of 1 without errors by default. */
  readonly outOfRange?: Readonly<Record<string, number>> | undefined;
}

/** Names of lepton-identification payloads: `BelleLIDe_0.90`. */
export const lidPayloadName = (table: Pick<WeightTable, 'reco' | 'threshold'>): string =>
  `BelleLID${table.reco.name}_${table.threshold.toFixed(2)}`;

const defaultName = (table: WeightTable): string =>
  [11, 13].includes(table.reco.pdg) && !isFakeRate(table) && table.precut === '' && Number.isFinite(table.threshold)
    ? lidPayloadName(table)
    : tableName({ ...table, side: 'identified' });

/**
 * The payload of a table, with the one of candidates that fail the cut beside it. Weights: `Weight`, `StatErr` and `SystErr` (the
 * larger of up and down), each of them up and down as well, and `CovarianceIndex`, the bin's place in the table (from 0).
 *
 * @throws userError `payload.side` where the second table is about something else
 */
export function toParticleWeighting(
  table: WeightTable,
  notIdentified?: WeightTable,
  options: PayloadOptions = {},
): ParticleWeightingPayload {
  const about = (t: WeightTable) => JSON.stringify([t.reco.pdg, t.truth.pdg, t.cut, t.precut]);
  if (notIdentified && about(notIdentified) !== about(table))
    throw userError({
      code: 'payload.side',
      message: 'the two tables of a payload are about different things',
      got: tableName(notIdentified),
      expected: tableName({ ...table, side: 'notIdentified' }),
    });
  const { iov } = options;
  return {
    format: 'ParticleWeighting',
    name: `ParticleReweighting:${options.name ?? defaultName(table)}`,
    iov: { experimentLow: 0, runLow: 0, experimentHigh: -1, runHigh: -1, ...iov },
    PDG: table.reco.pdg,
    mcPDG: table.truth.pdg,
    variable: table.variable,
    threshold: Number.isNaN(table.threshold) ? null : table.threshold,
    ...(table.workingPoint === undefined ? {} : { workingPoint: table.workingPoint }),
    cut: table.cut,
    precut: table.precut,
    axes: table.axes.map((a) => columnStem(a.column)).sort(),
    closed: 'left',
    [table.side]: lookUpOf(table, options.outOfRange),
    ...(notIdentified ? { [notIdentified.side]: lookUpOf(notIdentified, options.outOfRange) } : {}),
  };
}

function lookUpOf(table: WeightTable, outOfRange: PayloadOptions['outOfRange']): LookUp {
  const names = table.axes.map((a) => columnStem(a.column));
  const order = names.map((_, i) => i).sort((a, b) => (names[a] < names[b] ? -1 : 1));
  const bins = binsOf(table.axes).flatMap((bounds, cell) => {
    const { ratio } = table.cells[cell];
    if (!isMeasured(ratio)) return [];
    const [stat, syst] = [statBand(ratio), systBand(ratio)];
    return [
      {
        id: cell + 1,
        bin: Object.fromEntries(
          order.map((a): [string, [number, number]] => [names[a], [toLeft(bounds[a][0]), toLeft(bounds[a][1])]]),
        ),
        weights: {
          Weight: ratio.value,
          StatErr: Math.max(stat.up, stat.down),
          SystErr: Math.max(syst.up, syst.down),
          StatErrUp: stat.up,
          StatErrDown: stat.down,
          SystErrUp: syst.up,
          SystErrDown: syst.down,
          CovarianceIndex: cell,
        },
      },
    ];
  });
  return { outOfRange: { id: -1, weights: { Weight: 1, StatErr: 0, SystErr: 0, ...outOfRange } }, bins };
}

/** The edge of a left-closed bin for that of a right-closed one; JSON has no infinity. */
const toLeft = (edge: number): number => (edge === Infinity ? Number.MAX_VALUE : nextUp(edge));
const fromLeft = (edge: number): number => (edge === Number.MAX_VALUE ? Infinity : nextDown(edge));

/** Weight tables of a payload, and the weight outside their bins. Axes come sorted by name, as the payload has them. */
export function fromParticleWeighting(value: unknown, path?: string): { tables: WeightTable[]; outOfRange: number[] } {
  const parsed = payloadSchema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw userError({
      code: 'payload.schema',
      message: `not a ParticleWeighting payload: ${issue.message}`,
      path: [path, issue.path.join('.')].filter(Boolean).join(': '),
    });
  }
  const payload = parsed.data;
  const sides = (['identified', 'notIdentified'] as const).flatMap((side) => {
    const found = payload[side];
    return found ? [{ side, found }] : [];
  });
  return {
    tables: sides.map(({ side, found }) => tableOf(payload, side, found, path)),
    outOfRange: sides.map(({ found }) => found.outOfRange.weights['Weight'] ?? NaN),
  };
}

function tableOf(
  payload: ParticleWeightingPayload,
  side: WeightTable['side'],
  { bins }: LookUp,
  path: string | undefined,
): WeightTable {
  const rows = bins.map(({ bin, id }) => ({
    line: id,
    bounds: payload.axes.map((axis): [number, number] => {
      if (Object.hasOwn(bin, axis)) return [fromLeft(bin[axis][0]), fromLeft(bin[axis][1])];
      throw userError({ code: 'payload.axis', message: `bin ${id} has no range of "${axis}"`, path });
    }),
  }));
  const grid = gridOf(payload.axes, rows, path);
  return {
    axes: grid.axes,
    reco: particleOfPdg(payload.PDG),
    truth: particleOfPdg(payload.mcPDG),
    variable: payload.variable,
    threshold: payload.threshold ?? NaN,
    ...(payload.workingPoint === undefined ? {} : { workingPoint: payload.workingPoint }),
    cut: payload.cut,
    precut: payload.precut,
    side,
    cells: Array.from(grid.rowOf, (r): WeightCell => {
      if (r < 0) return hole();
      const w = bins[r].weights;
      const both = (name: string) => ({ up: w[`${name}Up`] ?? w[name] ?? 0, down: w[`${name}Down`] ?? w[name] ?? 0 });
      return {
        ratio: estimateOf(w['Weight'] ?? NaN, both('StatErr'), both('SystErr')),
        data: rateCell(NOT_MEASURED),
        simulation: rateCell(NOT_MEASURED),
        flags: [],
      };
    }),
  };
}
