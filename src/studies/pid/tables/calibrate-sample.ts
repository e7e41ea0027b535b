import { userError } from '../../../base/error.js';
import { didYouMean } from '../../../base/near.js';
import { printName } from '../../../events/expression/print.js';
import type { EventTable } from '../../../events/store.js';
import type { NewColumns } from '../../../events/write-job.js';
import {
  eventEfficiencies,
  sharedSources,
  type CalibrationTable,
  type Correlations,
  type EventEfficiencies,
  type TableCorrelation,
  type TrackColumn,
} from '../../../hist/calibrate.js';
import { MeanOfEvents, type MeanEfficiency } from '../../../hist/mean-of-events.js';
import type { Closed } from '../../../hist/cell-counts.js';
import { band } from '../../../hist/estimate.js';
import { binOf } from '../../../hist/find-cell.js';
import type { RateTable } from '../../../hist/weight-table.js';

/** A track of every event, and the table that it is looked up in. */
export interface CalibratedTrack {
  /** Column prefix: `Bach` finds `Bach_P` for the axis `P`; an axis without such a column is one of the event, `nTracks`. */
  readonly prefix: string;
  readonly rates: Pick<RateTable, 'axes' | 'cells'>;
}

export interface CalibrateRequest {
  readonly table: EventTable;
  readonly tracks: readonly CalibratedTrack[];
  /** Column or expression for an axis, where it is called otherwise: `{ P: 'TRACK_P' }`. */
  readonly columns?: Readonly<Record<string, string>> | undefined;
  readonly closed?: Closed | undefined;
  /** Events of the means; all are written. */
  readonly select?: string | undefined;
  /** What an event of the means counts; 1 unless told. */
  readonly weight?: string | undefined;
  /** Tracks in one bin share its error (default), or do not, as PIDCalib2 has it. */
  readonly errors?: 'shared' | 'independent' | undefined;
  /** How the errors of two different tables go together; absent: independent. */
  readonly correlation?:
    ((a: CalibratedTrack['rates'], b: CalibratedTrack['rates']) => TableCorrelation | undefined) | undefined;
  /** What is written where there is no efficiency: NaN, or a number such as −999. */
  readonly missing?: number | undefined;
  /** File to write: all columns, and the new ones. */
  readonly output?: string | undefined;
}

/** Why a track has no efficiency. */
export const FLAGS = { fine: 0, outOfRange: 1, notMeasured: 2, negative: 3 } as const;

export interface Calibrated extends MeanEfficiency {
  readonly rows: number;
  /** Per track: its own mean over the events selected, weighted as theirs is, and how many have no efficiency for each reason. */
  readonly tracks: readonly {
    readonly prefix: string;
    readonly mean: number;
    readonly outOfRange: number;
    readonly notMeasured: number;
    readonly negative: number;
  }[];
  readonly columns: readonly string[];
}

/**
 * The efficiency of every track and event of a sample, looked up in tables; their mean with its errors by source. New
 * columns: `{prefix}_PIDCalibBin` (cell of the table, C order, −1 outside), `{prefix}_{axis}_PIDCalibBin`,
 * `{prefix}_PIDCalibEff`, `{prefix}_PIDCalibErr`, `{prefix}_PIDCalibFlag` (0 fine, 1 out of range, 2 not measured,
 * 3 negative efficiency), `PIDCalibEff`, `PIDCalibErr`; where tables have systematics, `PIDCalibEff_up` and
 * `PIDCalibEff_down` hold the 68 % band of all sources.
 *
 * @throws userError `pid.axis` where a track has no column for an axis, `events.weights` for a weight of the means that is not finite
 */
