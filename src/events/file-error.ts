import { DatamcError, taskError, userError } from '../base/error.js';

/** A file that is not, or not wholly, what its name says. */
export const damagedFile = (file: string | undefined, format: string, cause?: unknown, got?: string): DatamcError =>
  userError(
    {
      code: 'events.damaged-file',
      message: file === undefined ? `one of the ${format}s is damaged` : `${file} is damaged or no ${format}`,
      path: file,
      got,
      hint: 'write or copy it again, and compare its size and checksum with those of the original',
    },
    { cause },
  );

/** A file without a byte, or without a row. */
export const emptyFile = (file: string, message = `${file} is empty`): DatamcError =>
  userError({
    code: 'events.empty-file',
    message,
    path: file,
    expected: 'at least one row of events',
    hint: 'leave the file out, or write it again',
  });

/**
 * What DuckDB says about a broken file, as the house says it: file, line, column, the cell. Other errors pass through.
 *
 * @param columns names in the file, where the query has others
 * @param sql the query: says which file it is where DuckDB does not and only one is read
 */
export function fileError(error: unknown, columns?: readonly string[], sql = ''): unknown {
  if (error instanceof DatamcError || !(error instanceof Error)) return error;
  const { message } = error;
  const line = /CSV Error on Line: (\d+)/.exec(message)?.[1];
  const file = /^\s*file = (.*)$/m.exec(message)?.[1];
  if (line !== undefined) return csvError(message, line, file ?? '', columns, error);
  if (
    /^(?:Invalid Input|IO|Invalid|Conversion) Error.*(?:parquet|Parquet|magic|thrift|TProtocol|snappy|[Zz]std)/s.test(
      message,
    )
  ) {
    const read = new Set(Array.from(sql.matchAll(/read_parquet\('([^']*)'/g), ([, file]) => file));
    const named =
      /['"]([^'"]*\.(?:parquet|pq)[^'"]*)['"]/.exec(message)?.[1] ?? (read.size === 1 ? [...read][0] : undefined);
    return damagedFile(named, 'Parquet file', error, damageOf(message));
  }
  if (/^Out of Memory Error/.test(message)) {
    return taskError(
      {
        code: 'events.memory',
        message: 'the memory limit is too small for this query',
        got: firstLine(message),
        hint: 'try fewer --jobs',
      },
      { cause: error },
    );
  }
  const variable = /variable "(?:own::)?(\w+)": (.*)/.exec(message);
  if (variable) {
    const [, name, got] = variable;
    const hint = 'it is given Float64Array columns and returns one of the same length';
    return userError(
      { code: 'variables.run', message: `the function of variable "${name}" failed`, got, hint },
      { cause: error },
    );
  }
  return error;
}

/** DuckDB's own words for a damage, without the kind of error, the file and what no terminal shows. */
export const damageOf = (message: string): string => {
  const words = firstLine(message)
    .replace(/^(?:[A-Z]\w* )+Error: /, '')
    .replace(/^File '[^']*' |,? (?:of|in|from|at|for) file '[^']*'/g, '')
    .replace(/\p{C}+/gu, '')
    .trim();
  return /^[A-Z][a-z ]/.test(words) ? words.charAt(0).toLowerCase() + words.slice(1) : words;
};

const firstLine = (message: string): string => message.split('\n')[0].slice(0, 200);

function csvError(
  message: string,
  line: string,
  file: string,
  columns: readonly string[] | undefined,
  cause: Error,
): DatamcError {
  const path = `${file}:${line}`;
  const original = /Original Line: ?(.*)/.exec(message)?.[1]?.slice(0, 80);
  const counts = /Expected Number of Columns: (\d+) Found: (\d+)/.exec(message);
  if (counts) {
    return userError(
      {
        code: 'events.ragged-row',
        message: `line ${line} of ${file} has ${counts[2]} cells, not ${counts[1]}`,
        path,
        got: original,
        expected: `${counts[1]} cells, as in the header line`,
      },
      { cause },
    );
  }
  const cell = /Error when converting column "([^"]*)"\. Could not convert string "([^"]*)" to '(\w+)'/.exec(message);
  if (cell) {
    const index = /^c(\d+)$/.exec(cell[1])?.[1];
    const name = index === undefined ? cell[1] : (columns?.[Number(index)] ?? cell[1]);
    return userError(
      {
        code: 'events.unparsable-cell',
        message: `line ${line} of ${file}, column "${name}": "${cell[2]}" is not a number`,
        path,
        got: original,
        expected: cell[3] === 'BIGINT' ? 'an integer' : 'a number, nan, inf or an empty cell',
      },
      { cause },
    );
  }
  const quote = /quote|Quote/.test(message);
  return userError(
    {
      code: 'events.broken-line',
      message: `line ${line} of ${file} ${quote ? 'has a quote that is never closed' : 'cannot be read'}`,
      path,
      got: original,
      hint: quote ? 'close it; a quote within a quoted cell is written twice: ""' : 'mend or remove that line',
    },
    { cause },
  );
}
