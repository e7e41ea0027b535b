import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { userError } from '../base/error.js';
import { checkPlace, makeFolder } from '../base/make-folder.js';

/**
 * Refuses an output that cannot be written, before anything is read: one that is an input (be it under another name), a
 * folder, or in a folder without permission. Makes the folder that it is to stand in.
 *
 * @throws userError `events.same-file`, `file.unwritable`
 */
export async function checkOutput(out: string, inputs: readonly string[]): Promise<void> {
  const target = await place(out);
  for (const input of inputs) {
    if ((await place(input)) !== target) continue;
    const message = `${out} is input and output at once`;
    throw userError({ code: 'events.same-file', message, path: out, hint: 'name another file to write' });
  }
  await checkPlace(out);
  await makeFolder(path.dirname(path.resolve(out)));
  const info = await stat(out).catch(() => undefined);
  if (info?.isDirectory())
    throw userError({
      code: 'file.unwritable',
      message: `cannot write ${out}: it is a folder`,
      path: out,
      hint: 'name another place; for an outcome: --out',
    });
}

// Links followed, also where the file itself is not there yet.
async function place(file: string): Promise<string> {
  const absolute = path.resolve(file);
  const folder = await realpath(path.dirname(absolute)).catch(() => path.dirname(absolute));
  return realpath(absolute).catch(() => path.join(folder, path.basename(absolute)));
}
