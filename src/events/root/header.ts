import { userError } from '../../base/error.js';
import { emptyFile } from '../file-error.js';
import type { ByteSource } from './byte-source.js';

/** Refuse what is no ROOT file, or not all of one, before anything else is read. */
export function checkHeader(source: ByteSource): void {
  const { path, size } = source;
  if (size === 0) throw emptyFile(path, `the file is empty: ${path}`);
  const head = Buffer.alloc(Math.min(size, 64));
  source.read(0, head.length, head);
  if (head.toString('latin1', 0, 4) !== 'root') {
    throw userError({
      code: 'events.not-root',
      message: `not a ROOT file: ${path}`,
      path,
      got: `a file that begins with ${JSON.stringify(head.toString('latin1', 0, 8))}`,
      expected: '"root"',
    });
  }
  if (size < 64) throw cutShort(path, size);
  // From version 1 000 000 on, positions have 64 bits.
  const large = head.readUInt32BE(4) >= 1_000_000;
  const end = large ? Number(head.readBigUInt64BE(12)) : head.readUInt32BE(12);
  if (end > size) throw cutShort(path, size, end);
}

const cutShort = (path: string, size: number, end?: number): Error =>
  userError({
    code: 'events.cut-file',
    message: `the file is cut short: ${size}${end === undefined ? '' : ` of ${end}`} bytes: ${path}`,
    path,
    hint: 'copy it again: its list of contents lies at the end, so nothing can be read from what is left',
  });
