import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { JsonObject } from '../../../base/json.js';
import { makeFolder } from '../../../base/make-folder.js';
import { withTemporaryStore } from '../../../events/temporary-store.js';
import { toRateTablesJson } from '../../../formats/tables/rate-tables-json.js';
import { tableName } from '../../../formats/tables/names.js';
import { toTableCsv } from '../../../formats/tables/table-csv.js';
import type { Closed } from '../../../hist/cell-counts.js';
import type { RateMethod } from '../../../hist/rate.js';
import { particleOf } from '../../../physics/particles.js';
import { seedKey } from '../../../stats/key.js';
import { axesOf } from '../tables/axes.js';
import { drawRates } from '../tables/draw-rates.js';
import { openCandidates, warnOf, type FileSample, type Probe, type Warn } from './file-sample.js';
import { warnOfMissing } from '../tables/missing-values.js';
import { requireCandidates, requirePassing } from '../tables/nothing-left.js';
import { rateTables, type CountedTable } from '../tables/rate-tables.js';
import { uniqueNames } from './unique-names.js';
import type { TableBinning } from './read-binning.js';
import { rateResult } from '../tables/table-result.js';

/** What the commands that make tables have in common. */
export interface TableOptions {
  /** Working points, counted in one pass. */
  readonly cuts: readonly string[];
  /** Preselections; a table for each. */
  readonly precuts?: readonly string[] | undefined;
  readonly binning: TableBinning;
  /** Bins are (low, high] by default. */
  readonly closed?: Closed | undefined;
  readonly interval?: RateMethod | undefined;
  readonly replicas?: number | undefined;
  readonly seed?: number | undefined;
  /** Folder for the tables (and figures). Nothing is written without it. */
  readonly out?: string | undefined;
  readonly figures?: boolean | undefined;
  readonly jobs?: number | undefined;
  readonly watermark?: string | undefined;
  readonly warn?: Warn | undefined;
}

export interface EfficiencyTableOptions extends TableOptions {
  readonly sample: FileSample & { readonly name?: string | undefined };
  readonly probe: Probe;
  /** What the cut looks for, where it is not the probe: then the table holds fake rates. */
  readonly reco?: string | undefined;
}

export interface EfficiencyTables {
  readonly tables: readonly CountedTable[];
  readonly result: JsonObject;
}

/**
 * Efficiencies (or fake rates) of cuts in bins, of one sample: `datamc pid efficiency-table`. With `out`, a CSV for each table
 * and `tables.json`, which `calibrate` reads.
 *
 * @throws userError for unknown columns, edges that do not increase, weights that are not finite
 * @example
 * await efficiencyTable({
 *   sample: { files: ['data.parquet'], weight: 'sWeight_nominal' }, probe: { particle: 'K', prefix: 'D0_K' },
 *   cuts: ['kaonID > 0.6'], binning: { p: { edges: [0.5, 1, 2, 4] } }, out: 'tables',
 * });
 */
export async function efficiencyTable(options: EfficiencyTableOptions): Promise<EfficiencyTables> {
  const { sample, probe, cuts, precuts, closed, interval, replicas, warn } = options;
  const truth = particleOf(probe.particle, '--probe');
  const reco = options.reco === undefined ? truth : particleOf(options.reco, '--reco');
  const tables = await withTemporaryStore(options.jobs, async (store) => {
    const source = await openCandidates(store, sample, probe, 'FILE');
    const { table, weight, select } = source;
    const axes = await axesOf(options.binning, [{ table, weight, where: select }]);
    const places = { cut: '--cut', precut: '--precut', binning: '--binning' };
    const whose = `${truth.name} in ${sample.name ?? 'data'}`;
    await warnOfMissing([source], cuts, { whose, at: places.cut, warn });
    const made = await rateTables({
      sources: [source],
      sample: sample.name ?? 'data',
      ...{ cuts, precuts, axes, closed, reco, truth, interval, replicas },
      key: seedKey(options.seed ?? 1),
      correlations: true,
      places,
    });
    const candidates = sample.truth?.[probe.particle] === undefined ? 'FILE' : '--truth';
    requireCandidates(made, { ...places, candidates }, select);
    for (const one of made) requirePassing([one], places.cut);
    warnOf([source], warn);
    return made;
  });
  warnOfTables(tables, warn);
  const files =
    options.out === undefined
      ? []
      : await writeRates(
          options.out,
          tables.map((t) => t.table),
        );
  if (options.out !== undefined && options.figures)
    files.push(...(await drawRates(options.out, [tables.map((t) => t.table)], options.watermark)));
  return { tables, result: { tables: tables.map(rateResult), files } };
}

/** Names and counts what a table leaves out or cannot tell. */
export function warnOfTables(tables: readonly CountedTable[], warn: Warn | undefined): void {
  const seen = new Set<string>();
  for (const { table, outside } of tables) {
    const about = `${table.sample}${table.precut ? `, ${table.precut}` : ''}`;
    for (const { column, below, above, notFinite } of outside) {
      const parts: [string, number][] = [
        [`${about}: ${column} outside its bins`, below + above],
        [`${about}: ${column} is no finite number`, notFinite],
      ];
      for (const [message, count] of parts) if (count > 0 && !seen.has(message)) warn?.(message, count);
      for (const [message] of parts) seen.add(message);
    }
    for (const flag of ['empty', 'negative', 'above-one', 'negative-total']) {
      const count = table.cells.filter((c) => c.flags.includes(flag)).length;
      if (count > 0) warn?.(`${about}, ${table.cut}: ${WORDS[flag]}`, count);
    }
  }
}

const WORDS: Readonly<Record<string, string>> = {
  empty: 'empty bins',
  negative: 'bins with a rate below 0',
  'above-one': 'bins with a rate above 1',
  'negative-total': 'bins whose weights add up to less than 0',
};

/** A CSV for each table, and all of them as JSON. */
export async function writeRates(out: string, tables: readonly CountedTable['table'][]): Promise<string[]> {
  await makeFolder(out);
  const files: string[] = [];
  const put = async (name: string, text: string): Promise<void> => {
    const file = path.join(out, name);
    await writeFile(file, text);
    files.push(file);
  };
  const names = uniqueNames(tables.map((t) => `${tableName(t)}_${t.sample}`));
  for (const [i, table] of tables.entries()) await put(`${names[i]}.csv`, toTableCsv(table));
  await put('tables.json', toRateTablesJson(tables));
  return files;
}
