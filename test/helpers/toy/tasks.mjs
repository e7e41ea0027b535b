// Tasks of a toy study: small, but they read files, draw numbers, write nested outputs, keep checkpoints and can fail.
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DatamcError } from '../../../dist/base/error.js';
import { provenanceStamp } from '../../../dist/runs/provenance.js';
import { normals } from '../../../dist/stats/key.js';

const size = 256;

/** Adds `steps` draws of normal numbers to the numbers of a file; a checkpoint after each step. */
async function block(context) {
  const { steps, delay, fail } = context.params;
  if (fail === 'user') {
    throw new DatamcError(
      { code: 'toy.cut', message: 'the cut "x > 9" leaves nothing', path: 'select', hint: 'loosen it' },
      2,
    );
  }
  if (fail === 'crash') throw new TypeError('toy tasks may break');
  if (fail === 'kill') process.kill(process.pid, 'SIGKILL');
  if (fail === 'once') {
    const tried = path.join(context.scratch, 'tried');
    const again = await readFile(tried).catch(() => undefined);
    await writeFile(tried, '');
    if (!again) process.kill(process.pid, 'SIGKILL');
  }
  if (fail === 'nan') return { mean: NaN };
  const numbers = (await readFile(context.files[0], 'utf8')).trim().split('\n').map(Number);
  const sums = new Float64Array(size).fill(numbers.reduce((a, b) => a + b, 0));
  const saved = path.join(context.scratch, 'checkpoint.json');
  let step = 0;
  try {
    const state = JSON.parse(await readFile(saved, 'utf8'));
    step = state.step;
    sums.set(state.sums);
  } catch {
    // from the beginning
  }
  for (; step < steps; step++) {
    const draw = normals(context.key.split('step', step), size);
    for (let i = 0; i < size; i++) sums[i] += draw[i];
    if (delay) await sleep(delay);
    await writeFile(`${saved}.tmp`, JSON.stringify({ step: step + 1, sums: [...sums] }));
    await rename(`${saved}.tmp`, saved);
    context.progress(step + 1, steps, 'steps');
  }
  await writeFile(path.join(context.dir, 'sums.bin'), new Uint8Array(sums.buffer));
  if (numbers.length < 5) context.warn('a short file', numbers.length);
  return { mean: sums.reduce((a, b) => a + b, 0) / size };
}

async function merge(context) {
  const blocks = context.params.blocks.filter((id) => !context.missing.includes(id));
  const means = blocks.map((id) => context.input(id).result.mean);
  const total = new Float64Array(size);
  for (const id of blocks) {
    const bytes = await readFile(path.join(context.input(id).dir, 'sums.bin'));
    const sums = new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
    for (let i = 0; i < size; i++) total[i] += sums[i];
  }
  await mkdir(path.join(context.dir, 'tables'), { recursive: true });
  await writeFile(path.join(context.dir, 'tables', 'total.bin'), new Uint8Array(total.buffer));
  await writeFile(path.join(context.dir, 'tables', 'means.json'), JSON.stringify(means));
  return { means };
}

async function report(context) {
  const { means } = context.input('merge').result;
  const mean = means.reduce((a, b) => a + b, 0) / means.length;
  await mkdir(path.join(context.dir, 'figures'));
  const stamp = `<!-- ${provenanceStamp(context.provenance)} -->`;
  await writeFile(path.join(context.dir, 'figures', 'means.svg'), `<svg>${stamp}</svg>\n`);
  await writeFile(path.join(context.dir, 'report.html'), `<p>${mean}${context.quick ? ' quick' : ''}</p>\n`);
  return { mean: { value: mean, error: 1 }, blocks: means.length, 'band.mean': { value: mean, up: 1, down: 2 } };
}

export const tasks = { 'toy/block': block, 'toy/merge': { version: 2, run: merge }, 'toy/report': report };
