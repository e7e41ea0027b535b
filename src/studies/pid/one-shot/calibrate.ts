import { readFile } from 'node:fs/promises';
import type { JsonObject } from '../../../base/json.js';
import { userError } from '../../../base/error.js';
import { didYouMean } from '../../../base/near.js';
import { withTemporaryStore } from '../../../events/temporary-store.js';
import { fromEffHists } from '../../../formats/tables/eff-hists.js';
import { fromRateTablesJson } from '../../../formats/tables/rate-tables-json.js';
import { readWeightTables } from '../../../formats/tables/read-tables.js';
import { fromTableCsv } from '../../../formats/tables/table-csv.js';
import { weightTableKind } from '../../../formats/tables/table-kind.js';
import { band } from '../../../hist/estimate.js';
import type { Closed } from '../../../hist/cell-counts.js';
import type { RateTable } from '../../../hist/weight-table.js';
import {
  calibrateSample,
  type Calibrated,
  type CalibratedTrack,
  type CalibrateRequest,
} from '../tables/calibrate-sample.js';
import { openFiles, type FileOptions } from './open-files.js';
import { pairsOfTables, type CorrelationOptions } from './track-correlations.js';

/** A track by its column prefix, and where its efficiencies are. */
export interface TrackOptions {
  readonly prefix: string;
  /**
   * `tables.json` of `efficiency-table`, a CSV table, a weight table of Belle II as a study writes it, or histograms `passing` and
   * `total` in UHI JSON (PIDCalib2's).
   */
  readonly file: string;
  /** Which table of `tables.json`: the true particle and the cut. Needed where it holds several. */
  readonly particle?: string | undefined;
  readonly cut?: string | undefined;
  readonly precut?: string | undefined;
  /** That of the data where the file has several samples. */
  readonly sample?: string | undefined;
}

export interface CalibrateOptions extends FileOptions {
  readonly files: readonly string[];
  readonly tree?: string | undefined;
  readonly tracks: readonly TrackOptions[];
  /** Axis of the tables → column, where the two are called differently. */
  readonly columns?: Readonly<Record<string, string>> | undefined;
  readonly select?: string | undefined;
  readonly weight?: string | undefined;
  readonly closed?: Closed | undefined;
  readonly errors?: 'shared' | 'independent' | undefined;
  /** How the errors of tables go together that do not tell; by pairs of tracks also those that do. */
  readonly correlation?: CorrelationOptions | undefined;
  /** Written where there is no efficiency: NaN by default. */
  readonly missing?: number | undefined;
  /** File with all columns and the new ones. */
  readonly out?: string | undefined;
}

/**
 * The efficiency that a sample would have in data, from tables: per track, per event and on average, with errors that know
 * which events share a bin: `datamc pid calibrate`. Tables of several cuts on the same candidates go together as their file
 * tells; of others it is said that they are taken for independent, unless `correlation` says more.
 *
 * @throws userError `pid.track` where a table does not say which of several is meant, `pid.axis` where a column is missing
 * @example
 * await calibrate({ files: ['mc.root'], tracks: [{ prefix: 'Bach', file: 'tables/tables.json', particle: 'K', cut: 'DLLK > 4' }],
 *   out: 'mc-calibrated.parquet' });
 */
export async function calibrate(
  options: CalibrateOptions,
): Promise<{ readonly calibrated: Calibrated; readonly result: JsonObject }> {
  const { tree, warn, columns, select, weight, closed, errors, missing } = options;
  const prefixes = options.tracks.map((track) => track.prefix);
  const twice = prefixes.find((prefix, i) => prefixes.indexOf(prefix) !== i);
  if (twice !== undefined)
    throw userError({
      code: 'pid.track',
      message: `the track "${twice}" is there twice`,
      path: '--track',
      got: twice,
      hint: 'one table for each track of an event',
    });
  // One table is one object, however it is named: tracks that share it share its errors.
  const files = new Map<string, Promise<readonly RateTable[] | CalibratedTrack['rates']>>();
  const tracks: (CalibratedTrack & { readonly file: string })[] = [];
  for (const track of options.tracks) {
    const content = files.get(track.file) ?? readRates(track);
    files.set(track.file, content);
    tracks.push({ prefix: track.prefix, file: track.file, rates: chosen(track, await content) });
  }
  const axes = [...new Set(tracks.flatMap(({ rates }) => rates.axes.map((axis) => axis.column)))];
  for (const name of Object.keys(columns ?? {}))
    if (!axes.includes(name))
      throw userError({
        code: 'pid.axis',
        message: `the tables have no axis "${name}"`,
        path: '--column',
        got: name,
        expected: axes.join(', '),
        hint: didYouMean(name, axes),
      });
  const pairs = pairsOfTables(tracks, options.correlation ?? {}, warn);
  const byPrefix = new Map(tracks.map((t) => [t.prefix, t.rates]));
  const correlation: CalibrateRequest['correlation'] = (a, b) =>
    pairs.find(({ tracks: both }) => {
      const [one, other] = both.map((prefix) => byPrefix.get(prefix));
      return (one === a && other === b) || (one === b && other === a);
    })?.correlation;
  const calibrated = await withTemporaryStore(options.jobs, async (store) => {
    const table = await openFiles(store, { files: options.files, tree }, options, 'FILE');
    if (weight !== undefined) table.check(weight, '--weight');
    if (select?.trim()) {
      table.check(select, '--select', 'condition');
      if ((await table.count(select)) === 0)
        throw userError({
          code: 'pid.nothing-left',
          message: `no event of ${table.files[0]} is left`,
          path: '--select',
          got: select,
          hint: 'loosen the cut, or look at the values: datamc inspect',
        });
    }
    return calibrateSample({
      ...{ table, tracks, columns, select, weight, closed, errors, missing, correlation },
      output: options.out,
    });
  });
  for (const { prefix, outOfRange, notMeasured, negative } of calibrated.tracks) {
    if (outOfRange) warn?.(`${prefix}: outside the bins of its table`, outOfRange);
    if (notMeasured) warn?.(`${prefix}: in a bin without a measured efficiency`, notMeasured);
    if (negative) warn?.(`${prefix}: in a bin of negative efficiency`, negative);
  }
  const { mean, sampleError, meanError, used, unused, rows, tracks: told } = calibrated;
  const ends = band(mean);
  const result = {
    efficiency: { value: number(mean.value), up: number(ends.up), down: number(ends.down) },
    sources: Object.fromEntries(
      Object.entries(mean.sources).map(([name, s]) => [name, { up: number(s.up), down: number(s.down) }]),
    ),
    sampleError: number(sampleError),
    meanError: number(meanError),
    events: { rows, used, unused },
    tracks: Object.fromEntries(told.map(({ prefix, ...t }) => [prefix, { ...t, mean: number(t.mean) }])),
    correlations: pairs.map(({ tracks: both, how, correlation: by }) => ({
      tracks: [...both],
      how,
      mean: by === undefined ? 0 : 'all' in by ? by.all : meanOf(by.cells),
    })),
    columns: calibrated.columns,
    files: options.out === undefined ? [] : [options.out],
  };
  return { calibrated, result };
}

