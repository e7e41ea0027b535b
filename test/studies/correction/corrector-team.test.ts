import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { DatamcError } from '../../../src/base/error.js';
import { stableJson } from '../../../src/base/hash.js';
import { writeTable } from '../../../src/events/write-table.js';
import { add, mul, sub } from '../../../src/graph/ops/arithmetic.js';
import { columnMapOnnx } from '../../../src/models/transport-onnx.js';
import type * as Apply from '../../../src/studies/correction/apply.js';
import type { Coverage } from '../../../src/studies/correction/corrector.js';
import type * as Team from '../../../src/studies/correction/corrector-team.js';
import { MANIFEST_KEY, type Manifest } from '../../../src/studies/correction/manifest.js';
import { openCorrector } from '../../../src/studies/correction/open-corrector.js';
import { temporaryFolder } from '../../helpers/toy-run.js';

// Threads load compiled code: these tests are about dist/, which `npm test` builds first.
const dist = new URL('../../../dist/studies/correction/', import.meta.url);
const built = existsSync(fileURLToPath(new URL('corrector-worker.js', dist)));
if (!built) console.warn('tests of the correcting threads are skipped: no dist/ (npm run build)');
const load = async <T>(module: string): Promise<T> => (await import(new URL(module, dist).href)) as T;

const dir = temporaryFolder();
const N = 200_000;

/** A product whose map is known: log10(ip) moves to 1.1·log10(ip) + 0.2·ln(pt), half a unit to either side as the band. */
const manifest: Manifest = {
  format: 'datamc correction 1',
  name: 'known',
  quick: false,
  seed: 1,
  software: 'test',
  variables: [{ column: 'ip', transform: 'log10', low: 0.001, high: 10 }],
  given: [{ column: 'pt', transform: 'log', low: 0.5, high: 50 }],
  define: {},
  band: true,
  training: {},
  losses: {},
};
const model = columnMapOnnx(
  { variables: 1, context: 1 },
  { features: ['log10'], context: ['log'] },
  { [MANIFEST_KEY]: stableJson(manifest) },
  (bent, context) => {
    const shift = mul({ ...context!, shape: bent.shape }, 0.2);
    const moved = add(mul(bent, 1.1), shift);
    return { moved, logDerivative: mul(bent, 0), others: { up: add(moved, 0.5), down: sub(moved, 0.5) } };
  },
);
mkdirSync(path.join(dir, 'run/products'), { recursive: true });
const file = path.join(dir, 'run/products/correction.onnx');
writeFileSync(file, model);

const ip = Float64Array.from({ length: N }, (_, i) => (i % 1000 === 5 ? -1 : 0.002 + (i % 997) / 100));
const pt = Float64Array.from({ length: N }, (_, i) => (i % 2000 === 9 ? NaN : 0.4 + (i % 61)));
const none = (): Coverage => ({ rows: 0, corrected: 0, unchanged: 0, extrapolated: 0 });
const digest = (name: string): string =>
  createHash('sha256')
    .update(readFileSync(path.join(dir, name)))
    .digest('hex');

