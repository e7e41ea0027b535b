import { userError } from '../../base/error.js';
import type { Particle, WeightCell, WeightTable } from '../../hist/weight-table.js';
import { particleOf, particleOfPdg } from '../../physics/particles.js';
import { at, parseCsv, rowReaders, type CsvTable, type RowReader } from './csv.js';
import { estimateOf, hole, NOT_MEASURED, rateCell } from './estimates.js';
import { gridOf, type BinRow } from './grid.js';
import { isIsoScore } from './to-belle2-csv.js';

export interface ReadTableOptions {
  /** The file, for errors; its name may say what a table is about (`K_e_fakeRate_table.csv`). */
  readonly path?: string | undefined;
  /** What the table is about, where neither its columns nor its name say so. */
  readonly reco?: Particle | undefined;
  readonly truth?: Particle | undefined;
  readonly variable?: string | undefined;
  readonly threshold?: number | undefined;
  readonly side?: WeightTable['side'] | undefined;
  readonly warn?: ((message: string, count?: number) => void) | undefined;
}

/** Whether a header is that of a Belle II weight table. */
export const isBelle2Header = (header: readonly string[]): boolean => header.includes('data_MC_ratio');

/**
 * Reads the weight tables of a Belle II CSV file, of the common schema or any older one: one table for each PDG, mcPDG, variable
 * and threshold (or working point), by the rules of basf2's sysvar reader. `charge` of `+`, `-`, 1 or -1 becomes the
 * bins (0, 2] and (−2, 0]; an axis of one isolation-score bin is dropped; of several rows for a bin, those that are not
 * `is_best_available` are left out. Bins are right-closed; missing ones are holes, flagged `empty`.
 *
 * @throws userError `table.*`: overlapping bins, edges that do not increase, weights or errors that are not finite, negative errors
 */
export function fromBelle2Csv(text: string, options: ReadTableOptions = {}): WeightTable[] {
  return tablesOfCsv(parseCsv(text, options.path), options).map(({ table }) => table);
}

/** A table, and the cells of its rows in the order in which the file has them: that of a covariance matrix beside it. */
export interface OrderedTable {
  readonly table: WeightTable;
  readonly order: readonly number[];
}

export function tablesOfCsv(table: CsvTable, options: ReadTableOptions): OrderedTable[] {
  const every = rowReaders(table);
  const rows = every.filter(
    (row) => !row.has('is_best_available') || !/^(?:false|0)$/i.test(row.text('is_best_available')),
  );
  if (rows.length < every.length)
    options.warn?.('rows that are not the best available are left out', every.length - rows.length);
  const named = nameSays(options.path);
  const groups = new Map<string, { head: Head; rows: RowReader[] }>();
  for (const row of rows) {
    const head = headOf(row, options, named);
    const key = JSON.stringify([head.reco.pdg, head.truth.pdg, head.variable, head.workingPoint ?? head.threshold]);
    const group = groups.get(key) ?? { head, rows: [] };
    group.rows.push(row);
    // A working point may have a threshold of its own in every bin.
    if (!Object.is(group.head.threshold, head.threshold)) group.head = { ...group.head, threshold: NaN };
    groups.set(key, group);
  }
  return [...groups.values()].map(({ head, rows: own }) => tableOf(table, head, own, options));
}

interface Head {
  readonly reco: Particle;
  readonly truth: Particle;
  readonly variable: string;
  readonly threshold: number;
  readonly workingPoint?: string;
}

function headOf(row: RowReader, options: ReadTableOptions, named: Named): Head {
  const particle = (columns: readonly string[], told: Particle | undefined, what: string): Particle => {
    const column = columns.find((c) => row.has(c) && row.text(c) !== '');
    if (column !== undefined) return particleOf(row.text(column).replace(/\.0+$/, ''), at(options.path, row.line));
    if (told) return particleOfPdg(told.pdg);
    throw userError({
      code: 'table.particle',
      message: `the table does not say which particle is ${what}`,
      path: at(options.path, row.line),
      expected: `a column ${columns[0]}`,
      hint: 'say it: --pdg RECO,TRUTH, such as --pdg e,pi',
    });
  };
  const workingPoint =
    row.has('working_point') && row.text('working_point') !== '' ? row.text('working_point') : undefined;
  const variable = row.has('variable') ? row.text('variable') : (options.variable ?? '');
  return {
    reco: particle(['PDG', 'PID'], options.reco ?? named.reco, 'reconstructed'),
    truth: particle(['mcPDG'], options.truth ?? named.truth, 'true'),
    variable,
    threshold: row.has('threshold') ? row.number('threshold', true) : (options.threshold ?? NaN),
    ...(workingPoint === undefined ? {} : { workingPoint }),
  };
}

interface Named {
  readonly reco?: Particle;
  readonly truth?: Particle;
}

