import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DatamcError } from '../../../src/base/error.js';
import { openStore } from '../../../src/events/store.js';
import { writeTable } from '../../../src/events/write-table.js';
import { readWeightTables } from '../../../src/formats/tables/read-tables.js';
import { dstarEvents } from '../../../src/physics/dstar.js';
import { seedKey } from '../../../src/stats/key.js';
import { planPid } from '../../../src/studies/pid/plan.js';
import type { PidStudy } from '../../../src/studies/pid/schema/schema.js';
import { readStudy } from '../../../src/studies/read.js';
import { checksums } from '../../helpers/killed.js';

const program = path.resolve('dist/cli/main.js');
const dir = mkdtempSync(path.join(os.tmpdir(), 'datamc-pid-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const datamc = (...args: string[]) => spawnSync(process.execPath, [program, ...args], { cwd: dir, encoding: 'utf8' });

const ROWS = 8000;
const study = `study: pid
samples: { data: data.parquet, simulation: { files: mc.parquet, weight: genWeight } }
modes:
  Dst:
    select: "0.1439 < deltaM < 0.1469"
    probes: { K: D0_K, pi: D0_pi }
    truth: { K: "abs(mcPDG) == 321 and isSignal == 1", pi: "abs(mcPDG) == 211 and isSignal == 1" }
    fit:
      variable: D0_M
      range: [1.80, 1.95]
      signal: { pdf: doubleGaussian, mean: 1.8648 }
      background: { pdf: chebyshev, order: 2 }
      variants: { line: { background: { pdf: chebyshev, order: 1 } } }
      fixFromSimulation: [signal.fraction]
    control: [{ variable: p, probe: K }]
tables:
  - { cut: "kaonID > 0.6", efficiency: K, fake: pi, binning: { p: { quantiles: 2 }, charge: [-2, 0, 2] }, precuts: ["nCDCHits > 20"], notIdentified: true }
roc: [{ variable: "binaryID(K, pi)", signal: K, background: pi }]
densities: [{ probe: K, variables: [kaonID], given: { p: 6 }, replicas: 2, folds: 2 }]
`;

const TABLE = 'K_efficiency_kaonID_0.6_nCDCHits_gt_20';

async function read(file: string, expressions: Record<string, string>): Promise<Record<string, Float64Array>> {
  const store = await openStore({ cache: path.join(dir, 'cache'), temporary: true });
  try {
    const table = await store.open({ files: [path.join(dir, file)] });
    return await table.read(expressions);
  } finally {
    await store.close();
  }
}

beforeAll(async () => {
  for (const [name, sample] of [
    ['data', 'data'],
    ['mc', 'simulation'],
  ] as const) {
    const columns = dstarEvents(seedKey(6).split(name), ROWS, { sample, likelihoods: false });
    const named = Object.entries(columns).map(([column, values]) => ({ name: column, values }));
    const mass = named.find((c) => c.name === 'D0_M')?.values as Float64Array;
    [mass[5], mass[6]] = [NaN, 5];
    const weight = mass.map((_, i) => (i % 20 === 7 ? -1 : 1.1));
    const more = name === 'mc' ? [{ name: 'genWeight', values: weight }] : [];
    await writeTable(path.join(dir, `${name}.parquet`), [...named, ...more]);
  }
  writeFileSync(path.join(dir, 'study.yaml'), study);
});

type Value = number | { value: number; error: number };
const summaryOf = (run: string): Record<string, Value> =>
  JSON.parse(readFileSync(path.join(dir, run, 'summary.json'), 'utf8')) as Record<string, Value>;
const number = (value: Value): number => (typeof value === 'number' ? value : value.value);

describe('a study from files to tables', () => {
  test('runs, and its summary has every promised key', () => {
    const run = datamc('run', 'study.yaml', '--out', 'one', '--jobs', '2');
    expect(run.stderr + run.stdout).toContain('report');
    expect(run.status).toBe(0);
    const summary = summaryOf('one');
    for (const sample of ['data', 'simulation']) {
      expect(summary[`Dst.${sample}.yield.signal`]).toMatchObject({
        value: expect.any(Number),
        error: expect.any(Number),
      });
      expect(number(summary[`Dst.${sample}.chi2ndf`])).toBeGreaterThan(0.3);
      expect(number(summary[`Dst.${sample}.chi2ndf`])).toBeLessThan(2);
    }
    // Four tables of four bins, a false alarm in one of a hundred: seeds for which it is 1 are the rule.
    expect(summary['Dst.valid']).toBe(1);
    for (const table of [TABLE, 'pi_K_fakeRate_kaonID_0.6_nCDCHits_gt_20'])
      expect(number(summary[`${table}.coverage`])).toBeGreaterThan(0.5);
    expect(summary).toHaveProperty(['K_kaonID.ks.transformed']);
  }, 180_000);

  test('yields are those that were generated, the ratio is that of the generator', async () => {
    const { s, m, d } = await read('data.parquet', { s: 'isSignal', m: 'D0_M', d: 'deltaM' });
    const truth = s.reduce(
      (n, v, i) => n + (v && d[i] > 0.1439 && d[i] < 0.1469 && m[i] > 1.8 && m[i] < 1.95 ? 1 : 0),
      0,
    );
    const { value, error } = summaryOf('one')['Dst.data.yield.signal'] as { value: number; error: number };
    // Four standard deviations: one seed in sixteen thousand.
    expect(Math.abs(value - truth)).toBeLessThan(4 * error);
    // dstarBinEfficiency('kaonID > 0.6', …) of data over simulation, all kaons: 0.9778.
    const ratio = summaryOf('one')[`${TABLE}.ratio`] as { value: number; error: number };
    expect(Math.abs(ratio.value - 0.9778)).toBeLessThan(4 * ratio.error);
  });

  test('tuples hold the selected candidates with a column for every fit; Σw is the yield', async () => {
    const columns = { nominal: 'sWeight_nominal', systematic: 'sWeight_systematic', line: 'sWeight_line', m: 'D0_M' };
    const tuple = await read('one/products/ntuples/Dst_data.parquet', columns);
    expect(tuple['m'].every((m) => m >= 1.8 && m <= 1.95)).toBe(true);
    const sum = (values: Float64Array): number => values.reduce((a, b) => a + b, 0);
    expect(sum(tuple['nominal']) / number(summaryOf('one')['Dst.data.yield.signal'])).toBeCloseTo(1, 3);
    for (const name of ['systematic', 'line']) {
      expect(tuple[name]).not.toEqual(tuple['nominal']);
      expect(sum(tuple[name]) / sum(tuple['nominal'])).toBeCloseTo(1, 1);
    }
    // Weights of simulation hold the generator's weights, also negative ones.
    const simulated = await read('one/products/ntuples/Dst_simulation.parquet', {
      w: 'sWeight_nominal / genWeight',
      g: 'genWeight',
    });
    expect(simulated['g'].some((w) => w < 0)).toBe(true);
    const weights = JSON.parse(readFileSync(path.join(dir, 'one/products/weights/Dst.json'), 'utf8')) as {
      variants: object;
    };
    expect(Object.keys(weights.variants).sort()).toEqual(['line', 'nominal', 'systematic']);
  });

  test('the weights as functions give the same to the raw file: selected candidates theirs, all others 0', async () => {
    const said = datamc('apply', 'one/products/weights/Dst.json', 'data.parquet', 'again.parquet');
    expect(said.status, said.stderr).toBe(0);
    const { w, cut } = await read('again.parquet', { w: 'sWeight_nominal', cut: '0.1439 < deltaM < 0.1469' });
    const tuple = await read('one/products/ntuples/Dst_data.parquet', { w: 'sWeight_nominal', m: 'D0_M' });
    expect(cut.some((c) => c === 0)).toBe(true);
    expect(w.filter((_, i) => cut[i] === 0).every((v) => v === 0)).toBe(true);
    expect(w.filter((v) => v !== 0)).toEqual(tuple['w']);
  });

  test('a curve has every threshold with each source, its area the whole error', () => {
    const name = 'roc_binaryID_K_pi_K_pi';
    const [header] = readFileSync(path.join(dir, `one/products/roc/${name}.csv`), 'utf8').split('\n');
    for (const source of ['stat', 'syst:sweights', 'syst:line'])
      expect(header).toContain(`,curve_${source}_up,curve_${source}_down`);
    const { bins } = JSON.parse(readFileSync(path.join(dir, `one/products/roc/${name}.json`), 'utf8')) as {
      bins: { data: { auc: { up: number; sources: Record<string, { up: number; down: number }> } } }[];
    };
    const { up, sources } = bins[0].data.auc;
    const summary = summaryOf('one');
    expect((summary[`${name}.auc.data`] as { error: number }).error).toBe(up);
    const parts = Object.entries(sources).map(([source, { up: own }]) => {
      expect(summary[`${name}.auc.data.${source.replace('syst:', '')}`]).toBe(Math.abs(own));
      return own;
    });
    expect(Math.hypot(...parts)).toBeCloseTo(up, 12);
    expect(readFileSync(path.join(dir, 'one/report.html'), 'utf8')).toContain('Areas under the curves');
  });

  test('tables stand in every format and agree; other fits are sources of uncertainty', async () => {
    const names = readdirSync(path.join(dir, 'one/products/tables'));
    for (const end of ['.csv', '.json', '_sysvar.csv', '.md', '.tex', '_payload.json'])
      expect(names).toContain(`pi_K_fakeRate_kaonID_0.6_nCDCHits_gt_20${end}`);
    const at = (end: string) => path.join(dir, `one/products/tables/${TABLE}${end}`);
    const [{ table: csv }] = await readWeightTables(at('.csv'));
    const sides = (await readWeightTables(at('.json'))).map(({ table }) => table);
    expect(sides.map((t) => t.side)).toEqual(['identified', 'notIdentified']);
    csv.cells.forEach((cell, i) => {
      expect(sides[0].cells[i].ratio.value).toBeCloseTo(cell.ratio.value, 12);
      expect(Object.keys(sides[0].cells[i].ratio.sources).sort()).toEqual(['stat', 'syst:line', 'syst:sweights']);
      const { data, simulation } = cell;
      const failing = (1 - data.rate.value) / (1 - simulation.rate.value);
      expect(sides[1].cells[i].ratio.value).toBeCloseTo(failing, 9);
    });
    expect(csv).toMatchObject({ variable: 'kaonID', threshold: 0.6, reco: { pdg: 321 }, truth: { pdg: 321 } });
  });

  test('its report says what was run, on what, and what was warned of; figures stand in four forms', () => {
    const html = readFileSync(path.join(dir, 'one/report.html'), 'utf8');
    const text = html.replace(/<(style|script|svg)\b.*?<\/\1>/gs, '').replace(/<[^>]+>/g, ' ');
    for (const part of [
      'signal candidates among',
      'Fits of Dst',
      TABLE,
      'datamc run study.yaml',
      'N(signal)',
      'Validity of the weights',
    ])
      expect(text).toContain(part);
    expect(text).toContain('candidates of Dst data without a value of D0_M: left out');
    expect(text).not.toContain('undefined');
    expect(text).not.toContain('NaN');
    expect(html).not.toContain(dir);
    const names = readdirSync(path.join(dir, 'one/figures'));
    for (const figure of ['fit-Dst-data', 'fit-Dst-data-line', `${TABLE}_slices`, 'control-Dst-K-p', 'slices-K_kaonID'])
      for (const kind of ['svg', 'png', 'pdf', 'json']) expect(names).toContain(`${figure}.${kind}`);
  });

  test('the run directory weighs a sample, as does one table of it', async () => {
    const all = datamc('apply', 'one', 'mc.parquet', 'weighted.parquet', '--particle', 'prefix=D0_K_', '--json');
    expect(all.stderr).not.toContain('error');
    expect(all.status).toBe(0);
    const tuple = await read('weighted.parquet', { w: 'D0_K_Weight', p: 'D0_K_p', id: 'D0_K_kaonID' });
    const known = tuple['w'].filter(Number.isFinite);
    expect(known.length).toBeGreaterThan(ROWS / 2);
    expect(known.reduce((a, b) => a + b, 0) / known.length).toBeGreaterThan(0.8);
  });

  test('one worker, or killed twice and resumed: the same bytes', async () => {
    const args = [program, 'run', 'study.yaml', '--out', 'two', '--jobs', '1'];
    for (const after of [1500, 1200]) {
      const child = spawn(process.execPath, args, { cwd: dir, stdio: 'ignore' });
      await new Promise((resolve) => setTimeout(resolve, after));
      child.kill('SIGKILL');
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    execFileSync(process.execPath, args, { cwd: dir, stdio: 'ignore' });
    for (const part of ['products', 'figures'])
      expect(checksums(path.join(dir, 'two', part))).toEqual(checksums(path.join(dir, 'one', part)));
    for (const file of ['summary.json', 'report.html'])
      expect(readFileSync(path.join(dir, 'two', file), 'utf8')).toBe(readFileSync(path.join(dir, 'one', file), 'utf8'));
  }, 180_000);
});

const plan = async (text: string): Promise<unknown> => {
  const file = path.join(dir, 'planned.yaml');
  writeFileSync(file, text);
  const { study: read } = await readStudy(file);
  return planPid(read as PidStudy, {
    directory: dir,
    quick: false,
    seed: 1,
    cache: path.join(dir, 'headers'),
    warn: () => undefined,
  });
};

test.each([
  [
    'a misspelt column of a probe',
    study.replace('"kaonID > 0.6"', '"kaonId > 0.6"'),
    'tables[0].cut',
    /unknown column "kaonId"[\s\S]*kaonID/,
  ],
  [
    'a prefix that no column has',
    study.replace('K: D0_K', 'K: D0_k'),
    'modes.Dst.probes.K',
    /no column begins with "D0_k_"[\s\S]*D0_K/,
  ],
  [
    'a particle that no mode has',
    study.replace('efficiency: K', 'efficiency: p'),
    'tables[0].efficiency',
    /no mode has a probe "p"/,
  ],
  [
    'a binning variable that is not there',
    study.replace('binning: { p:', 'binning: { pp:'),
    'tables[0].binning.pp',
    /unknown column "pp"/,
  ],
  [
    'a precut that is text',
    study.replace('nCDCHits > 20', 'nCDCHits > twenty'),
    'tables[0].precuts[0]',
    /unknown column "twenty"/,
  ],
  [
    'a fit variable that is not there',
    study.replace('variable: D0_M', 'variable: D0_MM'),
    'modes.Dst.fit.variable',
    /D0_MM[\s\S]*D0_M/,
  ],
  ['truth that is misspelt', study.replace('mcPDG', 'mcPdg'), 'modes.Dst.truth.K', /mcPdg[\s\S]*mcPDG/],
  [
    'a density of what is not there',
    study.replace('[kaonID], given', '[kaonLD], given'),
    'densities[0].variables[0]',
    /kaonLD/,
  ],
  [
    'a variable given that is not there',
    study.replace('given: { p: 6 }', 'given: { q: 6 }'),
    'densities[0].given.q',
    /unknown column "q"/,
  ],
  ['a curve of what is not there', study.replace('binaryID(K, pi)', 'binaryID(K, pj)'), 'roc[0].variable', /pj/],
  ['truth of something else', study.replace('truth: { K', 'truth: { mu'), 'modes.Dst.truth.mu', /not a probe/],
  ['a sample that is missing', study.replace('data: data.parquet, ', ''), 'samples', /no sample "data"/],
  ['a sample that is misspelt', study.replace('data: data.parquet', 'dta: data.parquet'), 'samples.dta', /data/],
  ['a mode that is no file', study.replace(/ {2}Dst:[\s\S]*tables:/, '  Dst: Dtsr\ntables:'), 'modes.Dst', /Dst/],
  [
    'a parameter to take from simulation',
    study.replace('[signal.fraction]', '[signal.fracton]'),
    'modes.Dst.fit.fixFromSimulation[0]',
    /signal\.fraction/,
  ],
  [
    'a template of no sample',
    study.replace('{ pdf: chebyshev, order: 2 }', '{ pdf: histogram, sample: mc }'),
    'modes.Dst.fit',
    /simulation or data/,
  ],
  [
    'a variant beyond the range',
    study.replace('line: {', 'line: { range: [1.7, 1.95],'),
    'modes.Dst.fit.variants.line.range',
    /inside 1.8 to 1.95/,
  ],
  [
    'truth that simulation lacks',
    study
      .replace(', pi: "abs(mcPDG) == 211 and isSignal == 1"', '')
      .replace('efficiency: K', 'simulation: truth, efficiency: K'),
    'tables[0].simulation',
    /no cut that does so for "pi"/,
  ],
  [
    'a mode that a table names',
    study.replace('efficiency: K', 'modes: [Dts], efficiency: K'),
    'tables[0].modes',
    /Dst/,
  ],
])('planning says what is wrong with %s, and where', async (_, text, at, words) => {
  const error: unknown = await plan(text).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(DatamcError);
  const { data, status } = error as DatamcError;
  expect(status).toBe(2);
  expect(data.path).toBe(at);
  expect(`${data.message} ${data.expected} ${data.hint}`).toMatch(words);
});

test.each([
  ['a cut that leaves nothing', study.replace('0.1439 < deltaM', '9 < deltaM'), /leaves no candidates/],
  [
    'a range without candidates',
    study.replace('[1.80, 1.95]', '[2.80, 2.95]').replace(', mean: 1.8648', ''),
    /range of the fit/,
  ],
])('exit status 2 for %s', (name, text, message) => {
  const file = `${name.replaceAll(' ', '-')}.yaml`;
  writeFileSync(path.join(dir, file), text);
  const run = datamc('run', file, '--out', `bad-${file}`, '--executor', 'inline');
  expect(run.stderr).toMatch(message);
  expect(run.status).toBe(2);
});
