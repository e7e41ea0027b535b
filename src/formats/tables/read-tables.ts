import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { userError } from '../../base/error.js';
import { systemReason } from '../../base/system-error.js';
import type { Estimate } from '../../hist/estimate.js';
import type { WeightTable } from '../../hist/weight-table.js';
import { particleOfPdg } from '../../physics/particles.js';
import { parseCorrectionSet } from '../correctionlib/file.js';
import { fromWeightTablesSet } from '../correctionlib/weight-tables.js';
import { parseCsv } from './csv.js';
import { isMeasured, NOT_MEASURED, rateCell } from './estimates.js';
import { isBelle2Header, tablesOfCsv, type ReadTableOptions } from './from-belle2-csv.js';
import { fromFeiCsv, isFeiHeader } from './from-fei-csv.js';
import { fromParticleWeighting } from './particle-weighting.js';
import { fromSysvarCsv, isSysvarHeader } from './sysvar.js';
import { fromSysvar1d, isSysvar1d } from './sysvar-1d.js';
import { fromTableCsv } from './table-csv.js';

/** A weight table as a file has it. */
export interface ReadTable {
  readonly table: WeightTable;
  /** The weight outside its bins, where the file has one. */
  readonly outOfRange?: number | undefined;
  /** The same as a measurement: the weight of all that has no bin of its own. */
  readonly rest?: Estimate | undefined;
  /** It holds whatever the candidate truly is. */
  readonly anyTruth?: boolean | undefined;
  /**
   * Its measured cells in the order of the file's rows, `cells.length` for the rest: the order of a covariance matrix
   * beside it.
   */
  readonly order: readonly number[];
}

/**
 * Reads the weight tables of a file, whatever its format: Belle II CSV of any age, calibrations of decay modes (FEI), SysVar CSV and
 * YAML of type 1D, datamc's CSV, ParticleWeighting payload, correctionlib file of datamc; gzipped or not. The format is found from
 * the content.
 *
 * @throws userError `table.*`, `payload.*`, `correctionlib.*`
 */
export async function readWeightTables(file: string, options: ReadTableOptions = {}): Promise<ReadTable[]> {
  const bytes = await readFile(file).catch((error: Error) => {
    throw userError(
      { code: 'file.unreadable', message: `cannot read "${file}"`, path: file, hint: systemReason(error) },
      { cause: error },
    );
  });
  const text = (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes).toString('utf8');
  return weightTablesIn(text, { ...options, path: options.path ?? file });
}

/** The same from a text. */
export function weightTablesIn(text: string, options: ReadTableOptions): ReadTable[] {
  if (text.trimStart().startsWith('{')) return fromJson(text, options.path);
  if (isSysvar1d(text)) return [inOrder(fromSysvar1d(text, options))];
  const table = parseCsv(text, options.path);
  if (isFeiHeader(table.header)) return fromFeiCsv(table);
  if (isBelle2Header(table.header)) return tablesOfCsv(table, options);
  if (isSysvarHeader(table.header)) return fromSysvarCsv(text, options).map(inOrder);
  if (table.header.includes('value')) return [inOrder(fromGenericCsv(text, options))];
  throw unknown(options.path, table.header.join(', '));
}

const inOrder = (table: WeightTable): ReadTable => ({
  table,
  order: table.cells.flatMap((c, i) => (isMeasured(c.ratio) ? [i] : [])),
});

function fromJson(text: string, path: string | undefined): ReadTable[] {
  let value: Record<string, unknown>;
  try {
    value = JSON.parse(text) as Record<string, unknown>;
  } catch (error) {
    const got = (error as Error).message;
    throw userError(
      { code: 'table.json', message: 'not a JSON file, or not a whole one', path, got },
      { cause: error },
    );
  }
  if (value['schema_version'] === 2) {
    const tables = fromWeightTablesSet(parseCorrectionSet(value, path));
    if (tables.length === 0) throw unknown(path, 'a correctionlib file of something else');
    return tables.map(inOrder);
  }
  if (value['format'] === 'ParticleWeighting') {
    const list = Array.isArray(value['payloads']) ? (value['payloads'] as unknown[]) : [value];
    return list.flatMap((payload) => {
      const { tables, outOfRange } = fromParticleWeighting(payload, path);
      return tables.map((table, i) => ({ ...inOrder(table), outOfRange: outOfRange[i] }));
    });
  }
  throw unknown(path, Object.keys(value).slice(0, 5).join(', '));
}

/** datamc's own CSV does not say what it is about: the options must. */
function fromGenericCsv(text: string, options: ReadTableOptions): WeightTable {
  const { reco, truth = reco, variable = '', threshold = NaN } = options;
  if (!reco || !truth)
    throw userError({
      code: 'table.particle',
      message: 'the table does not say which particles it is about',
      path: options.path,
      hint: 'say it: --pdg RECO,TRUTH, such as --pdg K,pi',
    });
  const { axes, cells } = fromTableCsv(text, { path: options.path });
  return {
    axes,
    reco: particleOfPdg(reco.pdg),
    truth: particleOfPdg(truth.pdg),
    variable,
    threshold,
    cut: variable === '' ? '' : `${variable} > ${threshold}`,
    precut: '',
    side: options.side ?? 'identified',
    cells: cells.map((ratio) => {
      const flags = Number.isNaN(ratio.value) ? ['empty'] : [];
      return { ratio, data: rateCell(NOT_MEASURED, flags), simulation: rateCell(NOT_MEASURED, flags), flags };
    }),
  };
}

const unknown = (path: string | undefined, got: string) =>
  userError({
    code: 'table.unknown',
    message: 'not a table of weights that can be read here',
    path,
    got,
    expected:
      'a Belle II or SysVar CSV, datamc CSV (value), a ParticleWeighting payload or a correctionlib file of weight tables',
  });
