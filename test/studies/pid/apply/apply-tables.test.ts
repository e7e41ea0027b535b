import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { makeFolder } from '../../../../src/base/make-folder.js';
import { writeCorrectionSet } from '../../../../src/formats/correctionlib/file.js';
import { tablesCorrectionSet } from '../../../../src/formats/correctionlib/binned-table.js';
import { toParticleWeighting } from '../../../../src/formats/tables/particle-weighting.js';
import { toBelle2Csv } from '../../../../src/formats/tables/to-belle2-csv.js';
import { writeWeightTables } from '../../../../src/formats/tables/write-tables.js';
import { binOf } from '../../../../src/hist/find-cell.js';
import type { WeightTable } from '../../../../src/hist/weight-table.js';
import { seedKey, uniforms } from '../../../../src/stats/key.js';
import { nextUp } from '../../../../src/stats/ulp.js';
import { applyTables, type ApplyTablesRequest } from '../../../../src/studies/pid/apply/apply-tables.js';
import { loadTables, tableFiles } from '../../../../src/studies/pid/apply/load-tables.js';
import { datamc } from '../../../helpers/command.js';
import { AXES, K, PI, sampleTable } from '../../../formats/tables/sample-tables.js';
import { folder, parsed, read, write } from './events.js';

const dir = folder('apply-tables');
const [EFFICIENCY, FAKE] = [sampleTable(), sampleTable({ truth: PI, seed: 2 })];
const N = 4000;

/** Two candidates an event: momenta on and between edges, charges, true particles of which some have no table. */
function events(): Record<string, Float64Array> {
  const u = (name: string) => uniforms(seedKey(3).split(name), N);
  const pick = (name: string, values: readonly number[]) => u(name).map((x) => values[Math.floor(x * values.length)]);
  const momenta = [0.2, nextUp(0.2), 0.58, nextUp(0.58), 1, 1.1, 4.5, nextUp(4.5), 3, 0.4];
  const one = (prefix: string) => ({
    [`${prefix}p`]: pick(`${prefix}p`, momenta),
    [`${prefix}cosTheta`]: u(`${prefix}c`).map((x) => 2 * x - 1),
    [`${prefix}charge`]: pick(`${prefix}q`, [-1, 1]),
    [`${prefix}PDG`]: pick(`${prefix}r`, [321, -321]),
    [`${prefix}mcPDG`]: pick(`${prefix}t`, [321, -321, 211, -211, 13]),
  });
  return { ...one('K_'), ...one('pi_') };
}
const EVENTS = events();
const input = await write(join(dir, 'events.parquet'), EVENTS);
const csv = join(dir, 'K.csv');
await writeFile(csv, toBelle2Csv([EFFICIENCY, FAKE]));

let made = 0;
async function applied(request: Partial<ApplyTablesRequest>, names: readonly string[]) {
  const output = join(dir, `out${made++}.parquet`);
  const said: string[] = [];
  const result = await applyTables({
    product: csv,
    input,
    output,
    warn: (m, n) => said.push(`${m} (${n})`),
    ...request,
  });
  return { result, said, columns: await read(output, names, join(dir, 'cache')) };
}

/** The weight of one candidate by the reader's rules, row by row: another way to the same number. */
function expected(prefix: string, i: number): number {
  const at = (name: string): number => EVENTS[prefix + name][i];
  const table: WeightTable | undefined = { 321: EFFICIENCY, 211: FAKE }[Math.abs(at('mcPDG'))];
  if (!table) return NaN;
  let cell = 0;
  for (const { column, edges } of AXES) {
    const bin = binOf(edges, at(column));
    if (bin < 0) return NaN;
    cell = cell * (edges.length - 1) + bin;
  }
  return table.cells[cell].ratio.value;
}

