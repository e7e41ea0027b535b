import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { userError } from '../../base/error.js';
import { makeFolder } from '../../base/make-folder.js';
import { didYouMean } from '../../base/near.js';
import type { TableAxis, WeightTable } from '../../hist/weight-table.js';
import { tablesCorrectionSet } from '../correctionlib/binned-table.js';
import { serialize } from '../correctionlib/serialize.js';
import { tableName } from './names.js';
import { toParticleWeighting, type PayloadOptions } from './particle-weighting.js';
import { toPidcalib2Binning } from './pidcalib2-binning.js';
import { toSysvarCsv } from './sysvar.js';
import { toSysvar1d } from './sysvar-1d.js';
import { sysvarPid, toSysvarYaml } from './sysvar-yaml.js';
import { toTableCsv } from './table-csv.js';
import { BELLE2_LEGACY, toBelle2Csv, type Belle2CsvOptions } from './to-belle2-csv.js';
import { toLatex, toMarkdown } from './to-text-table.js';

/** Formats of weight tables, and what a file of each is called at its end. */
export const TABLE_FORMATS = {
  belle2: '.csv',
  'belle2-legacy': '.csv',
  sysvar: '.csv',
  'particle-weighting': '.json',
  correctionlib: '.json',
  'pidcalib2-binning': '.json',
  markdown: '.md',
  latex: '.tex',
  csv: '.csv',
} as const;
export type TableFormat = keyof typeof TABLE_FORMATS;

export interface WriteTablesOptions {
  readonly to: TableFormat;
  readonly belle2?: Belle2CsvOptions | undefined;
  readonly payload?: PayloadOptions | undefined;
  /** Weight in bins that a correctionlib file does not have; an error by default. */
  readonly outOfRange?: number | undefined;
}

/**
 * Writes weight tables in one of the formats. All go into one file, except `csv`, which holds one table: several need a directory.
 * `sysvar` writes the YAML beside the CSV.
 *
 * @returns the files written
 * @example await writeWeightTables('tables.json', tables, { to: 'correctionlib' })
 */
export async function writeWeightTables(
  out: string,
  tables: readonly WeightTable[],
  options: WriteTablesOptions,
): Promise<string[]> {
  const { to } = options;
  const end = path.extname(out);
  if (to === 'csv' && tables.length > 1) {
    if (end !== '')
      throw userError({
        code: 'table.several',
        message: 'a file of this format holds one table',
        path: out,
        got: `${tables.length}: ${tables.map(tableName).join(', ')}`,
        hint: 'name a directory',
      });
    const files: string[] = [];
    for (const table of tables)
      files.push(...(await put(path.join(out, `${tableName(table)}.csv`), toTableCsv(table))));
    return files;
  }
  if (end === '') return writeWeightTables(`${out}${TABLE_FORMATS[to]}`, tables, options);
  const written = await put(out, textOf(tables, options));
  if (to !== 'sysvar') return written;
  for (const table of tables) {
    const beside = `${out.slice(0, -end.length)}${tables.length > 1 ? `_${tableName(table)}` : ''}.yaml`;
    written.push(...(await put(beside, sysvarYaml(table))));
  }
  return written;
}

/** A correction that holds its weights where SysVar has one for the table's columns; else one that names the folder of tables. */
const sysvarYaml = (table: WeightTable): string =>
  table.axes.length === 1 ? toSysvar1d(table) : toSysvarYaml(sysvarPid(table, { tablePath: './' }));

function textOf(tables: readonly WeightTable[], { to, belle2, payload, outOfRange }: WriteTablesOptions): string {
  switch (to) {
    case 'belle2':
      return toBelle2Csv(identifiedOnly(tables), belle2);
    case 'belle2-legacy':
      return toBelle2Csv(identifiedOnly(tables), { ...BELLE2_LEGACY, ...belle2 });
    case 'sysvar':
      return toSysvarCsv(identifiedOnly(tables));
    case 'particle-weighting':
      return `${JSON.stringify(payloads(tables, payload), undefined, 1)}\n`;
    case 'correctionlib':
      return `${serialize(tablesCorrectionSet(tables, { outOfRange }))}\n`;
    case 'pidcalib2-binning':
      return toPidcalib2Binning(axesByParticle(tables));
    case 'markdown':
      return tables.map(toMarkdown).join('\n');
    case 'latex':
      return tables.map((t) => toLatex(t)).join('\n');
    case 'csv':
      return toTableCsv(tables[0]);
  }
}

/** These formats have no word for candidates that fail: such tables go to a file of their own. */
function identifiedOnly(tables: readonly WeightTable[]): readonly WeightTable[] {
  const sides = new Set(tables.map((t) => t.side));
  if (sides.size <= 1) return tables;
  throw userError({
    code: 'table.sides',
    message: 'a file of this format holds weights of candidates that pass, or of those that fail, not both',
    got: tables.map(tableName).join(', '),
    hint: 'write them to two files, or use correctionlib or particle-weighting',
  });
}

/** One payload for each table of identified candidates, with the other side where it is there. */
function payloads(tables: readonly WeightTable[], options: PayloadOptions | undefined) {
  const about = (t: WeightTable) => JSON.stringify([t.reco.pdg, t.truth.pdg, t.cut, t.precut]);
  const [first, ...rest] = groupBy(tables, about).map((group) => toParticleWeighting(group[0], group[1], options));
  return rest.length > 0 ? { format: 'ParticleWeighting', payloads: [first, ...rest] } : first;
}

function groupBy<T>(items: readonly T[], key: (item: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return [...groups.values()];
}

/** Axes of the true particles' tables. @throws where two tables of a particle have different ones */
function axesByParticle(tables: readonly WeightTable[]): Record<string, TableAxis[]> {
  const out: Record<string, TableAxis[]> = {};
  for (const { truth, axes } of tables) {
    const own = (out[truth.name] ??= []);
    for (const axis of axes) {
      const same = own.find((a) => a.column === axis.column);
      if (!same) own.push(axis);
      else if (same.edges.join() !== axis.edges.join())
        throw userError({
          code: 'pidcalib2.binning',
          message: `two tables of ${truth.name} have different edges of ${axis.column}`,
          got: axis.edges.join(', '),
          expected: same.edges.join(', '),
        });
    }
  }
  return out;
}

async function put(file: string, text: string): Promise<string[]> {
  await makeFolder(path.dirname(path.resolve(file)));
  await writeFile(file, file.endsWith('.gz') ? gzipSync(text) : text);
  return [file];
}

/** The format that a word names. @throws userError `table.format` */
export function tableFormatOf(word: string): TableFormat {
  const names = Object.keys(TABLE_FORMATS);
  if (names.includes(word)) return word as TableFormat;
  throw userError({
    code: 'table.format',
    message: `unknown format "${word}"`,
    expected: names.join(', '),
    hint: didYouMean(word, names),
  });
}
