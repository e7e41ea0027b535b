import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { taskError, userError } from '../../base/error.js';
import { BasketDamage } from './damage.js';

/** Random access to the bytes of a file. Reading less than was asked for is an error, never a short answer. */
export interface ByteSource {
  readonly path: string;
  readonly size: number;
  /** Fill target[0, length) with the bytes at `position`. */
  read(position: number, length: number, target: Uint8Array): void;
  close(): void;
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EACCES: 'no permission to read',
  EISDIR: 'a directory, not a ROOT file',
};

const cannotOpen = (path: string, code: string): Error =>
  userError({
    code: 'events.cannot-open',
    message: `${reasons[code] ?? `cannot open (${code})`}: ${path}`,
    path,
    expected: 'a ROOT file that you may read',
  });

export function openBytes(path: string): ByteSource {
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch (error) {
    throw cannotOpen(path, (error as NodeJS.ErrnoException).code ?? String(error));
  }
  const stat = fstatSync(fd);
  if (stat.isDirectory()) {
    closeSync(fd);
    throw cannotOpen(path, 'EISDIR');
  }
  let open = true;
  return {
    path,
    size: stat.size,
    read(position, length, target) {
      if (!open) throw taskError({ code: 'events.file-closed', message: `the file was closed: ${path}`, path });
      if (!Number.isSafeInteger(position) || position < 0 || length < 0 || position + length > stat.size) {
        throw new BasketDamage(`bytes ${position} to ${position + length} lie outside the file's ${stat.size}`);
      }
      for (let done = 0; done < length;) {
        const got = readSync(fd, target, done, length - done, position + done);
        if (got === 0) throw new BasketDamage(`the file ends at byte ${position + done}`);
        done += got;
      }
    },
    close() {
      if (open) closeSync(fd);
      open = false;
    },
  };
}
