import type { TableHead } from '../../hist/weight-table.js';

/**
 * A column or an expression as it stands before `_min` and `_max`: letters, digits and inner underscores.
 *
 * @example columnStem('abs(eta)') // 'abseta'
 */
export function columnStem(column: string): string {
  const stem = column.replace(/[^\p{L}\p{N}_]/gu, '').replace(/^_+|_+$/g, '');
  return stem === '' ? 'x' : stem;
}

/** Whether a table tells how often the wrong particle passes. */
export const isFakeRate = (head: Pick<TableHead, 'reco' | 'truth'>): boolean => head.reco.pdg !== head.truth.pdg;

/**
 * The name of a table, as Belle II names its files: `K_efficiency_kaonID_0.6`, `pi_K_fakeRate_kaonID_0.6` (true pions taken
 * for kaons), with `_notIdentified` where it holds the weights of candidates that fail.
 */
export function tableName(head: TableHead): string {
  const what = isFakeRate(head) ? `${head.truth.name}_${head.reco.name}_fakeRate` : `${head.reco.name}_efficiency`;
  const cut = Number.isNaN(head.threshold)
    ? columnStem(head.workingPoint ?? head.variable)
    : `${columnStem(head.variable)}_${head.threshold}`;
  const precut = head.precut === '' ? '' : `_${slug(head.precut)}`;
  return `${what}_${cut}${precut}${head.side === 'notIdentified' ? '_notIdentified' : ''}`;
}

const WORDS: Readonly<Record<string, string>> = {
  '>=': 'ge',
  '<=': 'le',
  '==': 'eq',
  '!=': 'ne',
  '>': 'gt',
  '<': 'lt',
};

/** A cut as part of a file's name: `nCDCHits > 20` → `nCDCHits_gt_20`. */
export const slug = (cut: string): string =>
  cut
    .replace(/[<>=!]=?/g, (op) => ` ${WORDS[op] ?? ''} `)
    .replace(/-(?=\d)/g, ' minus')
    .replace(/[^\p{L}\p{N}.]+/gu, '_')
    .replace(/^_+|_+$/g, '');
