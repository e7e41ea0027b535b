import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { compileCorrection, type Row } from '../../src/formats/correctionlib/evaluate.js';
import { correctionSet, findCorrection, writeCorrectionSet } from '../../src/formats/correctionlib/file.js';
import type { CorrectionSet } from '../../src/formats/correctionlib/schema.js';
import { transferMapCorrection, type TransferMap } from '../../src/formats/correctionlib/transfer-map.js';
import { normals, seedKey } from '../../src/stats/key.js';
import { EXAMPLE } from '../formats/correctionlib/example.js';

const python = process.env['DATAMC_PYTHON'] ?? 'python3';
const dir = mkdtempSync(join(tmpdir(), 'datamc-correctionlib-'));
afterAll(() => rmSync(dir, { recursive: true }));

interface Request {
  readonly correction: string;
  readonly inputs: readonly Row[];
}

async function compare(name: string, set: CorrectionSet, requests: readonly Request[]): Promise<void> {
  const path = join(dir, name);
  await writeCorrectionSet(path, set);
  writeFileSync(join(dir, 'requests.json'), JSON.stringify(requests));
  const script = join(import.meta.dirname, 'correctionlib.py');
  const reply = execFileSync(python, [script, path, join(dir, 'requests.json')], {
    maxBuffer: 1 << 28,
    encoding: 'utf8',
  });
  const theirs = JSON.parse(reply) as number[][];
  requests.forEach(({ correction, inputs }, r) => {
    const ours = compileCorrection(findCorrection(set, correction));
    expect(theirs[r].length).toBe(inputs.length);
    inputs.forEach((row, i) => {
      const value = ours(row);
      const difference = Math.abs(value - theirs[r][i]);
      expect(difference, `${correction}(${row.join(', ')}): ${value} here, ${theirs[r][i]} there`).toBeLessThanOrEqual(
        1e-12 * Math.max(1, Math.abs(value)),
      );
    });
  });
}

const x = [...normals(seedKey(1), 300)].map((z) => 3 * z).concat([-1, 0, 1, 2, 4, 5, -0.5, 3.5]);
const y = [...normals(seedKey(2), 308)].map((z) => 2 * z);

test('every node type: same numbers', async () => {
  const modes = ['clamp', 'wrap', 'uniform', 'value', 'else'];
  await compare('example.json', EXAMPLE, [
    // Uniform bins are found by division there: their edges, hit exactly, may round to either side.
    { correction: 'bins', inputs: x.flatMap((v) => modes.map((m) => [v, m])) },
    { correction: 'nested', inputs: x.flatMap((v, i) => [1, -1, 4].map((charge) => [v, y[i], charge])) },
  ]);
});

test('transfer maps of one and of three variables: same numbers, also far outside and compressed', async () => {
  const map =
    (shift: number): TransferMap =>
    (v, given) =>
      v.map(
        (u, i) => u + 0.3 * Math.tanh(u) + shift * (1 + u * u) + given.reduce((s, g) => s + 0.1 * Math.sin(g[i]), 0),
      );
  const maps = { nominal: map(0), up: map(0.05), down: map(-0.05), edges: [-4, 0, 4] };
  const one = await transferMapCorrection({ name: 'one', column: 'x', unchangedUpTo: -2, ...maps });
  const three = await transferMapCorrection({
    name: 'three',
    column: 'x',
    given: [
      { name: 'pt', knots: [-2, -1, 0, 1, 2.5] },
      { name: 'charge', knots: [-1, 1], step: true },
    ],
    ...maps,
  });
  const variations = ['nominal', 'up', 'down'];
  await compare('maps.json.gz', correctionSet('maps', [one.correction, three.correction]), [
    { correction: 'one', inputs: x.flatMap((v) => variations.map((k) => [k, v])) },
    { correction: 'three', inputs: x.flatMap((v, i) => variations.map((k) => [k, y[i], i % 2 ? 1 : -1, v])) },
  ]);
});
