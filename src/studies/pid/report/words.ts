import { symbol } from '../tables/draw-rates.js';
import type { TableSummary } from './results.js';

/** An expression as part of a file's name. */
export const fileWord = (text: string): string => text.replace(/[^A-Za-z0-9.]+/g, '_').replace(/^_+|_+$/g, '') || 'x';

/** A count with thin blanks between thousands. */
export const count = (n: number): string => String(Math.round(n)).replace(/\B(?=(\d{3})+(?!\d))/g, '\u202f');

/** Three digits, with a proper minus. */
export const digits = (value: number, n = 3): string => String(Number(value.toPrecision(n))).replace('-', '−');

/** A value with its error, to the error's second digit; a dash where there is none. JSON has null for what is no number. */
export function withError({ value, error }: { readonly value: number | null; readonly error: number | null }): string {
  if (value === null || error === null || !Number.isFinite(value) || !Number.isFinite(error)) return '–';
  const places = error > 0 ? Math.min(8, Math.max(0, 1 - Math.floor(Math.log10(error)))) : 4;
  return `${value.toFixed(places)} ± ${error.toFixed(places)}`.replaceAll('-', '−');
}

/** A share as per cent. */
export const percent = (share: number): string => `${Number((100 * share).toPrecision(3))} %`;

const plainTitle = ({ reco, truth, cut, precut }: TableSummary): string => {
  const rate = reco === truth ? `${symbol(reco)} efficiency` : `${symbol(truth)} → ${symbol(reco)} fake rate`;
  return `${rate} of ${cut}${precut === '' ? '' : ` after ${precut}`}`;
};

/** Whether other tables are of the same rate and cut, so that its modes must be named. */
export const needsModes = (table: TableSummary, all: readonly TableSummary[]): boolean =>
  all.filter((other) => plainTitle(other) === plainTitle(table)).length > 1;

/** `K efficiency of kaonID > 0.6`, `π → K fake rate of kaonID > 0.6 after nCDCHits > 20`, with `in Dst` where others are called so, too. */
export const tableTitle = (table: TableSummary, all: readonly TableSummary[]): string =>
  `${plainTitle(table)}${needsModes(table, all) ? ` in ${table.modes.join(', ')}` : ''}`;
