import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { correctionSet, writeCorrectionSet } from '../../../src/formats/correctionlib/file.js';
import { transferMapCorrection } from '../../../src/formats/correctionlib/transfer-map.js';
import { tableCorrector } from '../../../src/studies/correction/apply-table.js';
import { FLAG, type Coverage } from '../../../src/studies/correction/corrector.js';
import { evaluateTable } from '../../../src/studies/correction/quantile-map.js';
import { temporaryFolder } from '../../helpers/toy-run.js';

const home = temporaryFolder();
const positive = path.join(home, 'positive.json');
const anywhere = path.join(home, 'anywhere.json');
const none = (): Coverage => ({ rows: 0, corrected: 0, unchanged: 0, extrapolated: 0 });

/** A map that is linear in pieces, so that the file holds it exactly: knots at 1, 2 and 4. */
const pieces = { x: Float64Array.of(1, 2, 4), y: Float64Array.of(1.5, 3, 4) };
const bent = (x: Float64Array, scale: number): Float64Array => evaluateTable(pieces, x).map((y) => scale * y);

beforeAll(async () => {
  const options = (name: string) => ({
    name,
    column: 'ip',
    edges: pieces.x,
    nominal: (x: Float64Array) => bent(x, 1),
    up: (x: Float64Array) => bent(x, 1.1),
    down: (x: Float64Array) => bent(x, 0.9),
  });
  const given = {
    nominal: (x: Float64Array, [pt]: readonly Float64Array[]) => bent(x, 1).map((y, i) => y + 0.1 * pt[i]),
    up: (x: Float64Array, [pt]: readonly Float64Array[]) => bent(x, 1.1).map((y, i) => y + 0.1 * pt[i]),
    down: (x: Float64Array, [pt]: readonly Float64Array[]) => bent(x, 0.9).map((y, i) => y + 0.1 * pt[i]),
    given: [{ name: 'pt', knots: [0, 10] }],
  };
  const first = await transferMapCorrection({ ...options('positive'), unchangedUpTo: 0 });
  await writeCorrectionSet(positive, correctionSet('test', [first.correction]));
  const second = await transferMapCorrection({ ...options('anywhere'), ...given });
  await writeCorrectionSet(anywhere, correctionSet('test', [second.correction]));
});

describe('a correctionlib file of a logarithmic variable', () => {
  const x = Float64Array.of(1, 1.5, 3, 4, 0, -999, NaN, Infinity, -Infinity, 1e-9);
  const bad = [4, 5, 6, 7, 8];

  test('corrects as its table says; rows out are rows in', async () => {
    const corrector = await tableCorrector(positive);
    expect(corrector.columns).toEqual(['ip']);
    const out = (await corrector.correct({ x0: x }, none())) as Record<string, Float64Array>;
    expect(Object.keys(out)).toEqual(['ip_corrected', 'ip_corrected_up', 'ip_corrected_down', 'ip_flag']);
    for (const column of Object.values(out)) expect(column).toHaveLength(x.length);
    const exact = evaluateTable(pieces, x.slice(0, 4));
    for (const [name, scale] of [
      ['ip_corrected', 1],
      ['ip_corrected_up', 1.1],
      ['ip_corrected_down', 0.9],
    ] as const)
      exact.forEach((y, row) => expect(out[name][row]).toBeCloseTo(scale * y, 10));
  });

  test('what a logarithm cannot take keeps its value, is flagged and counted', async () => {
    const coverage = none();
    const corrector = await tableCorrector(positive);
    const out = (await corrector.correct({ x0: x }, coverage)) as Record<string, Float64Array>;
    x.forEach((value, row) => {
      expect(out['ip_flag'][row]).toBe(bad.includes(row) ? FLAG.unchanged : FLAG.corrected);
      if (!bad.includes(row)) return;
      for (const name of ['ip_corrected', 'ip_corrected_up', 'ip_corrected_down']) expect(out[name][row]).toBe(value);
    });
    expect(coverage).toEqual({ rows: 10, corrected: 5, unchanged: 5, extrapolated: 0 });
  });
});

describe('a correctionlib file with a given column', () => {
  test('takes it by name, and negative values where it has no logarithm', async () => {
    const corrector = await tableCorrector(anywhere);
    expect(corrector.columns).toEqual(['ip', 'pt']);
    const [x0, x1] = [Float64Array.of(1, 2, 4, -1), Float64Array.of(0, 5, 10, 5)];
    const coverage = none();
    const out = (await corrector.correct({ x0, x1 }, coverage)) as Record<string, Float64Array>;
    [1.5, 3.5, 5].forEach((y, row) => expect(out['ip_corrected'][row]).toBeCloseTo(y, 10));
    expect([...out['ip_flag']]).toEqual([0, 0, 0, 0]);
    expect(coverage.corrected).toBe(4);
  });

  test('without a number there, the value stays', async () => {
    const corrector = await tableCorrector(anywhere);
    const out = (await corrector.correct(
      { x0: Float64Array.of(1, 2), x1: Float64Array.of(NaN, Infinity) },
      none(),
    )) as Record<string, Float64Array>;
    expect([...out['ip_corrected']]).toEqual([1, 2]);
    expect([...out['ip_flag']]).toEqual([FLAG.unchanged, FLAG.unchanged]);
  });
});

test('a correctionlib file of something else is refused', async () => {
  const file = path.join(home, 'scale.json');
  const inputs = [{ name: 'pt', type: 'real' as const }];
  await writeCorrectionSet(
    file,
    correctionSet('x', [{ name: 'sf', version: 1, inputs, output: { name: 'sf', type: 'real' }, data: 1 }]),
  );
  await expect(tableCorrector(file)).rejects.toMatchObject({
    status: 2,
    data: { code: 'correction.not-a-product', path: file },
  });
  await writeFile(file, 'no');
  await expect(tableCorrector(file)).rejects.toMatchObject({ status: 2, data: { code: 'correctionlib.json' } });
});
