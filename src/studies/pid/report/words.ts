import { symbol } from '../tables/draw-rates.js';
import type { TableSummary } from './results.js';

/** An expression as part of a file's name. */
export const fileWord = (text: string): string => text.replace(/[^A-Za-z0-9.]+/g, '_').replace(/^_+|_+$/g, '') || 'x';

/** A count with thin blanks between thousands. */
export const count = (n: number): string => String(Math.round(n)).replace(/\B(?=(\d{3})+(?!\d))/g, '\u202f');

/** Three digits, with a proper minus. */
export const digits = (value: number, n = 3): string => String(Number(value.toPrecision(n))).replace('-', '−');

/** A share as per cent. */
export const percent = (share: number): string => `${Number((100 * share).toPrecision(3))} %`;

/** `K efficiency of kaonID > 0.6`, `π → K fake rate of kaonID > 0.6, nCDCHits > 20` */
export function tableTitle({ reco, truth, cut, precut }: TableSummary): string {
  const rate = reco === truth ? `${symbol(reco)} efficiency` : `${symbol(truth)} → ${symbol(reco)} fake rate`;
  return `${rate} of ${cut}${precut === '' ? '' : ` after ${precut}`}`;
}
