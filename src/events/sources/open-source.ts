import { open, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { userError } from '../../base/error.js';
import { didYouMean } from '../../base/near.js';
import type { Duck } from '../duck.js';
import { emptyFile } from '../file-error.js';
import { csvSource } from './csv.js';
import { hdf5Source } from './hdf5.js';
import { numpySource } from './numpy.js';
import { parquetSource } from './parquet.js';
import { rootSource } from './root.js';
import type { OpenOptions, Source } from './source.js';

type Format = 'root' | 'parquet' | 'csv' | 'hdf5' | 'numpy';

const BY_NAME: readonly (readonly [RegExp, Format])[] = [
  [/\.root$/i, 'root'],
  [/\.(?:parquet|pq)$/i, 'parquet'],
  [/\.(?:csv|tsv|txt|dat)$/i, 'csv'],
  [/\.(?:h5|hdf5|hdf)$/i, 'hdf5'],
  [/\.np[yz]$/i, 'numpy'],
];
const MAGIC: readonly (readonly [string, Format])[] = [
  ['root', 'root'],
  ['PAR1', 'parquet'],
  ['\x89HDF', 'hdf5'],
  ['\x93NUM', 'numpy'],
];

/**
 * Opens one file of events. Its first bytes decide the format, then its name.
 *
 * @throws userError `events.no-file`, `events.directory`, `events.empty-file`, `events.unknown-format`, `events.damaged-file`
 */
export async function openSource(
  file: string,
  duck: Duck,
  cache: { directory: string; checksum(file: string): Promise<string> },
  options: OpenOptions = {},
): Promise<Source> {
  const format = await formatOf(file);
  const checksum = (): Promise<string> => cache.checksum(file);
  switch (format) {
    case 'root':
      return rootSource(file, cache.directory, checksum, options);
    case 'parquet':
      return parquetSource(file, duck);
    case 'csv':
      return csvSource(file, duck);
    case 'hdf5':
      return hdf5Source(file, cache.directory, checksum, options);
    case 'numpy':
      return numpySource(file, cache.directory, checksum);
  }
}

const forbidden = (file: string, cause: unknown): Error =>
  userError(
    {
      code: 'events.no-file',
      message: `${file} may not be read`,
      path: file,
      hint: 'ask its owner for permission, or read a copy of your own',
    },
    { cause },
  );

async function absent(file: string, cause: unknown): Promise<Error> {
  const folder = path.dirname(file);
  const neighbours = await readdir(folder).catch(() => undefined);
  const near = neighbours && didYouMean(path.basename(file), neighbours);
  const hint = near ?? (neighbours ? `${folder} has no such file` : `there is no folder ${folder}`);
  return userError({ code: 'events.no-file', message: `no file ${file}`, path: file, hint }, { cause });
}

export async function formatOf(file: string): Promise<Format> {
  const info = await stat(file).catch(async (error: unknown) => {
    throw (error as NodeJS.ErrnoException).code === 'EACCES' ? forbidden(file, error) : await absent(file, error);
  });
  if (info.isDirectory()) {
    const hint = `name files in it: ${path.join(file, '*.root')}`;
    throw userError({ code: 'events.directory', message: `${file} is a directory, not a file`, path: file, hint });
  }
  if (info.size === 0) throw emptyFile(file);
  const handle = await open(file, 'r').catch((error: unknown) => {
    throw forbidden(file, error);
  });
  const head = Buffer.alloc(4);
  try {
    await handle.read(head, 0, 4, 0);
  } finally {
    await handle.close();
  }
  const start = head.toString('latin1');
  const magic = MAGIC.find(([bytes]) => bytes === start)?.[1];
  const name = BY_NAME.find(([pattern]) => pattern.test(file))?.[1];
  // A file that calls itself ROOT but does not begin so is given to its reader, whose message says what is wrong.
  const format = magic ?? name;
  if (format) return format;
  throw userError({
    code: 'events.unknown-format',
    message: `${file} is in no format that can be read`,
    path: file,
    expected: 'ROOT, Parquet, CSV, HDF5, NPY or NPZ',
  });
}