export async function calibrateSample(request: CalibrateRequest): Promise<Calibrated> {
  const { table, tracks } = request;
  const names = new Set(table.columns.map((c) => c.name));
  const expressions: Record<string, string> = {};
  const nameOf = (text: string): string => {
    expressions[text] = text;
    return text;
  };
  const looked = tracks.map(({ prefix, rates }) => ({
    prefix,
    rates,
    lookup: { rates: rates.cells.map((c) => c.rate) },
    axes: rates.axes.map(({ column, edges }) => ({
      column,
      edges,
      value: nameOf(valueOf(prefix, column, names, request)),
    })),
  }));
  // Tracks of one table share its cells, and so their errors.
  looked.forEach((track, t) => {
    const same = tracks.findIndex((other) => other.rates === track.rates);
    track.lookup = looked[Math.min(same, t)].lookup;
  });
  if (request.weight !== undefined) nameOf(request.weight);
  const selected = request.select?.trim() ? `(${request.select}) ? 1 : 0` : undefined;
  if (selected !== undefined) expressions[selected] = selected;
  const tables = [...new Set(looked.map((t) => t.lookup))];
  const wide = sharedSources(tables).length > 0;
  const { correlation } = request;
  const ratesOf = new Map<CalibrationTable, CalibratedTrack['rates']>(looked.map((t) => [t.lookup, t.rates]));
  const correlations: Correlations | undefined =
    correlation &&
    ((a, b) => {
      const [one, other] = [ratesOf.get(a), ratesOf.get(b)];
      return one && other && correlation(one, other);
    });
  const mean = new MeanOfEvents(tables, correlations);
  const tallies = looked.map(({ prefix }) => ({ prefix, sum: 0, sumw: 0, outOfRange: 0, notMeasured: 0, negative: 0 }));
  let rows = 0;
  let written: string[] = [];

  const block = (values: Readonly<Record<string, Float64Array>>): NewColumns => {
    const n = Object.values(values)[0]?.length ?? 0;
    const columns: Record<string, NewColumns[string]> = {};
    const used = selected === undefined ? undefined : values[selected];
    const weights = request.weight === undefined ? undefined : values[request.weight];
    const keep = (e: number): boolean => used === undefined || used[e] === 1;
    const bad = weights?.findIndex((w, e) => keep(e) && !Number.isFinite(w)) ?? -1;
    if (bad >= 0) throw notFinite(request, rows + bad, weights?.[bad]);
    const found = looked.map(({ prefix, axes, lookup }, t): TrackColumn => {
      const cells = new Int32Array(n);
      const bins = axes.map(() => new Int32Array(n));
      const flag = new Uint8Array(n);
      for (let e = 0; e < n; e++) {
        let cell = 0;
        axes.forEach(({ edges, value }, a) => {
          bins[a][e] = binOf(edges, values[value][e], request.closed);
          cell = cell < 0 || bins[a][e] < 0 ? -1 : cell * (edges.length - 1) + bins[a][e];
        });
        cells[e] = cell;
        const rate = cell < 0 ? NaN : lookup.rates[cell].value;
        flag[e] =
          cell < 0
            ? FLAGS.outOfRange
            : !Number.isFinite(rate)
              ? FLAGS.notMeasured
              : rate < 0
                ? FLAGS.negative
                : FLAGS.fine;
        if (!keep(e)) continue;
        const own = tallies[t];
        const w = weights ? weights[e] : 1;
        if (flag[e] === FLAGS.fine) [own.sum, own.sumw] = [own.sum + w * rate, own.sumw + w];
        else if (flag[e] === FLAGS.outOfRange) own.outOfRange++;
        else if (flag[e] === FLAGS.notMeasured) own.notMeasured++;
        else own.negative++;
      }
      axes.forEach(({ column }, a) => (columns[`${prefix}_${column}_PIDCalibBin`] = bins[a]));
      columns[`${prefix}_PIDCalibBin`] = cells;
      columns[`${prefix}_PIDCalibFlag`] = flag;
      return { table: lookup, cells };
    });
    const events = eventEfficiencies(found, request.errors ?? 'shared', correlations);
    mean.add(found, events, { weights, keep });
    looked.forEach(({ prefix }, t) => {
      columns[`${prefix}_PIDCalibEff`] = filled(events.tracks[t].efficiency, request.missing);
      columns[`${prefix}_PIDCalibErr`] = filled(events.tracks[t].error, request.missing);
    });
    columns['PIDCalibEff'] = filled(events.efficiency, request.missing);
    columns['PIDCalibErr'] = filled(events.up, request.missing);
    if (wide) Object.assign(columns, bandsOf(found, events, request.missing));
    rows += n;
    written = Object.keys(columns);
    return columns;
  };

  if (request.output !== undefined) await table.writeWith(request.output, expressions, block);
  else for await (const values of table.scan(expressions, { lenient: true })) block(values);
  return {
    ...mean.result(),
    rows,
    columns: written,
    tracks: tallies.map(({ sum, sumw, ...rest }) => ({ ...rest, mean: sum / sumw })),
  };
}

const notFinite = ({ weight, table }: CalibrateRequest, row: number, value: number | undefined): Error =>
  userError({
    code: 'events.weights',
    message: `the weight "${weight}" is ${value} in row ${row} of ${table.files[0]}`,
    path: 'weight',
    got: weight,
    expected: 'a finite weight of every event in the mean',
    hint: `leave those events out: --select "isfinite(${weight})"`,
  });

/** The expression that holds the value of an axis for a track. */
function valueOf(prefix: string, column: string, names: ReadonlySet<string>, request: CalibrateRequest): string {
  const suffix = request.columns?.[column] ?? column;
  const own = `${prefix}_${suffix}`;
  if (names.has(own)) return printName(own);
  if (names.has(suffix)) return printName(suffix);
  if (request.columns?.[column] !== undefined) {
    request.table.check(suffix, `columns.${column}`);
    return suffix;
  }
  throw userError({
    code: 'pid.axis',
    message: `no column "${own}" and no column "${suffix}" for the axis "${column}" of the table`,
    path: request.table.files[0],
    expected: `a column of the track or of the event`,
    hint: didYouMean(own, names) ?? `say which it is: --column ${column}=NAME`,
  });
}

const filled = (values: Float64Array, missing: number | undefined): Float64Array =>
  missing === undefined ? values : values.map((v) => (Number.isNaN(v) ? missing : v));

/** The 68 % band of every event: statistics as they are, each shared source moving all tracks of an event at once. */
function bandsOf(tracks: readonly TrackColumn[], events: EventEfficiencies, missing: number | undefined): NewColumns {
  const names = sharedSources(tracks.map((t) => t.table));
  const [up, down] = [events.efficiency.slice(), events.efficiency.slice()];
  for (let e = 0; e < up.length; e++) {
    const value = events.efficiency[e];
    if (Number.isNaN(value)) continue;
    const sources: Record<string, { up: number; down: number }> = { stat: { up: events.up[e], down: -events.down[e] } };
    for (const name of names) {
      let [high, low] = [1, 1];
      for (const { table, cells } of tracks) {
        const rate = table.rates[cells[e]];
        const shift = rate.sources[name] as { up: number; down: number } | undefined;
        high *= rate.value + (shift?.up ?? 0);
        low *= rate.value + (shift?.down ?? 0);
      }
      sources[name] = { up: high - value, down: low - value };
    }
    const ends = band({ value, sources });
    up[e] = value + ends.up;
    down[e] = value - ends.down;
  }
  return { PIDCalibEff_up: filled(up, missing), PIDCalibEff_down: filled(down, missing) };
}