/** `K_e_fakeRate_table.csv`: true kaons taken for electrons; `e_efficiency_table.csv`: electrons. */
function nameSays(path: string | undefined): Named {
  const name = path?.split(/[/\\]/).pop() ?? '';
  const found = /^([A-Za-z]+\d?)_([A-Za-z]+\d?)_fakeRate/.exec(name) ?? /^(([A-Za-z]+\d?))_efficiency/.exec(name);
  if (!found) return {};
  try {
    return { truth: particleOf(found[1]), reco: particleOf(found[2]) };
  } catch {
    return {};
  }
}

const CHARGE: Readonly<Record<string, readonly [number, number]>> = { '+': [0, 2], '-': [-2, 0] };

function tableOf(table: CsvTable, head: Head, rows: readonly RowReader[], options: ReadTableOptions): OrderedTable {
  const { path } = options;
  const stems = axisStems(table);
  const bins = rows.map((row): BinRow => ({ line: row.line, bounds: stems.map((stem) => boundsOf(row, stem, path)) }));
  const single = (a: number): boolean => new Set(bins.map(({ bounds }) => bounds[a].join())).size === 1;
  const kept = stems.flatMap((stem, a) => (isIsoScore(stem) && single(a) ? [] : [a]));
  const names = kept.map((a) => (stems[a] === 'cos' ? 'cosTheta' : stems[a]));
  const grid = gridOf(
    names,
    bins.map(({ line, bounds }) => ({ line, bounds: kept.map((a) => bounds[a]) })),
    path,
  );
  const order = new Array<number>(rows.length);
  grid.rowOf.forEach((r, cell) => {
    if (r >= 0) order[r] = cell;
  });
  const unnamed = head.workingPoint !== undefined && Number.isNaN(head.threshold);
  return {
    table: {
      axes: grid.axes,
      cut: unnamed ? (head.workingPoint as string) : `${head.variable} > ${head.threshold}`,
      precut: '',
      side: options.side ?? 'identified',
      ...head,
      cells: Array.from(grid.rowOf, (r) => (r < 0 ? hole() : cellOf(rows[r], path))),
    },
    order,
  };
}

/** What stands before `_min` and `_max`, and `charge`, in the order of the columns. */
export function axisStems({ header, path }: CsvTable): string[] {
  const stems = header.flatMap((name) => {
    if (name === 'charge') return header.includes('charge_min') ? [] : ['charge'];
    if (!name.endsWith('_min')) return [];
    const stem = name.slice(0, -4);
    if (header.includes(`${stem}_max`)) return [stem];
    throw userError({
      code: 'table.column',
      message: `the table has "${name}" but no "${stem}_max"`,
      path,
      got: header.join(', '),
    });
  });
  if (stems.length > 0) return stems;
  throw userError({
    code: 'table.column',
    message: 'the table has no bins',
    path,
    got: header.join(', '),
    expected: 'columns such as p_min and p_max',
  });
}

function boundsOf(row: RowReader, stem: string, path: string | undefined): readonly [number, number] {
  if (stem === 'charge' && !row.has('charge_min')) {
    const text = row.text('charge');
    const value = Number(text);
    const bin = CHARGE[text] ?? (value === 1 ? CHARGE['+'] : value === -1 ? CHARGE['-'] : undefined);
    if (bin) return bin;
    throw userError({
      code: 'table.charge',
      message: 'a charge is not understood',
      path: at(path, row.line),
      got: text,
      expected: '+, -, 1 or -1',
    });
  }
  const end = (side: string): number => {
    const value = row.number(`${stem}_${side}`, true);
    return Number.isNaN(value) ? row.number(`${stem}_${side}`) : value;
  };
  return [end('min'), end('max')];
}

function cellOf(row: RowReader, path: string | undefined): WeightCell {
  const error = (column: string): number => {
    if (!row.has(column)) return 0;
    const value = row.number(column);
    if (value >= 0) return value;
    throw userError({
      code: 'table.error',
      message: `column "${column}" is negative`,
      path: at(path, row.line),
      got: String(value),
      expected: 'the distance to the end of the band, 0 or more',
    });
  };
  const read = (value: number, prefix: string) =>
    estimateOf(
      value,
      { up: error(`${prefix}_stat_up`), down: error(`${prefix}_stat_dn`) },
      { up: error(`${prefix}_sys_up`), down: error(`${prefix}_sys_dn`) },
    );
  const rate = (column: string, prefix: string) => {
    const value = row.has(column) ? row.number(column, true) : NaN;
    return rateCell(Number.isNaN(value) ? NOT_MEASURED : read(value, prefix));
  };
  return {
    ratio: read(row.number('data_MC_ratio'), 'data_MC_uncertainty'),
    data: rate('data_efficiency', 'data_uncertainty'),
    simulation: rate('MC_efficiency', 'MC_uncertainty'),
    flags: [],
  };
}
