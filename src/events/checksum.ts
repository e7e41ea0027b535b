import { createHash } from 'node:crypto';
import { open, readFile, rename, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { makeFolder } from '../base/make-folder.js';

const BLOCK = 1 << 20;

/** SHA-256 of a file's bytes, hexadecimal. */
export async function fileChecksum(file: string): Promise<string> {
  const hash = createHash('sha256');
  const handle = await open(file);
  try {
    let [now, then] = [Buffer.allocUnsafeSlow(BLOCK), Buffer.allocUnsafeSlow(BLOCK)];
    let reading = handle.read(now, 0, BLOCK);
    for (;;) {
      const { bytesRead } = await reading;
      if (bytesRead === 0) return hash.digest('hex');
      // One block is read while the other is hashed.
      reading = handle.read(then, 0, BLOCK);
      hash.update(now.subarray(0, bytesRead));
      [now, then] = [then, now];
    }
  } finally {
    await handle.close();
  }
}

/** Size and time of change, to the nanosecond. */
export async function fileState(file: string): Promise<string> {
  const { size, mtimeNs } = await stat(file, { bigint: true });
  return `${size} ${mtimeNs}`;
}

/** A name for a file in its present state, for as long as nobody else needs to find it under the same. */
export async function momentaryName(file: string): Promise<string> {
  return createHash('sha256')
    .update(`${path.resolve(file)} ${await fileState(file)}`)
    .digest('hex');
}

/** Remembers checksums in a directory for as long as a file keeps its state. */
export class Checksums {
  private readonly known = new Map<string, Promise<string>>();

  constructor(private readonly directory: string) {}

  async of(file: string): Promise<string> {
    const state = await fileState(file);
    const key = `${file} ${state}`;
    const known = this.known.get(key) ?? this.remembered(file, state);
    this.known.set(key, known);
    return known;
  }

  private async remembered(file: string, state: string): Promise<string> {
    const note = path.join(this.directory, createHash('sha256').update(path.resolve(file)).digest('hex').slice(0, 32));
    const [before, sum] = (await readFile(note, 'utf8').catch(() => '')).split('\n');
    if (before === state && sum) return sum;
    const fresh = await fileChecksum(file);
    await makeFolder(this.directory);
    // A file changed in the last two seconds may change again within the clock's grain.
    if (Date.now() - Number(BigInt(state.split(' ')[1]) / 1_000_000n) > 2000) {
      await writeFile(`${note}.${process.pid}`, `${state}\n${fresh}`);
      await rename(`${note}.${process.pid}`, note);
    }
    return fresh;
  }
}
