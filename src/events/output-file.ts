import { constants } from 'node:fs';
import { access, mkdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { userError } from '../base/error.js';
import { systemReason } from '../base/system-error.js';

/**
 * Refuses an output that cannot be written, before anything is read: one that is an input (be it under another name), a
 * folder, or in a folder without permission. Makes the folder that it is to stand in.
 *
 * @throws userError `events.same-file`, `events.unwritable`
 */
export async function checkOutput(out: string, inputs: readonly string[]): Promise<void> {
  const target = await place(out);
  for (const input of inputs) {
    if ((await place(input)) !== target) continue;
    const message = `${out} is input and output at once`;
    throw userError({ code: 'events.same-file', message, path: out, hint: 'name another file to write' });
  }
  const folder = path.dirname(path.resolve(out));
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
  } catch (cause) {
    throw unwritable(out, systemReason(cause) ?? (cause as Error).message, cause);
  }
  const info = await stat(out).catch(() => undefined);
  if (info?.isDirectory()) throw unwritable(out, 'it is a folder');
}

const unwritable = (out: string, why: string, cause?: unknown): Error =>
  userError(
    { code: 'events.unwritable', message: `cannot write ${out}: ${why}`, path: out, hint: 'name another place' },
    { cause },
  );

// Links followed, also where the file itself is not there yet.
async function place(file: string): Promise<string> {
  const absolute = path.resolve(file);
  const folder = await realpath(path.dirname(absolute)).catch(() => path.dirname(absolute));
  return realpath(absolute).catch(() => path.join(folder, path.basename(absolute)));
}
