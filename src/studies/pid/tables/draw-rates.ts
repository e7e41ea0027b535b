import path from 'node:path';
import type { AxisSpec, ExperimentLabel, Figure } from '../../../figures/figure.js';
import { mostSlices, sliceCount, tableSlices } from '../../../figures/makers/table-slices.js';
import { tableMaps } from '../../../figures/makers/table-maps.js';
import { writeFigure } from '../../../figures/write-figure.js';
import { isFakeRate, tableName } from '../../../formats/tables/names.js';
import type { RateTable, TableHead, WeightTable } from '../../../hist/weight-table.js';
import { knownAxes } from './known-axis.js';
import { uniqueNames } from '../one-shot/unique-names.js';

const NAMES: Readonly<Record<string, string>> = { pi: 'π', mu: 'μ', pi0: 'π^{0}', gamma: 'γ', nbar: 'n̄' };
/** A particle as figures write it. */
export const symbol = (name: string): string => NAMES[name] ?? name;

/** `K efficiency of kaonID > 0.6`, `π → K of kaonID > 0.6` */
export const rateLabel = (head: TableHead): string =>
  isFakeRate(head)
    ? `${symbol(head.truth.name)} → ${symbol(head.reco.name)} fake rate`
    : `${symbol(head.reco.name)} efficiency`;

export interface TableFigureOptions {
  readonly label?: ExperimentLabel | undefined;
  readonly watermark?: string | undefined;
  readonly axes?: Readonly<Record<string, AxisSpec>> | undefined;
}

/**
 * Figures of a table: rates against its first axis in slices of the others (with ratios, where two samples are given), maps of
 * rates or, with weights, of ratios.
 *
 * @param tables of the same cut and bins, the data first
 */
export function tableFigures(
  name: string,
  tables: readonly RateTable[],
  weights: WeightTable | undefined,
  options: TableFigureOptions = {},
): Figure[] {
  const [first] = tables;
  const axes = { ...knownAxes(first.axes), ...options.axes };
  const text = [first.cut, ...(first.precut ? [first.precut] : [])];
  const common = { label: options.label, watermark: options.watermark, axes };
  const what = rateLabel(first);
  const where = first.precut ? ` after ${first.precut}` : '';
  const figures: Figure[] = [];
  const slices = sliceCount(first.axes);
  const most = mostSlices(first.axes);
  for (let from = 0, part = 1; from < slices; from += most, part++) {
    figures.push(
      tableSlices({
        ...common,
        name: `${name}_slices${part > 1 ? `_${part}` : ''}`,
        tables: tables.map((table) => ({ label: capital(table.sample), table })),
        y: { label: capital(what) },
        compareLabel: 'Data / sim.',
        text,
        most,
        from,
        caption: `${capital(what)} of ${first.cut}${where}: ${tables.map((t) => t.sample).join(' against ')}`,
      }),
    );
  }
  const maps = weights ? [weights] : tables;
  for (const table of maps) {
    const sample = 'sample' in table ? table.sample : 'ratio';
    const figure = tableMaps({
      ...common,
      name: `${name}_map_${sample}`,
      table,
      barLabel: 'sample' in table ? capital(what) : `${capital(what)}, data / simulation`,
      caption: `${capital(what)} of ${table.cut}${where}, ${weights ? 'data over simulation' : sample}`,
    });
    if (figure) figures.push(figure);
  }
  return figures;
}

/** Draws the tables of `efficiency-table` into `out/figures`. @param groups tables that belong into one figure, or none */
export async function drawRates(
  out: string,
  groups: readonly (readonly RateTable[])[],
  watermark: string | undefined,
): Promise<string[]> {
  const files: string[] = [];
  for (const group of groups) {
    const names = uniqueNames(group.map((t) => `${tableName(t)}_${t.sample}`));
    for (const [i, table] of group.entries())
      for (const figure of tableFigures(names[i], [table], undefined, { watermark }))
        files.push(...(await writeFigure(path.join(out, 'figures'), figure)));
  }
  return files;
}

/** Words begin a label large, symbols stay as they are. */
const capital = (text: string): string =>
  /^[a-z]{2}/.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
