import { userError } from '../../base/error.js';
import type { WeightCell, WeightTable } from '../../hist/weight-table.js';
import { particleOfPdg } from '../../physics/particles.js';
import { at, csvText, parseCsv, rowReaders, type RowReader } from './csv.js';
import { estimateOf, hole, isMeasured, NOT_MEASURED, rateCell, statBand, systBand } from './estimates.js';
import type { ReadTableOptions } from './from-belle2-csv.js';
import { binsOf, gridOf } from './grid.js';
import { columnStem } from './names.js';

/*
 * Tables for belle2/SysVar (corrections "1D", "2D", "3D" from CSV, and "PID"). Errors are symmetric there: the larger of up and
 * down. SysVar selects low ≤ x < high; values that lie exactly on an edge go to the bin above.
 */

const ERRORS = ['stat_corr', 'sys_corr', 'stat_uncorr', 'sys_uncorr'] as const;
const UNITS: Readonly<Record<string, string>> = { p: 'GeV', pt: 'GeV', theta: 'rad' };
const LABELS: Readonly<Record<string, string>> = { cosTheta: 'cos(theta)' };

/** Whether a header is that of a SysVar table. */
export const isSysvarHeader = (header: readonly string[]): boolean =>
  header.includes('dependant_variable_1') && header.includes('central_value');

/**
 * A weight table as SysVar's CSV: statistical errors as `stat_uncorr` (independent from bin to bin), systematic ones as `sys_corr`
 * (all bins together). Bins without a weight are left out.
 *
 * @param options.units of columns; GeV and rad where it is clear, else empty
 * @throws userError `sysvar.axes` for more than three axes
 */
export function toSysvarCsv(
  tables: WeightTable | readonly WeightTable[],
  options: {
    readonly units?: Readonly<Record<string, string>>;
    readonly labels?: Readonly<Record<string, string>>;
  } = {},
): string {
  const all = 'cells' in tables ? [tables] : tables;
  const stems = (all[0]?.axes ?? []).map((a) => columnStem(a.column));
  const different = all.find((t) => t.axes.map((a) => columnStem(a.column)).join() !== stems.join());
  if (stems.length > 3 || different)
    throw userError({
      code: 'sysvar.axes',
      message: different ? 'tables of one file have the same columns' : 'a SysVar table has too many columns',
      got: (different?.axes.map((a) => columnStem(a.column)) ?? stems).join(', '),
      expected: different ? stems.join(', ') : 'three or fewer',
    });
  const header = [
    ...stems.map((_, i) => `dependant_variable_${i + 1}`),
    ...stems.flatMap((s) => [`${s}_unit`, `${s}_label`, `${s}_min`, `${s}_max`]),
    'central_value',
    ...ERRORS,
    'total_error',
    'PDG',
    'mcPDG',
  ];
  const rows = all.flatMap((table) =>
    binsOf(table.axes).flatMap((bounds, cell) => {
      const { ratio } = table.cells[cell];
      if (!isMeasured(ratio)) return [];
      const stat = largest(statBand(ratio));
      const syst = largest(systBand(ratio));
      return [
        [
          ...stems,
          ...stems.flatMap((s, a) => [
            options.units?.[s] ?? UNITS[s] ?? '',
            options.labels?.[s] ?? LABELS[s] ?? '',
            ...bounds[a],
          ]),
          ratio.value,
          0,
          syst,
          stat,
          0,
          Math.sqrt(stat * stat + syst * syst),
          codes(table.reco.pdg),
          codes(table.truth.pdg),
        ],
      ];
    }),
  );
  return csvText(header, rows);
}

const largest = ({ up, down }: { up: number; down: number }): number => Math.max(up, down);
const codes = (pdg: number): string => `[${pdg}, -${pdg}]`;

/**
 * Reads a SysVar table. Independent errors become `stat`; `sys_corr` and `stat_corr` become sources that move all bins
 * together.
 *
 * @throws userError `table.*`
 */
export function fromSysvarCsv(text: string, options: ReadTableOptions = {}): WeightTable[] {
  const table = parseCsv(text, options.path);
  const rows = rowReaders(table);
  const stems = table.header
    .filter((name) => /^dependant_variable_\d+$/.test(name))
    .sort()
    .map((name) => rows[0].text(name));
  const groups = new Map<string, RowReader[]>();
  for (const row of rows) {
    const key = JSON.stringify(['PDG', 'mcPDG'].map((c) => pdgIn(row, c, options)));
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups].map(([key, own]): WeightTable => {
    const [reco, truth] = (JSON.parse(key) as number[]).map(particleOfPdg);
    const bins = own.map((row) => ({
      line: row.line,
      bounds: stems.map((s): [number, number] => [row.number(`${s}_min`), row.number(`${s}_max`)]),
    }));
    const grid = gridOf(stems, bins, options.path);
    const threshold = options.threshold ?? NaN;
    const variable = options.variable ?? '';
    return {
      axes: grid.axes,
      reco,
      truth,
      variable,
      threshold,
      cut: variable === '' ? '' : `${variable} > ${threshold}`,
      precut: '',
      side: options.side ?? 'identified',
      cells: Array.from(grid.rowOf, (r) => (r < 0 ? hole() : cellOf(own[r]))),
    };
  });
}

function pdgIn(row: RowReader, column: string, options: ReadTableOptions): number {
  const text = row.has(column) ? row.text(column) : '';
  const found = /\d+/.exec(text);
  if (found) return Number(found[0]);
  const told = column === 'PDG' ? options.reco : (options.truth ?? options.reco);
  if (told) return told.pdg;
  // A column that SysVar leaves empty: the true particle is the reconstructed one.
  if (column === 'mcPDG' && row.has('PDG')) return pdgIn(row, 'PDG', options);
  throw userError({
    code: 'table.particle',
    message: `the table does not say which particle it is about`,
    path: at(options.path, row.line),
    expected: 'columns PDG and mcPDG',
    hint: 'say it: --pdg RECO,TRUTH, such as --pdg e,pi',
  });
}

function cellOf(row: RowReader): WeightCell {
  const [statCorr, sysCorr, statUncorr, sysUncorr] = ERRORS.map((column) => {
    const value = row.has(column) ? row.number(column, true) : NaN;
    return Number.isNaN(value) ? 0 : Math.abs(value);
  });
  const stat = sysUncorr === 0 ? statUncorr : Math.hypot(statUncorr, sysUncorr);
  const ratio = estimateOf(row.number('central_value'), { up: stat, down: stat }, { up: sysCorr, down: sysCorr });
  return {
    ratio:
      statCorr === 0
        ? ratio
        : { ...ratio, sources: { ...ratio.sources, 'syst:stat': { up: statCorr, down: -statCorr } } },
    data: rateCell(NOT_MEASURED),
    simulation: rateCell(NOT_MEASURED),
    flags: [],
  };
}
