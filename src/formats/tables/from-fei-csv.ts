import { userError } from '../../base/error.js';
import type { Estimate } from '../../hist/estimate.js';
import type { WeightCell } from '../../hist/weight-table.js';
import { particleOf, particleOfPdg } from '../../physics/particles.js';
import { at, rowReaders, type CsvTable, type RowReader } from './csv.js';
import { estimateOf, hole, NOT_MEASURED, rateCell } from './estimates.js';
import type { ReadTable } from './read-tables.js';

/*
 * Calibration of the Full Event Interpretation: one weight for each decay mode of the tag, and one for the rest. Three spellings of
 * the columns, as basf2's sysvar knows them.
 */

const SPELLINGS = [
  {
    value: 'data_MC_ratio',
    tag: 'PDG',
    threshold: 'threshold',
    mode: 'dec_mode',
    stat: ['data_MC_uncertainty_stat_up', 'data_MC_uncertainty_stat_dn'],
    syst: ['data_MC_uncertainty_sys_up', 'data_MC_uncertainty_sys_dn'],
  },
  {
    value: 'cal',
    tag: 'Btag',
    threshold: 'sig_prob_threshold',
    mode: 'dec_mode',
    stat: ['cal_stat_error', 'cal_stat_error'],
    syst: ['cal_sys_error', 'cal_sys_error'],
  },
  {
    value: 'cal factor',
    tag: 'Btype',
    threshold: 'sig prob cut',
    mode: 'mode',
    stat: ['error', 'error'],
    syst: undefined,
  },
] as const;

/** The variable that tags are cut on. */
export const FEI_VARIABLE = 'SignalProbability';
/** The column of events that holds the number of the mode. */
const MODE = 'dec_mode';

const spellingOf = (header: readonly string[]) =>
  SPELLINGS.find((s) => [s.value, s.tag, s.threshold, s.mode].every((column) => header.includes(column)));

export const isFeiHeader = (header: readonly string[]): boolean => spellingOf(header) !== undefined;

/**
 * Reads a calibration of tags: a table for each tag (B⁺ and B⁻ are one) and threshold, with an axis `dec_mode` whose bins hold one
 * mode each, and a weight for the rest. True PDG codes do not matter.
 *
 * @throws userError `table.*`
 */
export function fromFeiCsv(table: CsvTable): ReadTable[] {
  const spelling = spellingOf(table.header);
  if (!spelling) throw userError({ code: 'table.column', message: 'no table of decay modes', path: table.path });
  const groups = new Map<string, RowReader[]>();
  for (const row of rowReaders(table)) {
    const tag = row.text(spelling.tag).replace(/\.0+$/, '');
    const pdg = tag === 'B-' ? 521 : particleOf(tag, at(table.path, row.line)).pdg;
    const key = JSON.stringify([pdg, row.number(spelling.threshold)]);
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups].map(([key, rows]) => {
    const [pdg, threshold] = JSON.parse(key) as [number, number];
    return tableOf(pdg, threshold, rows, spelling, table.path);
  });
}

function tableOf(
  pdg: number,
  threshold: number,
  rows: readonly RowReader[],
  spelling: (typeof SPELLINGS)[number],
  path: string | undefined,
): ReadTable {
  const estimate = (row: RowReader): Estimate => {
    const error = (columns: readonly [string, string] | undefined) => {
      const [up, down] = columns ? columns.map((c) => (row.has(c) ? Math.abs(row.number(c)) : 0)) : [0, 0];
      return { up, down };
    };
    return estimateOf(row.number(spelling.value), error(spelling.stat), error(spelling.syst));
  };
  const modes = new Map<number, { row: RowReader; place: number }>();
  let rest: { row: RowReader; place: number } | undefined;
  rows.forEach((row, place) => {
    const word = row.text(spelling.mode);
    const mode = Number(/^(?:mode)?(\d+)(?:\.0+)?$/i.exec(word)?.[1] ?? NaN);
    const there = /^rest$/i.test(word) ? rest : modes.get(mode);
    if (Number.isNaN(mode) && !/^rest$/i.test(word))
      throw userError({
        code: 'table.mode',
        message: 'a decay mode is not understood',
        path: at(path, row.line),
        got: word,
        expected: 'mode12, 12 or rest',
      });
    if (there)
      throw userError({
        code: 'table.overlap',
        message: `lines ${there.row.line} and ${row.line} are about the same mode`,
        path: at(path, row.line),
        got: word,
      });
    if (Number.isNaN(mode)) rest = { row, place };
    else modes.set(mode, { row, place });
  });
  if (modes.size === 0)
    throw userError({ code: 'table.mode', message: 'a table of decay modes names none', path: at(path, rows[0].line) });
  const [first, last] = [Math.min(...modes.keys()), Math.max(...modes.keys())];
  const edges = Array.from({ length: last - first + 2 }, (_, i) => first + i - 0.5);
  const order = new Array<number>(rows.length);
  for (const [mode, { place }] of modes) order[place] = mode - first;
  if (rest) order[rest.place] = edges.length - 1;
  const particle = particleOfPdg(pdg);
  return {
    table: {
      axes: [{ column: MODE, edges }],
      reco: particle,
      truth: particle,
      variable: FEI_VARIABLE,
      threshold,
      cut: `${FEI_VARIABLE} > ${threshold}`,
      precut: '',
      side: 'identified',
      cells: edges.slice(1).map((_, i): WeightCell => {
        const found = modes.get(first + i);
        if (!found) return hole();
        const none = rateCell(NOT_MEASURED);
        return { ratio: estimate(found.row), data: none, simulation: none, flags: [] };
      }),
    },
    order,
    anyTruth: true,
    ...(rest ? { rest: estimate(rest.row) } : {}),
  };
}
