import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { toBelle2Csv } from '../../src/formats/tables/to-belle2-csv.js';
import { readWeightTables } from '../../src/formats/tables/read-tables.js';
import { writeTable } from '../../src/events/write-table.js';
import { normals, seedKey, uniforms } from '../../src/stats/key.js';
import { PI, sampleTable } from '../formats/tables/sample-tables.js';
import { datamc } from '../helpers/command.js';

const dir = mkdtempSync(join(tmpdir(), 'datamc-pid-tables-'));
afterAll(() => rmSync(dir, { recursive: true }));
const file = (name: string): string => join(dir, name);
const tables = [sampleTable({ symmetric: true, holes: [1] }), sampleTable({ truth: PI, symmetric: true, seed: 2 })];
writeFileSync(file('in.csv'), toBelle2Csv(tables));

const convert = (...args: string[]) => datamc('pid', 'convert-table', ...args);
const twoLines = (said: { err: string; status: number }, message: string): void => {
  expect(said.err).toContain(message);
  expect([said.status, said.err.trimEnd().split('\n').length]).toEqual([2, 2]);
};

describe('datamc pid convert-table', () => {
  test.each([
    ['belle2', []],
    ['belle2-legacy', ['--angle', 'cosTheta']],
    ['sysvar', []],
    ['particle-weighting', ['--payload', 'K', '--iov', '0,0,-1,-1']],
    ['correctionlib', []],
  ])('%s: written, read back, the same weights', async (to, options) => {
    const out = file(`${to}-out`);
    const said = await convert(file('in.csv'), out, '--to', to, '--json', ...options);
    const { files } = JSON.parse(said.out) as { files: string[] };
    const read = await readWeightTables(files[0]);
    expect(read).toHaveLength(2);
    read.forEach(({ table }, k) => {
      const columns = tables[k].axes.map((a) => a.column);
      const order = table.axes.map((a) => columns.indexOf(a.column));
      expect([...order].sort()).toEqual([0, 1, 2]);
      const sum = (t: typeof table): number =>
        t.cells.reduce(
          (s, c) => s + (Number.isNaN(c.ratio.value) ? 0 : c.ratio.value * c.ratio.sources['syst:all'].up),
          0,
        );
      expect(sum(table)).toBeCloseTo(sum(tables[k]), 12);
      expect(table).toMatchObject({ reco: tables[k].reco, truth: tables[k].truth });
    });
    // And all the way back to the first text, where the format holds rates as well.
    if (to !== 'belle2') return;
    await convert(files[0], file('again.csv'), '--to', 'belle2');
    expect(readFileSync(file('again.csv'), 'utf8')).toBe(readFileSync(file('in.csv'), 'utf8'));
  });

  test('tables for people, binnings, one file a table; the YAML of SysVar beside its CSV', async () => {
    for (const to of ['markdown', 'latex', 'pidcalib2-binning', 'csv', 'sysvar'])
      expect((await convert(file('in.csv'), file(`o_${to}`), '--to', to)).status).toBe(0);
    expect(readFileSync(file('o_markdown.md'), 'utf8')).toContain('pi taken for K');
    expect(JSON.parse(readFileSync(file('o_pidcalib2-binning.json'), 'utf8'))).toHaveProperty(
      'Pi.p',
      [0.2, 0.58, 1.1, 4.5],
    );
    expect(readFileSync(file('o_csv/K_efficiency_kaonID_0.6.csv'), 'utf8')).toContain('empty');
    expect(readFileSync(file('o_sysvar_pi_K_fakeRate_kaonID_0.6.yaml'), 'utf8')).toContain('rate: fake');
    const back = await convert(
      file('o_csv/pi_K_fakeRate_kaonID_0.6.csv'),
      file('b.csv'),
      '--to',
      'belle2',
      '--pdg',
      'K,pi',
    );
    expect(back.status).toBe(0);
  });

  test('what cannot be: two lines and exit 2', async () => {
    twoLines(await convert(file('in.csv'), file('x'), '--to', 'correctionlab'), 'did you mean "correctionlib"?');
    twoLines(
      await convert(file('in.csv'), file('x'), '--to', 'belle2', '--threshold', '0.9'),
      'no table of the file has this cut',
    );
    twoLines(await convert(file('none.csv'), file('x'), '--to', 'belle2'), 'cannot read');
    twoLines(await convert(file('in.csv'), file('x.csv'), '--to', 'csv'), 'holds one table');
    twoLines(await convert(file('in.csv'), file('x'), '--to', 'belle2', '--charge', 'both'), 'unknown --charge');
    writeFileSync(file('other.csv'), 'a,b\n1,2\n');
    twoLines(await convert(file('other.csv'), file('x'), '--to', 'belle2'), 'not a table of weights');
  });
});

describe('datamc pid templates', () => {
  const n = 5000;
  const x = uniforms(seedKey(1), n);
  const z = normals(seedKey(2), 40);
  const weight = Float64Array.from(x, (v) => 1 + 0.1 * v);
  const weighted = file('weighted.parquet');
  const columns = [
    { name: 'mass', values: x.map((v) => 5 + v) },
    { name: 'Weight', values: weight.map((w, i) => (i === 0 ? NaN : w)) },
    ...Array.from(z, (g, k) => ({ name: `Weight_${k}`, values: weight.map((w, i) => w * (1 + 0.05 * g * x[i])) })),
  ];

  test('histograms, templates and modifiers are those of the columns', async () => {
    await writeTable(weighted, columns);
    const out = file('t.json');
    const said = await datamc(
      'pid',
      'templates',
      weighted,
      '--variable',
      'mass',
      '--bins',
      '5:6:4',
      '--out',
      out,
      '--json',
    );
    expect(said.err).toContain('rows without a finite Weight are left out (1)');
    const made = JSON.parse(said.out) as {
      nominal: number[];
      templates: number[][];
      kept: number;
      variations: number;
      sample: { modifiers: { name: string; data: { hi_data: number[] } }[] };
    };
    const own = [0, 0, 0, 0];
    x.forEach((v, i) => (own[Math.floor(4 * v)] += i === 0 ? 0 : weight[i]));
    made.nominal.forEach((h, j) => expect(h).toBeCloseTo(own[j], 8));
    // One nuisance made them all: one template, in proportion to Σ w x of each bin.
    expect([made.templates.length, made.variations]).toEqual([1, 40]);
    const slope = [0, 0, 0, 0];
    x.forEach((v, i) => (slope[Math.floor(4 * v)] += i === 0 ? 0 : 0.05 * weight[i] * v));
    const rms = Math.sqrt(z.reduce((s, g) => s + g * g, 0) / z.length);
    made.templates[0].forEach((t, j) => expect(t).toBeCloseTo(slope[j] * rms, 6));
    const [{ name, data }] = made.sample.modifiers;
    expect(name).toBe('Weight_0');
    data.hi_data.forEach((h, j) => expect(h).toBeCloseTo(own[j] + slope[j] * rms, 6));
    expect(JSON.parse(readFileSync(out, 'utf8'))).toEqual(made);
  });

  test('no such weights, no variations: two lines and exit 2', async () => {
    const ask = (...more: string[]) => datamc('pid', 'templates', weighted, '--variable', 'mass', ...more);
    twoLines(await ask('--weight', 'K_Weight'), 'no column "K_Weight"');
    twoLines(await ask('--weight', 'mass'), '"mass" has no variations');
    twoLines(await ask('--form', 'other'), 'unknown --form');
  });
});