const meanOf = (values: ArrayLike<number>): number => Array.from(values).reduce((a, b) => a + b, 0) / values.length;
const number = (v: number): number | null => (Number.isFinite(v) ? v : null);

/** All tables of `tables.json`, those of both samples in a weight table of Belle II, or the one of a CSV file or of histograms. */
async function readRates({ prefix, file }: TrackOptions): Promise<readonly RateTable[] | CalibratedTrack['rates']> {
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw userError(
      {
        code: 'pid.table-file',
        message: `cannot read the table "${file}"`,
        path: `--track ${prefix}`,
        expected: 'tables.json of datamc pid efficiency-table, or a table in CSV',
        hint: 'datamc pid efficiency-table … --out DIR writes DIR/tables.json',
      },
      { cause: error },
    );
  });
  if ((await weightTableKind(file)) === 'belle2') return ratesOfWeights(file, prefix);
  if (!text.trimStart().startsWith('{')) {
    const { axes, cells } = fromTableCsv(text, { path: file });
    const missing = { passed: NaN, tried: NaN, entries: NaN, flags: [], method: 'table' };
    return { axes, cells: cells.map((rate) => ({ ...missing, rate })) };
  }
  const hists = text.includes('"uhi_schema"') ? (JSON.parse(text) as Record<string, unknown>) : undefined;
  return hists ? fromEffHists(hists, file) : fromRateTablesJson(text, file);
}

/** The efficiencies that weight tables hold beside their ratios. @throws userError where they hold none */
async function ratesOfWeights(file: string, prefix: string): Promise<RateTable[]> {
  const read = (await readWeightTables(file)).filter(({ table }) => table.side === 'identified');
  const tables = (['data', 'simulation'] as const).flatMap((sample) =>
    read.map(({ table }): RateTable => ({ ...table, sample, cells: table.cells.map((cell) => cell[sample]) })),
  );
  const known = tables.filter((t) => t.cells.some(({ rate }) => Number.isFinite(rate.value)));
  if (known.length > 0) return known;
  throw userError({
    code: 'pid.table-file',
    message: `the weight table "${file}" holds no efficiencies`,
    path: `--track ${prefix}`,
    expected: 'columns data_efficiency, or tables.json of datamc pid efficiency-table',
  });
}

/** The table that a track means. */
function chosen(
  { prefix, file, particle, cut, precut, sample }: TrackOptions,
  content: readonly RateTable[] | CalibratedTrack['rates'],
): CalibratedTrack['rates'] {
  if ('axes' in content) return content;
  const all = content;
  const fitting = all.filter(
    (t) =>
      (particle === undefined || isParticle(t, particle)) &&
      (cut === undefined || bare(t.cut) === bare(cut)) &&
      (precut === undefined || bare(t.precut) === bare(precut)) &&
      (sample === undefined || t.sample === sample),
  );
  const data = fitting.filter((t) => t.sample === 'data');
  const found = fitting.length > 1 && sample === undefined && data.length > 0 ? data : fitting;
  if (found.length === 1) return found[0];
  const wanted = [particle, cut, precut, sample].filter((t) => t !== undefined).join(', ');
  throw userError({
    code: 'pid.track',
    message:
      found.length === 0
        ? `${file} has no table for ${wanted || 'this track'}`
        : `${found.length} tables of ${file} fit ${wanted || 'this track'}`,
    path: `--track ${prefix}`,
    got: wanted || undefined,
    expected: all
      .map((t) => `${t.truth.name}, ${t.cut}${t.precut ? ` among ${t.precut}` : ''}, ${t.sample}`)
      .join('; '),
    hint: `name one: --track "${prefix}=${all[0]?.truth.name ?? 'K'},${all[0]?.cut ?? 'cut'}"`,
  });
}

const bare = (text: string): string => text.replace(/\s+/g, '');
const isParticle = ({ truth }: RateTable, name: string): boolean => truth.name.toLowerCase() === name.toLowerCase();
