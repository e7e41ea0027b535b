import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { userError } from '../base/error.js';
import { sha256File } from '../base/hash.js';
import { layout } from './layout.js';
import { findStamp } from './provenance.js';
import { findRecord, type Published, type RunRecord } from './record.js';
import type { TaskRecord } from './results.js';
import type { Provenance } from './task.js';

/** Where a file comes from. */
export interface Explanation {
  readonly file: string;
  readonly sha256: string;
  /** How it was recognised. */
  readonly by: 'place in its run' | 'checksum in a run' | 'provenance.json beside it' | 'stamp in the file';
  /** False where the file lies where a run put it, but is not what the run wrote. */
  readonly unchanged?: boolean;
  /** The name under which it was published. */
  readonly place?: string;
  readonly run?: string;
  readonly command?: string;
  readonly study?: string;
  readonly versions?: Readonly<Record<string, string>>;
  /** When the task that made it was last done. */
  readonly made?: string;
  /** Inputs of the whole run with their paths then. */
  readonly inputPaths?: Readonly<Record<string, string>>;
  readonly provenance?: Provenance;
}

interface Listing {
  readonly files: Readonly<Record<string, { readonly sha256: string; readonly task: string }>>;
  readonly provenance: Readonly<Record<string, Provenance>>;
}

/**
 * Find out where a file comes from: from the run directory it lies in, from `provenance.json` beside it, from a stamp
 * in its bytes, or, by its checksum, from the runs named.
 *
 * @returns undefined for a file that nobody here made
 * @throws userError if the file cannot be read
 */
export async function explainFile(
  file: string,
  options: { runs?: readonly string[] },
): Promise<Explanation | undefined> {
  const absolute = path.resolve(file);
  const info = await stat(absolute).catch(() => undefined);
  if (!info?.isFile()) {
    const message = info ? `"${file}" is not a file` : `there is no file "${file}"`;
    throw userError({ code: 'file.unreadable', message, path: file, expected: 'a file that datamc wrote' });
  }
  const sha256 = await sha256File(absolute);
  const head = { file: absolute, sha256 };

  const home = await runAround(absolute);
  if (home) {
    const place = path.relative(home.dir, absolute).split(path.sep).join('/');
    const there = await inRun(home.dir, home.record, sha256, place);
    if (there) return { ...head, by: 'place in its run', ...there };
  }
  for (const dir of options.runs ?? []) {
    const record = await findRecord(layout(dir));
    const there = record && (await inRun(dir, record, sha256));
    if (there) return { ...head, by: 'checksum in a run', ...there };
  }
  const beside = await listed(path.dirname(absolute), sha256);
  if (beside) return { ...head, by: 'provenance.json beside it', ...beside };
  const stamp = findStamp(await readFile(absolute));
  if (stamp) return { ...head, by: 'stamp in the file', provenance: stamp };
  return undefined;
}

type Found = Omit<Explanation, 'file' | 'sha256' | 'by'>;

async function inRun(dir: string, record: RunRecord, sum: string, place?: string): Promise<Found | undefined> {
  const at = layout(dir);
  const byPlace = place === undefined ? undefined : record.published[place];
  const named = byPlace ? ([place as string, byPlace] as const) : shortest(record.published, sum);
  const hash = named?.[1].hash ?? (await cachedWith(dir, sum));
  if (!hash) return undefined;
  const task = await readJson<TaskRecord>(path.join(at.task(hash), 'task.json'));
  const entry = record.tasks.find((candidate) => candidate.hash === hash);
  const made = await stat(path.join(at.task(hash), 'task.json')).catch(() => undefined);
  return {
    ...(named ? { place: named[0], unchanged: named[1].sha256 === sum } : { unchanged: true }),
    run: dir,
    ...(entry ? { command: record.command, versions: record.versions } : {}),
    study: record.study,
    ...(made ? { made: made.mtime.toISOString() } : {}),
    inputPaths: Object.fromEntries(Object.entries(record.inputs).map(([name, { sha256 }]) => [name, sha256])),
    ...(task ? { provenance: task.job.provenance } : {}),
  };
}

// One content may have been published under several names.
function shortest(published: RunRecord['published'], sum: string): readonly [string, Published] | undefined {
  const same = Object.entries(published).filter(([, file]) => file.sha256 === sum);
  return same.sort(([a], [b]) => a.length - b.length)[0];
}

async function cachedWith(dir: string, sum: string): Promise<string | undefined> {
  const { cache } = layout(dir);
  for (const hash of await readdir(cache).catch(() => [])) {
    if (!/^[0-9a-f]{64}$/.test(hash)) continue;
    const record = await readJson<TaskRecord>(path.join(cache, hash, 'task.json'));
    if (record && Object.values(record.outputs).some((output) => output.sha256 === sum)) return hash;
  }
  return undefined;
}

async function listed(dir: string, sum: string): Promise<Found | undefined> {
  for (const folder of [dir, path.join(dir, 'products'), path.join(dir, '..', 'products')]) {
    const listing = await readJson<Listing>(path.join(folder, 'provenance.json'));
    const found = Object.entries(listing?.files ?? {}).find(([, file]) => file.sha256 === sum);
    const provenance = found && listing?.provenance[found[1].task];
    if (found && provenance) return { place: found[0], unchanged: true, provenance };
  }
  return undefined;
}

async function runAround(file: string): Promise<{ dir: string; record: RunRecord } | undefined> {
  for (let dir = path.dirname(file); ; dir = path.dirname(dir)) {
    const record = await findRecord(layout(dir)).catch(() => undefined);
    if (record?.format === 1) return { dir, record };
    if (dir === path.dirname(dir)) return undefined;
  }
}

async function readJson<T>(file: string): Promise<T | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as T;
  } catch {
    return undefined;
  }
}
