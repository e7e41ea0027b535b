import { open, readFile } from 'node:fs/promises';
import { userError } from '../../base/error.js';
import { systemReason } from '../../base/system-error.js';
import { npyHeader, npyRows } from '../../events/sources/npy.js';
import { numberIn } from './csv.js';

/**
 * A square matrix of numbers from NumPy's `.npy` (two dimensions) or a CSV file without a header: a covariance beside a table.
 *
 * @throws userError `matrix.*`
 */
export async function readMatrix(file: string): Promise<Float64Array[]> {
  const rows = file.endsWith('.npy') ? await fromNpy(file) : await fromText(file);
  if (rows.length > 0 && rows.every((row) => row.length === rows.length)) return rows;
  throw userError({
    code: 'matrix.square',
    message: 'not a square matrix',
    path: file,
    got: `${rows.length} rows of ${rows[0]?.length ?? 0}`,
  });
}

async function fromNpy(file: string): Promise<Float64Array[]> {
  const handle = await open(file).catch((error: Error) => {
    throw unreadable(file, error);
  });
  try {
    const { size } = await handle.stat();
    const array = await npyHeader(handle, file, 0, size, 'c0');
    const columns = await npyRows(handle, array, array.fields, 0, array.rows);
    return Array.from({ length: array.rows }, (_, i) => Float64Array.from(columns, (c) => Number(c[i])));
  } finally {
    await handle.close();
  }
}

async function fromText(file: string): Promise<Float64Array[]> {
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw unreadable(file, error);
  });
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '' && !line.startsWith('#'));
  return lines.map((line, i) =>
    Float64Array.from(line.trim().split(/\s*[,;]\s*|\s+/), (cell) => {
      const value = numberIn(cell);
      if (value !== undefined) return value;
      throw userError({
        code: 'matrix.cell',
        message: `"${cell}" is not a number`,
        path: `${file}: row ${i + 1}`,
        expected: 'numbers alone, without a header, or an .npy file',
      });
    }),
  );
}

const unreadable = (file: string, error: Error) =>
  userError(
    { code: 'file.unreadable', message: `cannot read "${file}"`, path: file, hint: systemReason(error) },
    { cause: error },
  );
