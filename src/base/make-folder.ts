import { constants } from 'node:fs';
import { access, mkdir, mkdtemp, rmdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { userError, type DatamcError } from './error.js';
import { systemReason } from './system-error.js';

/**
 * Makes a folder and those above it, where they are not there, and makes sure that files may be put into it. In place of Node's
 * recursive `mkdir`, which never ends where the system lets nobody make folders, as below /proc.
 *
 * @throws userError `file.unwritable`
 * @example await makeFolder(path.dirname(out))
 */
export async function makeFolder(folder: string): Promise<void> {
  const whole = path.resolve(folder);
  try {
    await make(whole);
    await access(whole, constants.W_OK);
  } catch (cause) {
    throw unwritable(folder, cause);
  }
}

async function make(folder: string): Promise<void> {
  try {
    return await mkdir(folder);
  } catch (error) {
    if (await isFolder(folder)) return;
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    // What is missing is above. Where all that is there, somebody has made it in between, or the system refuses again.
    const above = path.dirname(folder);
    if (!(await isFolder(above))) await make(above);
  }
  await mkdir(folder).catch(async (error: unknown) => {
    if (!(await isFolder(folder))) throw error; // somebody else may have made it in between
  });
}

const isFolder = (place: string): Promise<boolean> =>
  stat(place).then(
    (info) => info.isDirectory(),
    () => false,
  );

/**
 * Refuses a place, of a file or a folder to be made, where nothing can be put: found out before any work is done, by making
 * and removing a folder in the lowest one that is there already.
 *
 * @throws userError `file.unwritable`
 */
export async function checkPlace(place: string): Promise<void> {
  const whole = path.resolve(place);
  try {
    let [there, info] = [whole, await stat(whole).catch(absent)];
    while (info === undefined) {
      there = path.dirname(there);
      info = await stat(there).catch(absent);
    }
    if (info.isDirectory()) await rmdir(await mkdtemp(path.join(there, '.datamc-')));
    else if (there !== whole) throw Object.assign(new Error(), { code: 'ENOTDIR' });
  } catch (cause) {
    throw unwritable(place, cause);
  }
}

function absent(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
}

function unwritable(place: string, cause: unknown): DatamcError {
  const refused = (cause as NodeJS.ErrnoException).code === 'ENOENT';
  const why = refused ? 'nothing can be made there' : (systemReason(cause) ?? (cause as Error).message);
  return userError(
    {
      code: 'file.unwritable',
      message: `cannot write ${place}: ${why}`,
      path: place,
      hint: 'name another place; for an outcome: --out',
    },
    { cause },
  );
}