describe.skipIf(!built)('a team of threads', () => {
  test('gives the very numbers and the coverage that one thread gives, and those of the map', async () => {
    const { correctorTeam } = await load<typeof Team>('corrector-team.js');
    const one = await openCorrector({ file, replicas: false });
    const team = correctorTeam(one, { file, replicas: false }, 3, N);
    expect(team.ahead).toBeGreaterThan(3);
    const alone = none();
    const together = none();
    // Blocks of several sizes at once; memory that is handed over is not read again.
    const cuts = [0, 40_960, 40_961, 150_000, N];
    const blocks = cuts.slice(1).map((to, i) => ({ x0: ip.slice(cuts[i], to), x1: pt.slice(cuts[i], to) }));
    const expected = [];
    for (const { x0, x1 } of blocks) expected.push(await one.correct({ x0: x0.slice(), x1: x1.slice() }, alone));
    expect(await Promise.all(blocks.map((block) => team.correct(block, together)))).toEqual(expected);
    expect(together).toEqual(alone);
    expect(alone).toEqual({ rows: N, unchanged: 300, extrapolated: alone.extrapolated, corrected: alone.corrected });
    expect(alone.corrected + alone.extrapolated).toBe(N - 300);
    const { ip_corrected: moved, ip_corrected_up: up } = expected[0];
    for (const row of [0, 1, 4096, 20_000, 40_959]) {
      const truth = 10 ** (1.1 * Math.log10(ip[row]) + 0.2 * Math.log(pt[row]));
      // float32 in and out: a few units of 6e-8.
      expect(Math.abs(moved[row] / truth - 1)).toBeLessThan(1e-6);
      expect(Math.abs(up[row] / truth / 10 ** 0.5 - 1)).toBeLessThan(1e-6);
    }
    expect(moved[5]).toBe(-1);
    await team.close();
    await one.close();
  });

  test('few rows or one thread need no team', async () => {
    const { correctorTeam } = await load<typeof Team>('corrector-team.js');
    const one = await openCorrector({ file, replicas: false });
    expect(correctorTeam(one, { file, replicas: false }, 4, 1000)).toBe(one);
    expect(correctorTeam(one, { file, replicas: false }, 1, N)).toBe(one);
    await one.close();
  });

  test('an error in a thread is the caller’s, with its code', async () => {
    const { correctorTeam } = await load<typeof Team>('corrector-team.js');
    const one = await openCorrector({ file, replicas: false });
    const lost = correctorTeam(one, { file: path.join(dir, 'gone.onnx'), replicas: false }, 2, N);
    await expect(lost.correct({ x0: ip.slice(0, 10), x1: pt.slice(0, 10) }, none())).rejects.toThrow(
      /ENOENT|no such file/,
    );
    await lost.close();
    const other = path.join(dir, 'other.onnx');
    writeFileSync(
      other,
      columnMapOnnx({ variables: 1, context: 0 }, {}, {}, (b) => ({ moved: b, logDerivative: mul(b, 0) })),
    );
    const wrong = correctorTeam(one, { file: other, replicas: false }, 2, N);
    const error: unknown = await wrong
      .correct({ x0: ip.slice(0, 10), x1: pt.slice(0, 10) }, none())
      .catch((e: unknown) => e);
    expect((error as DatamcError).data.code).toBe('correction.not-a-product');
    await wrong.close();
    await one.close();
  });
});

describe.skipIf(!built)('datamc apply', () => {
  test.each(['parquet', 'csv', 'npy'])('%s: the same bytes with one thread and with three', async (ending) => {
    const { applyCorrection } = await load<typeof Apply>('apply.js');
    const label = Array.from({ length: N }, (_, i) => `row ${i}`);
    const columns = [
      { name: 'ip', values: ip },
      { name: 'n', values: Int32Array.from(ip, (_, i) => i) },
      { name: 'pt', values: pt },
    ];
    // NPY has no text; elsewhere it takes the way that joins.
    await writeTable(
      path.join(dir, 'in.parquet'),
      ending === 'npy' ? columns : [...columns, { name: 'label', values: label }],
    );
    const request = { product: path.join(dir, 'run'), input: path.join(dir, 'in.parquet'), replicas: false };
    const quiet = { warn: () => undefined, progress: () => undefined };
    const results = [];
    for (const jobs of [1, 3])
      results.push(await applyCorrection({ ...request, ...quiet, jobs, output: path.join(dir, `${jobs}.${ending}`) }));
    expect(results[0]).toMatchObject({ rows: N, unchanged: 300 });
    expect({ ...results[1], output: '' }).toEqual({ ...results[0], output: '' });
    expect(digest(`3.${ending}`)).toBe(digest(`1.${ending}`));
  });
});
