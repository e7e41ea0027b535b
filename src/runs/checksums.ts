import { readFile, stat } from 'node:fs/promises';
import { DatamcError, userError } from '../base/error.js';
import { sha256File } from '../base/hash.js';
import { writeWhole } from './files.js';

/** A file's checksum and size. */
export interface FileSum {
  readonly sha256: string;
  readonly size: number;
}

interface Entry extends FileSum {
  readonly mtime: string;
  readonly inode: string;
}

/** Checksums of input files, remembered as long as path, size, time of change and inode stay the same. */
export interface Checksums {
  /** The file's checksum, computed unless it is remembered. */
  of(file: string, onBytes?: (bytes: number) => void): Promise<FileSum>;
  /** The remembered checksum; nothing is read. */
  known(file: string): Promise<FileSum | undefined>;
  /** Store what was learnt. */
  save(): Promise<void>;
}

/** @param store where to remember: in the run's cache, never beside the user's files */
export async function openChecksums(store: string): Promise<Checksums> {
  const entries = new Map<string, Entry>(Object.entries(await readStore(store)));
  let learnt = false;

  const look = async (file: string): Promise<Entry & { fresh: boolean }> => {
    const info = await stat(file, { bigint: true }).catch((cause: NodeJS.ErrnoException) => {
      throw unreadable(file, cause);
    });
    if (!info.isFile()) {
      const message = `"${file}" is ${info.isDirectory() ? 'a folder' : 'not a file'}`;
      throw userError({ code: 'file.not-a-file', message, path: file, expected: 'a file' });
    }
    const now = { size: Number(info.size), mtime: String(info.mtimeNs), inode: String(info.ino) };
    const entry = entries.get(file);
    const fresh = entry?.size === now.size && entry.mtime === now.mtime && entry.inode === now.inode;
    return { ...now, sha256: fresh ? entry.sha256 : '', fresh };
  };

  return {
    async of(file, onBytes) {
      const { fresh, ...entry } = await look(file);
      if (fresh) return { sha256: entry.sha256, size: entry.size };
      const sha256 = await sha256File(file, onBytes).catch((cause: NodeJS.ErrnoException) => {
        if (cause instanceof DatamcError) throw cause;
        throw unreadable(file, cause);
      });
      entries.set(file, { ...entry, sha256 });
      learnt = true;
      return { sha256, size: entry.size };
    },
    async known(file) {
      const { fresh, sha256, size } = await look(file);
      return fresh ? { sha256, size } : undefined;
    },
    async save() {
      if (learnt) await writeWhole(store, JSON.stringify(Object.fromEntries(entries), undefined, 1));
      learnt = false;
    },
  };
}

const unreadable = (file: string, cause: NodeJS.ErrnoException): DatamcError =>
  userError({
    code: 'file.unreadable',
    message: `cannot read "${file}": ${reason(cause)}`,
    path: file,
    expected: 'a file that stays where it is, and that you may read',
  });

const reason = (cause: NodeJS.ErrnoException): string =>
  ({ ENOENT: 'no such file', EACCES: 'no permission', EISDIR: 'it is a folder' })[cause.code ?? ''] ?? cause.message;

async function readStore(store: string): Promise<Record<string, Entry>> {
  try {
    return JSON.parse(await readFile(store, 'utf8')) as Record<string, Entry>;
  } catch {
    return {}; // absent or damaged: it is only a memory
  }
}
