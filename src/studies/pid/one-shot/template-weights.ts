import { userError } from '../../../base/error.js';
import type { JsonObject } from '../../../base/json.js';
import type { Compiled } from '../../../events/expression/compile.js';
import { checkOutput } from '../../../events/output-file.js';
import { ident, text } from '../../../events/sql.js';
import type { EventStore } from '../../../events/store.js';
import type { Table } from '../../../events/table.js';
import { withTemporaryStore } from '../../../events/temporary-store.js';
import { copyTo } from '../../../events/write.js';
import { checkBackgrounds, scaleVariants } from '../../../fit/template-subtraction.js';
import { weightColumn } from '../../../fit/weight-columns.js';
import { both } from '../both.js';
import { openFiles, type FileOptions, type FileSample } from './open-files.js';

/** A background from simulation, or from anywhere else. */
export interface BackgroundFiles extends FileSample {
  readonly name: string;
  /** Events in the data for one (weighted) event here. */
  readonly scale: number;
  /** Relative error of the scale: 0.1 is ±10 %. */
  readonly error?: number | undefined;
}

export interface TemplateWeightsOptions extends FileOptions {
  readonly data: FileSample;
  readonly backgrounds: readonly BackgroundFiles[];
  /** Cut on all of them. */
  readonly select?: string | undefined;
  /** Columns to keep; those that all files have unless told. */
  readonly columns?: readonly string[] | undefined;
  /** Parquet or CSV. */
  readonly out: string;
}

/** Says of every row where it comes from: `data`, or the background's name. */
export const PART = 'sWeight_part';

/**
 * Writes data and background samples one after the other with weights 1 and −scale: sums over the file, in any bin and after
 * any cut, are background subtracted, and Σw² holds the statistics of all. Columns are `sWeight_nominal` and, for each
 * background whose scale has an error, `sWeight_<name>_up` and `sWeight_<name>_down`; `sWeight_part` names the sample.
 *
 * @throws userError `fit.templates`, `pid.columns` where the files have no column in common or lack one that is asked for
 * @example await templateWeights({ data: { files: ['data.root'] }, backgrounds: [{ name: 'qqbar', files: ['qq.root'], scale: 0.5, error: 0.1 }], out: 'subtracted.parquet' })
 */
export async function templateWeights(options: TemplateWeightsOptions): Promise<JsonObject> {
  const { data, backgrounds, out } = options;
  checkBackgrounds(backgrounds);
  const variants = scaleVariants(backgrounds);
  return withTemporaryStore(options.jobs, async (store) => {
    await checkOutput(
      out,
      [data, ...backgrounds].flatMap((s) => s.files),
    );
    const parts = [await part(store, 'data', data, options)];
    for (const b of backgrounds) parts.push(await part(store, b.name, b, options));
    const columns = columnsOf(parts, options.columns);
    const factor = (name: string, variant: Readonly<Record<string, number>>): number =>
      name === 'data' ? 1 : -(backgrounds.find((b) => b.name === name)?.scale ?? 0) * (variant[name] ?? 1);
    const queries: string[] = [];
    for (const { name, table, weight } of parts) {
      const own = weight ? weight.real() : '1::DOUBLE';
      const shown = columns.map((c) => `${table.sqlName(c)} AS ${ident(c)}`);
      const weights = Object.entries(variants).map(
        ([variant, moved]) => `${factor(name, moved)} * ${own} AS ${ident(weightColumn(variant))}`,
      );
      const from = await table.relation([...columns, ...(weight ? weight.columns : [])]);
      queries.push(`SELECT ${[...shown, `${text(name)} AS ${ident(PART)}`, ...weights].join(', ')} FROM ${from}`);
    }
    const sql = queries.join(' UNION ALL ');
    const duck = parts[0].table.duck;
    const nominal = ident(weightColumn('nominal'));
    const sums = await duck.rows(
      `SELECT ${ident(PART)} AS part, count(*) AS n, sum(${nominal}) AS w, sum(${nominal} * ${nominal}) AS w2, ` +
        `count(*) FILTER (NOT isfinite(${nominal}) OR ${nominal} IS NULL) AS bad FROM (${sql}) GROUP BY 1`,
    );
    const of = (name: string) => sums.find((row) => row['part'] === name) ?? {};
    for (const { name } of parts) {
      const bad = Number(of(name)['bad'] ?? 0);
      if (bad > 0) throw notFinite(name, bad);
    }
    if (!(Number(of('data')['n'] ?? 0) > 0))
      throw userError({
        code: 'pid.nothing-left',
        message: 'no event of data is left',
        path: options.select === undefined ? 'data' : '--select',
        got: options.select,
        hint: 'loosen the cut, or look at the values: datamc inspect',
      });
    await copyTo(duck, sql, out);
    const told = parts.map(({ name }) => {
      const { n = 0, w = 0, w2 = 0 } = of(name);
      return [name, { rows: Number(n), sum: Number(w), error: Math.sqrt(Number(w2)) }] as const;
    });
    const value = told.reduce((s, [, p]) => s + p.sum, 0);
    return {
      rows: told.reduce((s, [, p]) => s + p.rows, 0),
      parts: Object.fromEntries(told),
      signal: { value, error: Math.hypot(...told.map(([, p]) => p.error)) },
      columns: [...columns, PART, ...Object.keys(variants).map(weightColumn)],
      out,
    };
  });
}

interface Part {
  readonly name: string;
  readonly table: Table;
  readonly weight: Compiled | undefined;
}

async function part(
  store: EventStore,
  name: string,
  sample: FileSample,
  options: TemplateWeightsOptions,
): Promise<Part> {
  const cut = both(sample.select, options.select);
  const opened = await openFiles(store, { ...sample, select: cut }, options, name);
  const weight = sample.weight === undefined ? undefined : opened.check(sample.weight, `${name}.weight`);
  return { name, table: opened as Table, weight };
}

function columnsOf(parts: readonly Part[], told: readonly string[] | undefined): readonly string[] {
  const usable = (p: Part) => p.table.columns.filter((c) => c.unreadable === undefined).map((c) => c.name);
  for (const name of told ?? []) {
    const without = parts.find((p) => !usable(p).includes(name));
    if (without) throw noColumns(`the files of "${without.name}" have no column "${name}"`);
  }
  const common = told ?? usable(parts[0]).filter((name) => parts.every((p) => usable(p).includes(name)));
  if (common.length === 0) throw noColumns('data and backgrounds have no column in common');
  const taken = common.find((name) => name === PART || name.startsWith('sWeight_'));
  if (taken !== undefined) throw noColumns(`there is a column "${taken}" already`);
  return common;
}

const noColumns = (message: string) =>
  userError({ code: 'pid.columns', message, path: '--columns', hint: 'datamc inspect FILE lists the columns' });

const notFinite = (name: string, rows: number) =>
  userError({
    code: 'pid.weights',
    message: `${rows} rows of "${name}" have a weight that is not finite`,
    path: `${name}.weight`,
    expected: 'finite weights',
    hint: 'leave these rows out by a cut',
  });