describe('tables of a run', () => {
  test('are applied with the derived columns of its study, without a word', async () => {
    const products = join(dir, 'run/products/tables');
    await makeFolder(products);
    // The momentum under another name, in bins of a column that only the study knows.
    const renamed = (table: WeightTable): WeightTable => ({
      ...table,
      axes: table.axes.map((axis) => (axis.column === 'p' ? { ...axis, column: 'momentum' } : axis)),
    });
    const product = join(products, 'K.csv');
    await writeFile(product, toBelle2Csv([renamed(EFFICIENCY), renamed(FAKE)]));
    const define = { K_momentum: 'K_p * one', one: '1', absent: 'Dst_M - D0_M' };
    const modes = { Dst: { define, probes: { K: ['K'] } } };
    await writeFile(join(dir, 'run/run.json'), JSON.stringify({ study: 'pid', resolved: { modes } }));
    for (const weights of [{ particles: [{ prefix: 'K_' }] }, { particles: [] }]) {
      const { columns } = await applied({ product, weights }, ['K_Weight']);
      columns['K_Weight'].forEach((w, i) => expect(w).toBe(expected('K_', i)));
    }
    await writeFile(join(dir, 'run/run.json'), JSON.stringify({ study: 'pid', resolved: {} }));
    await expect(applied({ product, weights: { particles: [{ prefix: 'K_' }] } }, ['K_Weight'])).rejects.toThrow(
      'momentum',
    );
  });
});

describe('weights', () => {
  test('are those of the bins by the rules of the reader, edges included; the product over particles', async () => {
    const { columns, result } = await applied({ weights: { particles: [{ prefix: 'K' }, { prefix: 'pi_' }] } }, [
      'K_Weight',
      'pi_Weight',
      'Weight',
    ]);
    const [k, pi] = ['K_', 'pi_'].map((p) => Float64Array.from({ length: N }, (_, i) => expected(p, i)));
    expect(columns['K_Weight']).toEqual(k);
    expect(columns['pi_Weight']).toEqual(pi);
    expect(columns['Weight']).toEqual(k.map((w, i) => w * pi[i]));
    const matched = k.reduce((n, w) => n + (Number.isNaN(w) ? 0 : 1), 0);
    expect(result).toMatchObject({ rows: N, particles: { K_: { rows: N, matched, coverage: matched / N } } });
  });

  test('every input column and row stays as it was, in order', async () => {
    const { columns } = await applied({ weights: { particles: [{ prefix: 'K_' }] } }, Object.keys(EVENTS));
    expect(columns).toEqual(EVENTS);
  });

  test('of negative weights: kept, counted and warned of', async () => {
    const cells = EFFICIENCY.cells.map((cell, c) =>
      c % 5 === 0 && Number.isFinite(cell.ratio.value) ? { ...cell, ratio: { ...cell.ratio, value: -0.5 } } : cell,
    );
    const product = join(dir, 'negative.csv');
    await writeFile(product, toBelle2Csv([{ ...EFFICIENCY, cells }, FAKE]));
    const { result, said, columns } = await applied({ product, weights: { particles: [{ prefix: 'K_' }] } }, [
      'K_Weight',
    ]);
    const negative = columns['K_Weight'].filter((w) => w < 0).length;
    expect(negative).toBeGreaterThan(20);
    expect(result).toMatchObject({ particles: { K_: { negative } } });
    expect(said).toContain(`K_: negative weights, of bins whose rates are no rates (${negative})`);
  });

  test('of unmatched candidates: NaN or the fill, counted by reason; the reasons add up', async () => {
    const one = await applied({ weights: { particles: [{ prefix: 'K_' }] } }, ['K_Weight']);
    const nan = one.columns['K_Weight'].filter(Number.isNaN).length;
    const { unmatched } = (one.result['particles'] as Record<string, { unmatched: Record<string, number> }>)['K_'];
    expect(Object.values(unmatched).reduce((a, b) => a + b, 0)).toBe(nan);
    expect(Object.keys(unmatched).sort()).toEqual([
      'cosTheta outside -0.866 to 0.9563',
      'no table for mcPDG 13 as K',
      'p outside 0.2 to 4.5',
    ]);
    expect(one.said.join()).toContain('K_: no weight: no table for mcPDG 13 as K');
    const filled = await applied({ weights: { particles: [{ prefix: 'K_' }], fill: 1, outOfRange: 0.5 } }, [
      'K_Weight',
    ]);
    const other = EVENTS['K_mcPDG'].map((code) => (code === 13 ? 1 : 0.5));
    filled.columns['K_Weight'].forEach((w, i) =>
      expect(w).toBe(Number.isNaN(expected('K_', i)) ? other[i] : expected('K_', i)),
    );
    expect(filled.result['coverage']).toBe(one.result['coverage']);
  });

  test('are the same from every format that holds the tables', async () => {
    const json = join(dir, 'K.json.gz');
    await writeCorrectionSet(json, tablesCorrectionSet([EFFICIENCY, FAKE]));
    const payload = join(dir, 'payload.json');
    const payloads = [EFFICIENCY, FAKE].map((t) => toParticleWeighting(t));
    await writeFile(payload, JSON.stringify({ format: 'ParticleWeighting', payloads }));
    const names = ['K_Weight', 'K_Weight_up', 'K_Weight_down'];
    const weights = { particles: [{ prefix: 'K_' }] };
    const first = await applied({ weights }, names);
    const second = await applied({ weights, product: json }, names);
    expect(second.columns['K_Weight']).toEqual(first.columns['K_Weight']);
    second.columns['K_Weight_up'].forEach((w, i) => {
      const own = first.columns['K_Weight_up'][i];
      expect(Number.isNaN(own) ? Number.isNaN(w) : Math.abs(w - own) < 1e-14).toBe(true);
    });
    // The payload has a weight for what lies outside: 1.
    const third = await applied({ weights, product: payload }, names);
    third.columns['K_Weight'].forEach((w, i) => {
      const own = first.columns['K_Weight'][i];
      expect(w).toEqual(Number.isNaN(own) && EVENTS['K_mcPDG'][i] !== 13 ? 1 : own);
    });
  });

  test('an alias may be an expression; PDG codes may be told', async () => {
    const file = await write(join(dir, 'plain.parquet'), {
      px: EVENTS['K_p'],
      c: EVENTS['K_cosTheta'],
      q: EVENTS['K_charge'],
    });
    const weights = {
      alias: { p: 'abs(px)', cosTheta: 'c', charge: 'q' },
      particles: [{ reco: 'K', truth: 'K' }],
    };
    const { columns } = await applied({ input: file, weights }, ['Weight']);
    const matched = columns['Weight'].filter((w) => !Number.isNaN(w)).length;
    expect(matched).toBeGreaterThan(N / 2);
    columns['Weight'].forEach((w, i) => {
      if (Math.abs(EVENTS['K_mcPDG'][i]) === 321) expect(w).toEqual(expected('K_', i));
    });
  });
});

