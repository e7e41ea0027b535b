import { stat } from 'node:fs/promises';
import type { Column } from '../column.js';
import type { Duck } from '../duck.js';
import { emptyFile, fileError } from '../file-error.js';
import { ident, text } from '../sql.js';
import { scanCsv } from './csv-scan.js';
import type { Source } from './source.js';

// Types are found from the first rows. Up to this size the whole file is checked when opened; in a larger one a later
// cell that does not fit is an error when it is read.
const WHOLE = 256 * 1024 * 1024;
const SAMPLE_ROWS = 20_000;
// Cells that count as missing. Blank cells may hold blanks.
const MISSING = ['', ' ', '  ', '   ', '    ', 'NA', 'N/A', 'n/a', 'null', 'NULL', 'None', '-nan', '-NaN', '--'];

/** Opens a CSV file, scanned in place. Every row must have as many cells as the header. */
export async function csvSource(file: string, duck: Duck): Promise<Source> {
  const { size } = await stat(file);
  const { delimiter, header, warnings, bytesPerLine } = await scanCsv(file);
  const scan = (types: readonly string[]): string => {
    const columns = types.map((type, i) => `'c${i}': '${type}'`).join(', ');
    const missing = MISSING.map(text).join(', ');
    return (
      `read_csv(${text(file)}, delim = ${text(delimiter)}, header = true, quote = '"', escape = '"', auto_detect = false, ` +
      `columns = {${columns}}, nullstr = [${missing}], strict_mode = true, null_padding = false, max_line_size = 16000000)`
    );
  };
  const probe = async (sql: string): Promise<Record<string, unknown>> => {
    try {
      return (await duck.use(async (c) => (await c.runAndReadAll(sql)).getRowObjects()))[0];
    } catch (error) {
      throw fileError(error instanceof Error && error.cause instanceof Error ? error.cause : error, header);
    }
  };
  const all = (type: string): string[] => header.map(() => type);
  const guess = await probe(
    `SELECT count(*) AS n, ${header.map((_, i) => counters(i)).join(', ')} FROM (FROM ${scan(all('VARCHAR'))} LIMIT ${SAMPLE_ROWS})`,
  );
  if (Number(guess['n']) === 0) {
    throw emptyFile(file, `${file} has a header but no rows`);
  }
  const types = header.map((_, i) => {
    const [filled, reals, integers, truths] = ['s', 'd', 'i', 'b'].map((k) => Number(guess[`${k}${i}`]));
    if (integers === filled && filled > 0 && size <= WHOLE) return 'BIGINT';
    if (reals === filled) return 'DOUBLE';
    if (truths === filled) return 'BOOLEAN';
    // Mostly numbers: a column of numbers with a broken cell, which the next scan finds and names.
    return reals * 2 >= filled ? 'DOUBLE' : 'VARCHAR';
  });
  // One typed scan of the whole file: broken cells and ragged rows are found now, and so are late fractions.
  let rows: number | undefined;
  if (size <= WHOLE) {
    const whole = types.map((type, i) =>
      type === 'BIGINT' ? `bool_and(c${i} = trunc(c${i})) AS w${i}` : `count(c${i}) AS n${i}`,
    );
    const found = await probe(
      `SELECT count(*) AS n, ${whole.join(', ')} FROM ${scan(types.map((t) => (t === 'BIGINT' ? 'DOUBLE' : t)))}`,
    );
    rows = Number(found['n']);
    types.forEach((type, i) => {
      if (type === 'BIGINT' && found[`w${i}`] === false) types[i] = 'DOUBLE';
    });
  }
  const columns = header.map((name, i): Column => {
    const type =
      types[i] === 'BIGINT'
        ? 'integer'
        : types[i] === 'DOUBLE'
          ? 'real'
          : types[i] === 'BOOLEAN'
            ? 'boolean'
            : 'string';
    return { name, type, stored: type === 'string' ? 'text' : type };
  });
  return {
    path: file,
    format: 'csv',
    columns,
    ...(rows === undefined ? { about: Math.round(size / bytesPerLine) } : { rows }),
    warnings,
    select: (names) => {
      const used = names.map((name) => {
        const i = header.indexOf(name);
        return types[i] === 'VARCHAR' ? `trim(${ident(`c${i}`)})` : ident(`c${i}`);
      });
      return Promise.resolve(`SELECT ${used.join(', ') || '1'} FROM ${scan(types)}`);
    },
  };
}

/** Filled cells, and how many of them are real numbers, integers, truth values. */
const counters = (i: number): string =>
  `count(c${i}) AS s${i}, count(TRY_CAST(c${i} AS DOUBLE)) AS d${i}, ` +
  `count(CASE WHEN regexp_full_match(c${i}, '\\s*[+-]?[0-9]{1,18}\\s*') THEN 1 END) AS i${i}, ` +
  `count(CASE WHEN lower(trim(c${i})) IN ('true', 'false') THEN 1 END) AS b${i}`;
