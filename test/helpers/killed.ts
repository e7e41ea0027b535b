import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const program = path.resolve('dist/cli/main.js');

/** Whether the moment has come. */
export type Moment = () => boolean;

/** So long after a run, as it was taken up last, began a task whose name begins so; or ended it. */
export function task(run: string, event: 'started' | 'done', name: string, after = 0): Moment {
  let seen: number | undefined;
  return () => {
    const journal = path.join(run, 'journal.jsonl');
    if (seen === undefined && existsSync(journal)) {
      const lines = readFileSync(journal, 'utf8').split('\n');
      const own = lines.slice(lines.findLastIndex((line) => line.includes('"event":"run"')));
      if (own.some((line) => line.includes(`"event":"${event}"`) && line.includes(`"task":"${name}`)))
        seen = performance.now();
    }
    return seen !== undefined && performance.now() - seen >= after;
  };
}

/**
 * Runs a command line; at the moment, kills it and its workers with SIGKILL.
 *
 * @returns whether it was killed, its exit status otherwise, and what it said on stderr
 */
export function datamcUntil(
  args: readonly string[],
  cwd: string,
  moment?: Moment,
): Promise<{ readonly killed: boolean; readonly status: number | null; readonly err: string }> {
  const child = spawn(process.execPath, [program, ...args], {
    cwd,
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let err = '';
  child.stderr.on('data', (data: Buffer) => (err += data.toString()));
  let killed = false;
  const timer = setInterval(() => {
    if (killed || !moment?.()) return;
    killed = true;
    process.kill(-(child.pid as number), 'SIGKILL');
  }, 1);
  return new Promise((resolve) => {
    child.on('close', (status) => {
      clearInterval(timer);
      resolve({ killed, status, err });
    });
  });
}

/** Checksums of all files below a folder, by their names. */
export const checksums = (folder: string, leaveOut: (name: string) => boolean = () => false): Record<string, string> =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
      .filter((name) => !leaveOut(name))
      .sort()
      .map((name) => [
        name,
        createHash('sha256')
          .update(readFileSync(path.join(folder, name)))
          .digest('hex'),
      ]),
  );
