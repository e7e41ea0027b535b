import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore } from '../../src/events/store.js';
import { doubleGaussian } from '../../src/fit/densities/double-gaussian.js';
import type { Figure, LineLayer } from '../../src/figures/figure.js';
import { seedKey, uniforms } from '../../src/stats/key.js';
import { datamc } from '../helpers/command.js';

const dir = mkdtempSync(path.join(tmpdir(), 'datamc-pid-fit-'));
afterAll(() => rmSync(dir, { recursive: true }));
const file = path.join(dir, 'dst.csv');
const common = ['--variable', 'D0_M', '--range', '1.80,1.95', '--signal', 'doubleGaussian', '--jobs', '1'];

interface Printed {
  readonly status: string;
  readonly yields: Record<string, { value: number; error: number; low?: number; high?: number }>;
  readonly parameters: Record<string, { value: number; error: number; fixed?: boolean }>;
  readonly goodness: { chi2: number; ndf: number; pValue: number; toyPValue?: number };
}
const fit = async (...more: string[]): Promise<Printed> => {
  const said = await datamc('pid', 'fit', file, ...common, '--background', 'chebyshev:1', '--json', ...more);
  expect(said.status, said.err).toBe(0);
  return JSON.parse(said.out) as Printed;
};

// 3000 signal and 2000 background candidates, one of three of them fails a cut; K and π tell them apart.
beforeAll(() => {
  const range = [1.8, 1.95] as const;
  const signal = doubleGaussian(range, 'm').draw(seedKey(1), 3000, [1.8648, 0.005, 0.011, 0.6])[0];
  const background = uniforms(seedKey(2), 2000).map((u) => 1.8 + 0.15 * u);
  const rows = [...[...signal].map((m) => [m, 1]), ...[...background].map((m) => [m, 0])];
  const text = rows.map(([m, truth], i) => `${m},${truth},${i % 3},${1 + (i % 2)}`);
  writeFileSync(file, ['D0_M,truth,third,w', ...text, '2.5,0,0,1', 'nan,0,0,1', ''].join('\n'));
});

