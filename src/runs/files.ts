import { open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import path from 'node:path';

let serial = 0;

/** A name for a temporary neighbour: unique within this machine as long as the process lives. */
export const temporaryName = (file: string): string =>
  path.join(path.dirname(file), `.${path.basename(file)}.${process.pid}.${serial++}.tmp`);

async function withHandle<T>(file: string, flags: string, body: (handle: FileHandle) => Promise<T>): Promise<T> {
  const handle = await open(file, flags);
  try {
    return await body(handle);
  } finally {
    await handle.close();
  }
}

/** Wait until a file or folder is on the disk. */
export async function syncPath(file: string): Promise<void> {
  await withHandle(file, 'r', async (handle) => {
    // Some network file systems refuse fsync on folders; the rename is then as safe as they make it.
    await handle.sync().catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EINVAL' && error.code !== 'ENOTSUP' && error.code !== 'EISDIR') throw error;
    });
  });
}

/** Replace a file in one step: readers see the old text or the new one, whatever happens in between. */
export async function writeWhole(file: string, text: string | Uint8Array): Promise<void> {
  const temporary = temporaryName(file);
  await withHandle(temporary, 'w', async (handle) => {
    await handle.writeFile(text);
    await handle.sync();
  });
  await rename(temporary, file);
  await syncPath(path.dirname(file));
}

/** All files below a folder, as sorted paths relative to it, with slashes. */
export async function filesBelow(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(dir, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'))
    .sort();
}

export const exists = (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    () => false,
  );

/** Remove a file or folder, read-only contents included; nothing happens where there is none. */
export const remove = (file: string): Promise<void> => rm(file, { recursive: true, force: true });
