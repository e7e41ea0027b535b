import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { parseCorrectionSet } from '../correctionlib/file.js';
import { holdsWeightTables } from '../correctionlib/weight-tables.js';
import { isBelle2Header } from './from-belle2-csv.js';
import { isFeiHeader } from './from-fei-csv.js';
import { isSysvarHeader } from './sysvar.js';
import { isSysvar1d } from './sysvar-1d.js';

/** Kinds of files that hold weight tables; `csv` is datamc's own. */
export type TableKind = 'correctionlib' | 'payload' | 'belle2' | 'fei' | 'sysvar' | 'csv';

/** What kind of weight tables a file holds, from its content; undefined where it holds none. */
export async function weightTableKind(file: string): Promise<TableKind | undefined> {
  const bytes = await readFile(file).catch(() => undefined);
  if (!bytes) return undefined;
  const gzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  // A binary file is not looked at further.
  if (!gzip && bytes.subarray(0, 512).includes(0)) return undefined;
  try {
    const text = (gzip ? gunzipSync(bytes) : bytes).toString('utf8');
    if (text.trimStart().startsWith('{')) {
      const value = JSON.parse(text) as Record<string, unknown>;
      if (value['format'] === 'ParticleWeighting') return 'payload';
      const ours = value['schema_version'] === 2 && holdsWeightTables(parseCorrectionSet(value, file));
      return ours ? 'correctionlib' : undefined;
    }
    if (isSysvar1d(text)) return 'sysvar';
    return kindOfHeader(text);
  } catch {
    return undefined;
  }
}

function kindOfHeader(text: string): TableKind | undefined {
  const line = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/, 50)
    .find((l) => l.trim() !== '' && !l.startsWith('#'));
  const header = (line ?? '').split(',').map((cell) => cell.trim());
  if (isFeiHeader(header)) return 'fei';
  if (isBelle2Header(header)) return 'belle2';
  if (isSysvarHeader(header)) return 'sysvar';
  return header.includes('value') && header.some((name) => name.endsWith('_min')) ? 'csv' : undefined;
}
