import { userError } from '../../base/error.js';

/** A small CSV table as text: every row has as many cells as the header; `line` is where it stands in the file, from 1. */
export interface CsvTable {
  readonly header: readonly string[];
  readonly rows: readonly { readonly line: number; readonly cells: readonly string[] }[];
  readonly path?: string | undefined;
}

/**
 * Parses a table of a few thousand rows: quoted cells, comments (`#` at the start of a line), byte-order mark and CRLF.
 * Tables of events are read by `openStore`.
 *
 * @throws userError `table.csv` for ragged rows, an open quote, a repeated column or no rows, naming the line
 */
export function parseCsv(text: string, path?: string): CsvTable {
  const records: { line: number; cells: string[] }[] = [];
  let line = 0;
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
  for (const raw of lines) {
    line++;
    if (raw.trim() === '' || raw.startsWith('#')) continue;
    records.push({ line, cells: splitLine(raw, line, path) });
  }
  const [head, ...rows] = records;
  if (!head) throw broken('the table is empty', path, 1, undefined, 'a header line and one line per bin');
  const header = head.cells;
  const twice = header.find((name, i) => header.indexOf(name) !== i);
  if (twice !== undefined)
    throw broken(`column "${twice}" is there twice`, path, head.line, undefined, 'names that differ');
  if (rows.length === 0)
    throw broken('the table has a header but no rows', path, head.line, undefined, 'one line per bin');
  const ragged = rows.find((row) => row.cells.length !== header.length);
  if (ragged)
    throw broken(
      `a row has ${ragged.cells.length} cells, not ${header.length}`,
      path,
      ragged.line,
      ragged.cells.join(','),
      `${header.length} cells, as in the header line`,
    );
  return { header, rows, path };
}

function splitLine(raw: string, line: number, path: string | undefined): string[] {
  const cells: string[] = [];
  let cell = '';
  let quoted = false;
  for (let i = 0; i < raw.length; i++) {
    const c = raw[i];
    if (quoted) {
      if (c !== '"') cell += c;
      else if (raw[i + 1] === '"') cell += raw[++i];
      else quoted = false;
    } else if (c === '"' && cell.trim() === '') {
      quoted = true;
      cell = '';
    } else if (c === ',') {
      cells.push(cell.trim());
      cell = '';
    } else cell += c;
  }
  if (quoted) throw broken('a quote is never closed', path, line, raw.slice(0, 80));
  cells.push(cell.trim());
  return cells;
}

/** A cell as CSV has it. Numbers are written so that they read back to the same double; NaN is an empty cell. */
export function csvCell(value: string | number | boolean | undefined): string {
  if (value === undefined || (typeof value === 'number' && Number.isNaN(value))) return '';
  if (value === Infinity) return 'inf';
  if (value === -Infinity) return '-inf';
  const text = typeof value === 'boolean' ? (value ? 'True' : 'False') : String(value);
  return /[",\r\n]|^\s|\s$|^#/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Lines of CSV, the header first. */
export const csvText = (
  header: readonly string[],
  rows: Iterable<readonly (string | number | boolean | undefined)[]>,
): string => `${[header, ...rows].map((row) => row.map(csvCell).join(',')).join('\n')}\n`;

/** The number in a cell; `inf` and `-inf` are numbers, an empty cell and `nan` are NaN. */
export function numberIn(text: string): number | undefined {
  const word = text.trim().toLowerCase();
  if (word === '' || word === 'nan' || word === 'none' || word === 'na') return NaN;
  const infinite = /^([+-]?)inf(?:inity)?$/.exec(word);
  if (infinite) return infinite[1] === '-' ? -Infinity : Infinity;
  const value = Number(word);
  return Number.isNaN(value) ? undefined : value;
}

/** Cells of a row by column, with errors that name file, line and column. */
export interface RowReader {
  readonly line: number;
  has(column: string): boolean;
  text(column: string): string;
  /** NaN only where `lenient`. */
  number(column: string, lenient?: boolean): number;
}

/** Reads the rows of a table. @throws userError `table.cell`, `table.not-finite`, `table.column` */
export function rowReaders(table: CsvTable): RowReader[] {
  const place = new Map(table.header.map((name, i) => [name, i]));
  return table.rows.map(({ line, cells }) => {
    const text = (column: string): string => {
      const at = place.get(column);
      if (at === undefined)
        throw userError({
          code: 'table.column',
          message: `the table has no column "${column}"`,
          path: table.path,
          got: table.header.join(', '),
        });
      return cells[at];
    };
    return {
      line,
      has: (column) => place.has(column),
      text,
      number(column, lenient = false) {
        const raw = text(column);
        const value = numberIn(raw);
        if (value === undefined)
          throw userError({
            code: 'table.cell',
            message: `column "${column}": "${raw}" is not a number`,
            path: at(table.path, line),
            got: raw,
            expected: 'a number',
          });
        if (!lenient && !Number.isFinite(value))
          throw userError({
            code: 'table.not-finite',
            message: `column "${column}" is ${raw === '' ? 'empty' : raw}`,
            path: at(table.path, line),
            expected: 'a finite number',
            hint: 'leave the row out: candidates in its bin are then counted as unmatched, not weighted',
          });
        return value;
      },
    };
  });
}

/** `file:line`. */
export const at = (path: string | undefined, line: number): string => `${path ?? 'table'}:${line}`;

const broken = (message: string, path: string | undefined, line: number, got?: string, expected?: string) =>
  userError({ code: 'table.csv', message, path: at(path, line), got, expected });
