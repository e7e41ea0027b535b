import { stat } from 'node:fs/promises';
import { userError } from '../../base/error.js';
import type { Column } from '../column.js';
import type { Duck } from '../duck.js';
import { fileError } from '../file-error.js';
import { ident, text } from '../sql.js';
import { scanCsv } from './csv-scan.js';
import type { Source } from './source.js';

// A larger file's types are found from its first rows; a later cell that does not fit is an error when it is read.
const WHOLE = 256 * 1024 * 1024;
const SAMPLE_ROWS = 200_000;
// Cells that count as missing. Blank cells may hold blanks.
const MISSING = ['', ' ', '  ', '   ', '    ', 'NA', 'N/A', 'n/a', 'null', 'NULL', 'None', '-nan', '-NaN', '--'];

/** Opens a CSV file, scanned in place. Every row must have as many cells as the header. */
export async function csvSource(file: string, duck: Duck): Promise<Source> {
  const { size } = await stat(file);
  const { delimiter, header, warnings } = await scanCsv(file);
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
  const raw = `(FROM ${scan(header.map(() => 'VARCHAR'))}${size > WHOLE ? ` LIMIT ${SAMPLE_ROWS}` : ''})`;
  const counts = await probe(
    `SELECT count(*) AS n, ${header
      .map((_, i) => {
        const cell = `c${i}`;
        return (
          `count(${cell}) AS s${i}, count(TRY_CAST(${cell} AS DOUBLE)) AS d${i}, ` +
          `count(CASE WHEN regexp_full_match(${cell}, '\\s*[+-]?[0-9]{1,18}\\s*') THEN 1 END) AS i${i}, ` +
          `count(CASE WHEN lower(trim(${cell})) IN ('true', 'false') THEN 1 END) AS b${i}`
        );
      })
      .join(', ')} FROM ${raw}`,
  );
  const rows = Number(counts['n']);
  if (rows === 0)
    throw userError({ code: 'events.empty-file', message: `${file} has a header but no rows`, path: file });
  const types = header.map((_, i) => {
    const [filled, reals, integers, truths] = ['s', 'd', 'i', 'b'].map((k) => Number(counts[`${k}${i}`]));
    if (integers === filled && filled > 0 && size <= WHOLE) return 'BIGINT';
    if (reals === filled) return 'DOUBLE';
    if (truths === filled) return 'BOOLEAN';
    // Mostly numbers: a column of numbers with a broken cell, which the typed scan finds and names.
    return reals * 2 >= filled ? 'DOUBLE' : 'VARCHAR';
  });
  const broken = types.findIndex((type, i) => type === 'DOUBLE' && counts[`d${i}`] !== counts[`s${i}`]);
  if (broken >= 0) await probe(`SELECT sum(c${broken}) FROM ${scan(types)}`);
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
    ...(size <= WHOLE ? { rows } : {}),
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