test('which candidate is meant where nothing says it: the only one that fits, or the probe of the run; else it is asked', async () => {
  const one = Object.fromEntries(Object.entries(EVENTS).filter(([name]) => name.startsWith('K_')));
  const file = await write(join(dir, 'one.parquet'), { ...one, pi_p: EVENTS['pi_p'] });
  const { columns } = await applied({ input: file }, ['K_Weight']);
  expect(columns['K_Weight']).toEqual(Float64Array.from({ length: N }, (_, i) => expected('K_', i)));
  await expect(applied({}, [])).rejects.toThrow(/several candidates/);
  const run = join(dir, 'run');
  await writeWeightTables(join(run, 'products/tables/K'), [EFFICIENCY, FAKE], { to: 'belle2' });
  const resolved = { modes: { Dst: { probes: { K: [{ prefix: 'pi' }] } } } };
  await writeFile(join(run, 'run.json'), JSON.stringify({ format: 1, study: 'pid', resolved }));
  for (const product of [run, join(run, 'products/tables/K.csv')])
    expect((await applied({ product }, ['pi_Weight'])).columns['pi_Weight'][0]).toEqual(expected('pi_', 0));
});

describe('candidates that fail the cut', () => {
  const own = { p: [1, 1, 1, 1], cosTheta: [0.5, 0.5, 0.5, 0.5], charge: [1, 1, 1, 1], PDG: [321, 321, 321, 321] };
  const mixed = { ...own, mcPDG: [321, 321, 321, 321], kaonID: [0.9, 0.1, NaN, 0.6] };

  test('get the weights of the table of those, or (1 − ε data)/(1 − ε simulation); NaN is neither', async () => {
    const file = await write(join(dir, 'mixed.parquet'), mixed);
    const failing = join(dir, 'failing.csv');
    const other = sampleTable({ seed: 9, side: 'notIdentified' });
    await writeFile(failing, toBelle2Csv(other));
    const cell = 7;
    const [pass, fail] = [EFFICIENCY, other].map((t) => t.cells[cell].ratio.value);
    const table = await applied({ input: file, weights: { notIdentified: [failing] } }, ['Weight']);
    expect([...table.columns['Weight']]).toEqual([pass, fail, NaN, fail]);
    expect(table.said.join()).toContain('no weight: kaonID > 0.6 has no answer: not a number (1)');
    const alone = await applied({ input: file }, ['Weight']);
    expect([...alone.columns['Weight']]).toEqual([pass, pass, pass, pass]);
    expect(alone.said).toEqual(['do not pass kaonID > 0.6, but have the weights of those that do (see --failing) (3)']);
    const derived = await applied({ input: file, weights: { failing: true } }, ['Weight']);
    const { data, simulation } = EFFICIENCY.cells[cell];
    expect(derived.columns['Weight'][1]).toBeCloseTo((1 - data.rate.value) / (1 - simulation.rate.value), 12);
  });
});