describe('datamc pid fit', () => {
  it('finds what was put in: within four errors, a chance of 1 in 5 000 for each number to fail', async () => {
    const { status, yields, parameters, goodness } = await fit();
    expect(status).toBe('converged');
    const near = (p: { value: number; error: number }, truth: number): void =>
      expect(Math.abs(p.value - truth) / p.error).toBeLessThan(4);
    near(yields['signal'], 3000);
    near(yields['background'], 2000);
    near(parameters['signal.mean'], 1.8648);
    near(parameters['background.c1'], 0);
    expect(yields['signal'].value + yields['background'].value).toBeCloseTo(5000, 3);
    expect(goodness.ndf).toBeGreaterThan(80);
    expect(goodness.pValue).toBeGreaterThan(1e-4);
  });

  it('in bins, weighted, cut: yields follow', async () => {
    const events = await fit();
    const bins = await fit('--binned', '200');
    expect(Math.abs(bins.yields['signal'].value - events.yields['signal'].value)).toBeLessThan(
      0.1 * events.yields['signal'].error,
    );
    const weighted = await fit('--weight', 'w');
    expect(weighted.yields['signal'].value / events.yields['signal'].value).toBeCloseTo(1.5, 1);
    expect(weighted.yields['signal'].error).toBeGreaterThan(1.5 * events.yields['signal'].error);
    const cut = await fit('--select', 'third == 0');
    expect(cut.yields['signal'].value / 1000).toBeCloseTo(1, 1);
    const out = path.join(dir, 'own.parquet');
    const own = await fit('--with', 'every(a, b)=a + b', '--select', 'every(third, 0) == 0', '--sweights', out);
    expect(own.yields).toEqual(cut.yields);
  });

  it('profiles, ties and fixes parameters; a p-value of toys', async () => {
    const { yields, parameters, goodness } = await fit(
      ...['--minos', 'yield.signal', '--toys', '9', '--seed', '3'],
      ...['--parameter', 'signal.mean=1.8648', '--parameter', 'signal.sigma2=2.2 * signal.sigma1'],
    );
    const { error, low = 0, high = 0 } = yields['signal'];
    expect(Math.abs((low + high) / 2 / error - 1)).toBeLessThan(0.05);
    expect(parameters['signal.mean']).toEqual({ value: 1.8648, error: 0, fixed: true });
    expect(parameters['signal.sigma2'].value).toBeCloseTo(2.2 * parameters['signal.sigma1'].value, 12);
    expect([1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((k) => k / 10)).toContain(goodness.toyPValue);
  });

  it('writes sWeights: their sum is the yield, of truth too; other densities are a second column', async () => {
    const out = path.join(dir, 'weighted.parquet');
    const { yields } = await fit('--sweights', out, '--systematic-background', 'exponential');
    const store = await openStore({ cache: path.join(dir, 'cache') });
    const table = await store.open({ files: [out] });
    const columns = await table.read(
      { s: 'sWeight_nominal', v: 'sWeight_systematic', truth: 'truth' },
      { lenient: true },
    );
    await store.close();
    const sum = (w: Float64Array, t: number): number =>
      w.reduce((a, v, i) => a + (columns['truth'][i] === t ? v : 0), 0);
    expect(columns['s'].length).toBe(5002);
    expect(columns['s'].reduce((a, v) => a + v, 0)).toBeCloseTo(yields['signal'].value, 0);
    // Signal and background by truth: errors of the sums are about √Σw², some 60.
    expect(Math.abs(sum(columns['s'], 1) - 3000)).toBeLessThan(300);
    expect(Math.abs(sum(columns['s'], 0))).toBeLessThan(300);
    expect([...columns['s'].subarray(5000)]).toEqual([0, 0]);
    expect(columns['v'].some((v, i) => v !== columns['s'][i])).toBe(true);
  });

  it('draws data, fit, components and pulls', async () => {
    const out = path.join(dir, 'figure');
    await fit('--out', out, '--label', 'experiment=Toy', '--bins', '50');
    const figure = JSON.parse(readFileSync(`${out}.json`, 'utf8')) as Figure;
    const lines = figure.panels[0].layers.filter((l): l is LineLayer => l.kind === 'line');
    expect(lines.map((l) => l.label)).toEqual(['Signal', 'Background', 'Fit']);
    expect(figure.panels[1].layers.some((l) => l.kind === 'bars' && l.values.length === 50)).toBe(true);
    const [signal, background, total] = lines.map((l) => Array.from(l.y));
    total.forEach((v, i) => expect(v).toBeCloseTo(signal[i] + background[i], 8));
  });

  it.each([
    ['an unknown density', ['--background', 'chebishev:1'], 'did you mean'],
    ['an empty range', ['--background', 'chebyshev:1', '--range', '180,195'], 'no event lies in the range'],
    ['a weight that is not finite', ['--background', 'chebyshev:1', '--weight', '1 / (third - 1)'], 'not finite'],
    [
      'a yield in a shape',
      ['--background', 'chebyshev:1', '--parameter', 'signal.mean=yield.signal'],
      'is a yield and',
    ],
    ['an unknown column', ['--background', 'chebyshev:1', '--select', 'thrid == 0'], 'thrid'],
    [
      'a legend of no component',
      ['--background', 'chebyshev:1', '--legend', 'bakground=B', '--out', 'never'],
      'no component',
    ],
    ['profiles of weighted events', ['--background', 'chebyshev:1', '--weight', 'w', '--minos'], 'weighted'],
  ])('%s: two lines and exit 2', async (_, more, message) => {
    const { status, err } = await datamc('pid', 'fit', file, ...common, ...more);
    expect(status).toBe(2);
    expect(err).toContain(message);
  });
});
