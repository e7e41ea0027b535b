import { userError } from '../../base/error.js';
import { band, type Estimate, type Shift } from '../../hist/estimate.js';
import type { RateTable, TableAxis, WeightTable } from '../../hist/weight-table.js';
import { at, csvText, numberIn, parseCsv, rowReaders, type RowReader } from './csv.js';
import { estimatesOf, isWeightTable, NOT_MEASURED, sourcesOf } from './estimates.js';
import { axisStems } from './from-belle2-csv.js';
import { binsOf, gridOf } from './grid.js';
import { columnStem } from './names.js';

/** Numbers in bins, of anything: what a table of datamc holds and what a user's own table is read as. C order. */
export interface EstimateTable {
  readonly axes: readonly TableAxis[];
  readonly cells: readonly Estimate[];
}

/**
 * A table in datamc's own CSV: one row a bin, its ends as `<column>_min` and `<column>_max` (`abs(eta)` → `abseta_min`), then
 * `value`, `up` and `down` (distances to the ends of the 68 % band, ≥ 0), and for each source `<source>_up`, `<source>_down`: how
 * far +1σ raises and −1σ lowers the value, negative where it does the opposite. Rates also carry `passed`, `tried`,
 * `entries`, `flags` and `method`, weights their `flags`; a bin that was not measured has no numbers, but its reason.
 */
export function toTableCsv(table: WeightTable | RateTable | EstimateTable): string {
  const isTable = 'cut' in table;
  const estimates = isTable ? estimatesOf(table) : table.cells;
  const sources = sourcesOf(estimates);
  const rates = isTable && !isWeightTable(table) ? table.cells : undefined;
  const flags = !isTable
    ? undefined
    : isWeightTable(table)
      ? table.cells.map((c) => c.flags)
      : rates?.map((c) => c.flags);
  const header = [
    ...table.axes.flatMap(({ column }) => [`${columnStem(column)}_min`, `${columnStem(column)}_max`]),
    ...['value', 'up', 'down'],
    ...sources.flatMap((s) => [`${s}_up`, `${s}_down`]),
    ...(rates ? ['passed', 'tried', 'entries'] : []),
    ...(flags ? ['flags'] : []),
    ...(rates ? ['method'] : []),
  ];
  const rows = binsOf(table.axes).map((bounds, i) => {
    const estimate = estimates[i];
    const measured = Number.isFinite(estimate.value);
    const { up, down } = band(estimate);
    return [
      ...bounds.flat(),
      ...(measured ? [estimate.value, up, down] : [NaN, NaN, NaN]),
      ...sources.flatMap((s) => {
        const shift = estimate.sources[s] as Shift | undefined;
        return measured && shift ? [shift.up, shift.down === 0 ? 0 : -shift.down] : [NaN, NaN];
      }),
      ...(rates ? [rates[i].passed, rates[i].tried, rates[i].entries] : []),
      ...(flags ? [(measured || flags[i].length ? flags[i] : ['empty']).join(' ')] : []),
      ...(rates ? [rates[i].method] : []),
    ];
  });
  return csvText(header, rows);
}

/**
 * Reads a table of that form, or a user's own with `error` instead of `up` and `down`. Without columns of sources, the
 * band is independent from bin to bin (`stat`) unless `correlation` is `full`.
 *
 * @throws userError `table.*`
 * @example fromTableCsv(await readFile('electron-flips.csv', 'utf8'), { path: 'electron-flips.csv' })
 */
export function fromTableCsv(
  text: string,
  options: { readonly path?: string | undefined; readonly correlation?: 'none' | 'full' | undefined } = {},
): EstimateTable {
  const table = parseCsv(text, options.path);
  const stems = axisStems(table);
  if (!table.header.includes('value'))
    throw userError({
      code: 'table.column',
      message: 'the table has no column "value"',
      path: options.path,
      got: table.header.join(', '),
      expected: 'value with error, or with up and down',
    });
  const sources = sourceColumns(table.header, stems);
  const rows = rowReaders(table);
  const bins = rows.map((row) => ({
    line: row.line,
    bounds: stems.map((s): [number, number] => [edge(row, `${s}_min`), edge(row, `${s}_max`)]),
  }));
  const grid = gridOf(stems, bins, options.path);
  const alone = options.correlation === 'full' ? 'syst:table' : 'stat';
  return {
    axes: grid.axes,
    cells: Array.from(grid.rowOf, (r) => (r < 0 ? NOT_MEASURED : estimateIn(rows[r], sources, alone, options.path))),
  };
}

/** Sources that have columns of their own. */
function sourceColumns(header: readonly string[], stems: readonly string[]): string[] {
  return header.flatMap((name) => {
    const source = name.endsWith('_up') ? name.slice(0, -3) : '';
    return source !== '' && header.includes(`${source}_down`) && !stems.includes(source) ? [source] : [];
  });
}

const edge = (row: RowReader, column: string): number => {
  const value = numberIn(row.text(column));
  return value === Infinity || value === -Infinity ? value : row.number(column);
};

function estimateIn(row: RowReader, sources: readonly string[], alone: string, path: string | undefined): Estimate {
  const told = row.has('flags') && row.text('flags') !== '';
  if (told && row.text('value') === '') return NOT_MEASURED;
  const value = row.number('value');
  if (sources.length > 0) {
    const shifts = sources.flatMap((s): [string, Shift][] => {
      if (row.text(`${s}_up`) === '' && row.text(`${s}_down`) === '') return [];
      const down = row.number(`${s}_down`);
      return [[s, { up: row.number(`${s}_up`), down: down === 0 ? 0 : -down }]];
    });
    return { value, sources: Object.fromEntries(shifts) };
  }
  const distance = (column: string): number => {
    const d = row.has(column) ? row.number(column) : row.has('error') ? row.number('error') : 0;
    if (d >= 0) return d;
    throw userError({
      code: 'table.error',
      message: `column "${row.has(column) ? column : 'error'}" is negative`,
      path: at(path, row.line),
      got: String(d),
      expected: 'a distance from the value, 0 or more',
    });
  };
  const down = distance('down');
  return { value, sources: { [alone]: { up: distance('up'), down: down === 0 ? 0 : -down } } };
}