test('a directory stands for its tables, in one of the formats that lie there, both sides of the cut', async () => {
  const place = join(dir, 'many/tables');
  const other = sampleTable({ seed: 9, side: 'notIdentified' });
  for (const to of ['correctionlib', 'particle-weighting'] as const)
    await writeWeightTables(join(place, to), [EFFICIENCY, other], { to });
  await writeWeightTables(join(place, 'belle2'), [EFFICIENCY], { to: 'belle2' });
  await writeWeightTables(join(place, 'belle2_notIdentified'), [other], { to: 'belle2' });
  await writeFile(join(place, 'note.json'), '{}');
  expect(await tableFiles(join(dir, 'many'))).toEqual([join(place, 'correctionlib.json')]);
  const files = ['belle2.csv', 'belle2_notIdentified.csv'].map((f) => join(place, f));
  expect(await tableFiles(join(dir, 'many'), true)).toEqual(files);
  const loaded = await loadTables(join(dir, 'many'), parsed({ failing: true }), () => {});
  expect(loaded.map((t) => t.table.side)).toEqual(['identified', 'notIdentified', 'notIdentified']);
  await expect(tableFiles(dir)).resolves.not.toHaveLength(0);
  await expect(tableFiles(join(dir, 'cache'))).rejects.toThrow(/no weight tables/);
});

test('the tables of a run keep expressions of axes and preselections, also for candidates that fail', async () => {
  const place = join(dir, 'made/products/tables');
  const axes = [{ column: 'abs(cosTheta)', edges: [0, 0.5, 1] }];
  for (const [stem, table] of Object.entries({
    all: sampleTable({ axes, seed: 11 }),
    some: { ...sampleTable({ axes, seed: 12 }), precut: 'nHits > 20' },
  })) {
    await writeWeightTables(join(place, `${stem}.csv`), [table], { to: 'belle2' });
    await writeWeightTables(join(place, `${stem}.json`), [table], { to: 'correctionlib' });
  }
  const tracks = { cosTheta: [-0.7, 0.3], PDG: [321, 321], mcPDG: [321, 321], kaonID: [0.9, 0.1] };
  const file = await write(join(dir, 'tracks.parquet'), tracks);
  const product = join(dir, 'made');
  const { columns } = await applied({ product, input: file, weights: { failing: true } }, ['Weight']);
  const { cells } = sampleTable({ axes, seed: 11 });
  expect(columns['Weight'][0]).toBe(cells[1].ratio.value);
  expect(columns['Weight'][1]).toBeCloseTo((1 - cells[0].data.rate.value) / (1 - cells[0].simulation.rate.value), 12);
});

