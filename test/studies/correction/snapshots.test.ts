import { mkdtempSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { EpochRecord } from '../../../src/graph/train-state.js';
import { keepSnapshot, snapshotsOf } from '../../../src/studies/correction/snapshots.js';
import { temporaryFolder } from '../../helpers/toy-run.js';

const home = temporaryFolder();
const parametersAt = (epoch: number): Float32Array => Float32Array.of(epoch, -epoch / 3, 1 / (1 + epoch));
const record = (epoch: number): EpochRecord => ({ epoch, train: 10 / epoch, learningRate: 1e-3, gradientNorm: 1 });

/** A training that recorded every `every`-th epoch, up to the last. */
async function training(epochs: number, every = 1) {
  const scratch = mkdtempSync(path.join(home, 'snapshots-'));
  const history: EpochRecord[] = [];
  for (let epoch = every; epoch <= epochs; epoch += every) {
    await keepSnapshot(scratch, epoch, history.length, parametersAt(epoch));
    history.push(record(epoch));
  }
  return { scratch, history };
}
const best = (epoch: number) => ({ epoch, parameters: parametersAt(epoch) });

describe.each([1, 2, 3, 7, 60, 61, 500, 4000])('the best of %i epochs', (epochs) => {
  test.each([1, Math.ceil(epochs / 3), epochs])('being epoch %i', async (chosen) => {
    const { scratch, history } = await training(epochs);
    const snapshots = await snapshotsOf(scratch, history, best(chosen));
    expect(snapshots.length).toBeLessThanOrEqual(6);
    expect(snapshots.length).toBeGreaterThanOrEqual(chosen > 1 ? 2 : 1);
    expect(snapshots.at(-1)?.epoch).toBe(chosen);
    snapshots.forEach(({ epoch, loss, parameters }, i) => {
      if (i > 0) expect(epoch).toBeGreaterThan(snapshots[i - 1].epoch);
      expect(loss).toBe(10 / epoch);
      expect(parameters).toEqual(parametersAt(epoch));
    });
    if (chosen > 1) expect(snapshots[0].epoch).toBe(1);
  });
});

test('a long training keeps few files, and spreads its moments', async () => {
  const { scratch, history } = await training(1000);
  expect(readdirSync(scratch)).toHaveLength(10);
  const epochs = (await snapshotsOf(scratch, history, best(1000))).map((s) => s.epoch);
  expect(epochs).toEqual([1, 4, 16, 64, 256, 1000]);
});

test('where not every epoch is recorded, records are counted', async () => {
  const { scratch, history } = await training(1000, 10);
  const epochs = (await snapshotsOf(scratch, history, best(730))).map((s) => s.epoch);
  expect(epochs[0]).toBe(10);
  expect(epochs.at(-1)).toBe(730);
});

test('parameters that are part of a larger buffer', async () => {
  const scratch = mkdtempSync(path.join(home, 'snapshots-'));
  await keepSnapshot(scratch, 1, 0, Float32Array.of(9, 1, 2, 9).subarray(1, 3));
  const [first] = await snapshotsOf(scratch, [record(1), record(2)], best(2));
  expect([...first.parameters]).toEqual([1, 2]);
});
