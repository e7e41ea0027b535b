import { readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { EpochRecord } from '../../graph/train-state.js';

const MOST = 6;
const file = (scratch: string, epoch: number): string => path.join(scratch, `epoch-${epoch}.f32`);

/** Early epochs change most, so the moments kept are powers of two. */
const isMoment = (index: number): boolean => Number.isInteger(Math.log2(index + 1));

/** Keeps the parameters of an epoch on disk, so that a resumed training still has its beginning. */
export async function keepSnapshot(
  scratch: string,
  epoch: number,
  index: number,
  parameters: Float32Array,
): Promise<void> {
  if (!isMoment(index)) return;
  const name = file(scratch, epoch);
  await writeFile(`${name}.new`, Buffer.from(parameters.buffer, parameters.byteOffset, parameters.byteLength));
  await rename(`${name}.new`, name);
}

export interface Snapshot {
  readonly epoch: number;
  readonly loss: number;
  readonly parameters: Float32Array;
}

/** At most six moments of a training, spread evenly over those that were kept; the last is the model that was chosen. */
export async function snapshotsOf(
  scratch: string,
  history: readonly EpochRecord[],
  best: { readonly epoch: number; readonly parameters: Float32Array },
): Promise<Snapshot[]> {
  const kept = history.filter((h, index) => isMoment(index) && h.epoch < best.epoch);
  const chosen = kept.filter(
    (_, i) =>
      kept.length < MOST ||
      Math.floor((i * (MOST - 1)) / kept.length) !== Math.floor(((i - 1) * (MOST - 1)) / kept.length),
  );
  const before = await Promise.all(
    chosen.map(async ({ epoch, train }) => {
      const bytes = await readFile(file(scratch, epoch));
      return { epoch, loss: train, parameters: new Float32Array(Uint8Array.from(bytes).buffer) };
    }),
  );
  const last = history.find((h) => h.epoch === best.epoch);
  return [...before, { epoch: best.epoch, loss: last?.train ?? 0, parameters: best.parameters }];
}