test('a cut that one of several true particles lacks leaves its candidates without a weight, named', async () => {
  const place = join(dir, 'cuts');
  const pair = {
    ...sampleTable({ threshold: 0.5, seed: 13 }),
    variable: 'binaryID(K, pi)',
    cut: 'binaryID(K, pi) > 0.5',
  };
  await writeWeightTables(join(place, 'tables.json'), [EFFICIENCY, FAKE, pair], { to: 'correctionlib' });
  const threshold = { K: { variable: 'binaryID(K,pi)', threshold: 0.5 } };
  const request = { product: place, weights: { particles: [{ prefix: 'K_' }], thresholds: threshold } };
  const { result, columns } = await applied(request, ['K_Weight']);
  const { unmatched } = (result['particles'] as Record<string, { unmatched: Record<string, number> }>)['K_'];
  const pions = EVENTS['K_mcPDG'].filter((t) => Math.abs(t) === 211).length;
  expect(unmatched['no table for mcPDG 211 as K']).toBe(pions);
  expect(columns['K_Weight'].filter((w) => !Number.isNaN(w)).length).toBeGreaterThan(500);
});

describe('the command line', () => {
  test('weighs, prints the coverage, and gives the same bytes again', async () => {
    const [a, b] = ['a.csv', 'b.csv'].map((f) => join(dir, f));
    const options = ['--particle', 'prefix=K_', '--variations', '2', '--seed', '4', '--json'];
    const first = await datamc('apply', csv, input, a, ...options);
    expect(first.status).toBe(0);
    expect(JSON.parse(first.out)).toMatchObject({ rows: N, particles: { K_: { rows: N } } });
    await datamc('apply', csv, input, b, ...options, '--jobs', '1');
    expect(await readFile(a, 'utf8')).toBe(await readFile(b, 'utf8'));
    expect((await readFile(a, 'utf8')).split('\n')[0]).toMatch(
      /K_Weight,K_Weight_up,K_Weight_down,K_Weight_0,K_Weight_1$/,
    );
  });

  const twoCuts = toBelle2Csv([EFFICIENCY, sampleTable({ threshold: 0.8, seed: 6 })]);
  test.each([
    ['several cuts', twoCuts, [], 'which cut was made?'],
    ['a cut that is not there', twoCuts, ['--threshold', 'K=kaonID,0.7'], 'no table of K has the cut kaonID > 0.7'],
    ['overlapping bins', toBelle2Csv(EFFICIENCY).replace('0.2,0.58,', '0.2,1,'), [], 'overlap'],
    ['unsorted edges', toBelle2Csv(EFFICIENCY).replace('0.2,0.58,', '0.58,0.2,'), [], 'does not increase'],
    [
      'a weight that is NaN',
      toBelle2Csv(EFFICIENCY).replace(/-2,0,0\.\d+/, '-2,0,nan'),
      [],
      'column "data_MC_ratio" is nan',
    ],
    ['no candidate named', toBelle2Csv(EFFICIENCY), ['--particle', 'prefix=D_'], 'no column "D_'],
    [
      'a covariance of another size',
      toBelle2Csv(EFFICIENCY),
      ['--covariance', join(dir, 'two.csv')],
      'does not fit the tables',
    ],
    ['a covariance that is none', toBelle2Csv(EFFICIENCY), ['--covariance', join(dir, 'bad.csv')], 'not positive'],
  ])('%s: two lines and exit 2', async (name, text, options, message) => {
    await writeFile(join(dir, 'two.csv'), '1,0\n0,1\n');
    const negative = Array.from({ length: 12 }, (_, i) =>
      Array.from({ length: 12 }, (_v, j) => (i === j ? (i ? 1 : -1) : 0)),
    );
    await writeFile(join(dir, 'bad.csv'), negative.map((r) => r.join()).join('\n'));
    const table = join(dir, `${name}.csv`);
    await writeFile(table, text);
    const particle = options.includes('--particle') ? [] : ['--particle', 'prefix=K_'];
    const said = await datamc('apply', table, input, join(dir, 'never.parquet'), ...particle, ...options);
    expect(said.status).toBe(2);
    expect(said.err.trimEnd().split('\n')).toHaveLength(2);
    expect(said.err).toContain(message);
  });

  test('a cut is chosen by --threshold, by name or code', async () => {
    const table = join(dir, 'cuts.csv');
    await writeFile(table, twoCuts);
    for (const threshold of ['K=kaonID,0.8', '321=kaonID,0.8']) {
      const said = await datamc(
        'apply',
        table,
        input,
        join(dir, 'o.csv'),
        '--particle',
        'prefix=K_',
        '--threshold',
        threshold,
      );
      expect(said.status).toBe(0);
    }
    expect(K.pdg).toBe(321);
  });
});
