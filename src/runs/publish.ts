import { chmod, constants, copyFile, rename, stat } from 'node:fs/promises';
import path from 'node:path';
import { taskError } from '../base/error.js';
import { sha256File, sha256, stableJson } from '../base/hash.js';
import type { Json } from '../base/json.js';
import { makeFolder } from '../base/make-folder.js';
import { remove, syncPath, temporaryName, writeWhole } from './files.js';
import type { Layout } from './layout.js';
import { places } from './plan.js';
import type { Prepared } from './prepare.js';
import type { Published } from './record.js';
import { finished, resultOf } from './results.js';
import type { Summary } from './summary.js';
import type { Provenance } from './task.js';

type Listing = Record<string, Published>;

/**
 * Put the outcome where the user finds it: each file by one rename, the summary last. Files that an earlier run
 * published and this one does not are removed; other files are left alone.
 *
 * @param failed how many optional tasks failed: counted in the summary
 */
export async function publish(
  at: Layout,
  prepared: readonly Prepared[],
  before: Readonly<Listing>,
  failed = 0,
): Promise<{ published: Listing; summary: Summary }> {
  const published: Listing = {};
  const provenance: Record<string, Provenance> = {};
  for (const { spec, job } of prepared) {
    const outputs = places(spec).length ? ((await finished(at, job.hash))?.outputs ?? {}) : {};
    for (const [output, place] of places(spec)) {
      for (const [name, { sha256: sum, size }] of Object.entries(outputs)) {
        const inside = name.startsWith(`${output}/`) ? `${place}${name.slice(output.length)}` : undefined;
        const target = name === output ? place : inside;
        if (!target) continue;
        if (published[target]) throw clash(target, published[target].task, spec.id);
        published[target] = { sha256: sum, size, task: spec.id, hash: job.hash };
        provenance[spec.id] = job.provenance;
        await putInPlace(path.join(at.task(job.hash), name), path.join(at.dir, target), sum, size);
      }
    }
  }
  const last = prepared.find(({ job }) => job.summary) as Prepared;
  provenance[last.spec.id] = last.job.provenance;
  await listProducts(at, published, provenance, last);
  const summary = await writeSummary(at, published, last, failed);
  for (const place of Object.keys(before)) {
    if (!published[place]) await remove(path.join(at.dir, place));
  }
  return { published, summary };
}

async function putInPlace(from: string, to: string, sum: string, size: number): Promise<void> {
  const there = await stat(to).catch(() => undefined);
  if (there?.isFile() && there.size === size && (await sha256File(to)) === sum) return;
  await makeFolder(path.dirname(to));
  const temporary = temporaryName(to);
  await copyFile(from, temporary, constants.COPYFILE_FICLONE);
  await chmod(temporary, 0o644);
  await syncPath(temporary);
  await rename(temporary, to);
  await syncPath(path.dirname(to));
}

// The checksums of all that was published, with where it comes from: it travels with the folder.
async function listProducts(
  at: Layout,
  published: Listing,
  provenance: Readonly<Record<string, Provenance>>,
  { spec, job }: Prepared,
): Promise<void> {
  const files = Object.fromEntries(
    Object.entries(published).map(([k, { sha256: sum, task }]) => [k, { sha256: sum, task }]),
  );
  const text = `${stableJson({ files, provenance } as unknown as Json, 1)}\n`;
  const place = 'products/provenance.json';
  if (published[place]) throw clash(place, published[place].task, 'datamc itself');
  await makeFolder(path.join(at.dir, 'products'));
  await writeWhole(path.join(at.dir, place), text);
  published[place] = { sha256: sha256(text), size: Buffer.byteLength(text), task: spec.id, hash: job.hash };
}

async function writeSummary(at: Layout, published: Listing, { spec, job }: Prepared, failed: number): Promise<Summary> {
  const result = (await resultOf(at, job.hash)) as Summary;
  const summary = { ...(job.quick ? { quick: 1 } : {}), ...(failed ? { 'tasks.failed': failed } : {}), ...result };
  const text = `${JSON.stringify(summary, undefined, 1)}\n`;
  await writeWhole(at.summary, text);
  published['summary.json'] = { sha256: sha256(text), size: Buffer.byteLength(text), task: spec.id, hash: job.hash };
  return summary;
}

const clash = (place: string, one: string, other: string) =>
  taskError({ code: 'publish.clash', message: `both "${one}" and "${other}" write ${place}`, path: place });
