import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { DatamcError } from '../../../src/base/error.js';
import { openStore } from '../../../src/events/store.js';
import { writeTable } from '../../../src/events/write-table.js';
import { readWeightTables } from '../../../src/formats/tables/read-tables.js';
import { inlineExecutor } from '../../../src/runs/inline.js';
import { runPlan, type RunOutcome } from '../../../src/runs/run.js';
import { normals, seedKey, uniforms } from '../../../src/stats/key.js';
import { planPid } from '../../../src/studies/pid/plan.js';
import type { PidStudy } from '../../../src/studies/pid/schema/schema.js';
import { tasks } from '../../../src/studies/pid/tasks.js';
import { readStudy } from '../../../src/studies/read.js';
import { temporaryFolder } from '../../helpers/toy-run.js';

const home = temporaryFolder();

/**
 * A lepton mode without a peak: signal and background differ in two kinematic variables; the lepton passes in 90 and 30 %. `p` has
 * nothing to do with them; `pt` goes with the first, so that in its bins the mix and the output's shape change.
 */
function toy(sample: string, signal: number, background: number) {
  const key = seedKey(71).split(sample);
  const n = signal + background;
  const is = Float64Array.from({ length: n }, (_, i) => (i < signal ? 1 : 0));
  const [a, b, z] = ['a', 'b', 'z'].map((name) => normals(key.split(name), n));
  const [p, id] = ['p', 'id'].map((name) => uniforms(key.split(name), n));
  const first = a.map((v, i) => v + (is[i] ? 0.8 : -0.6));
  const columns = {
    first,
    second: b.map((v, i) => v + (is[i] ? 0.6 : -0.4)),
    p: p.map((v) => 3 * v),
    pt: first.map((v, i) => v + z[i]),
    electronID: id.map((v, i) => (v < (is[i] ? 0.9 : 0.3) ? 0.95 : 0.05)),
    process: is.map((v) => 2 - v),
  };
  columns.first[3] = NaN;
  return columns;
}
type Toy = ReturnType<typeof toy>;

const study = `study: pid
samples: { data: data.parquet, simulation: mc.parquet }
modes:
  Tau:
    probes: { e: "" }
    truth: { e: "process == 1" }
    closure: true
    validity: { fallback: fit-and-count }
    fit:
      weights: classifier
      classifier: { features: [first, second], signal: "process == 1", backgrounds: { qq: { select: "process == 2" } }, hidden: [16], folds: 2, epochs: 6, replicas: 4 }
tables:
  - { cut: "electronID > 0.5", efficiency: e, binning: { p: [0, 1.5, 3] } }
  - { name: by_pt, cut: "electronID > 0.5", efficiency: e, binning: { pt: [-3, 0, 3] } }
`;
let outcome: RunOutcome;
let data: Toy;
const read = async (text: string): Promise<PidStudy> => {
  writeFileSync(path.join(home, 'study.yaml'), text);
  return (await readStudy(path.join(home, 'study.yaml'))).study as PidStudy;
};
const planOf = async (text: string) =>
  planPid(await read(text), {
    directory: home,
    quick: false,
    seed: 1,
    cache: path.join(home, 'headers'),
    warn: () => undefined,
  });
const run = async () => {
  const dir = path.join(home, 'run');
  const head = { name: 'study', study: 'pid', command: '', resolved: {} };
  return runPlan(await planOf(study), { dir, seed: 1, head, kinds: tasks, executor: inlineExecutor(dir, tasks, 1) });
};

beforeAll(async () => {
  data = toy('data', 3000, 4500);
  for (const [name, columns] of [
    ['data', data],
    ['mc', toy('simulation', 6000, 6000)],
  ] as const)
    await writeTable(
      path.join(home, `${name}.parquet`),
      Object.entries(columns).map(([column, values]) => ({ name: column, values })),
    );
  outcome = await run();
}, 120_000);

test('the yields are those that were generated, with a goodness of the fit (4 σ)', () => {
  expect(outcome.failures).toEqual([]);
  const summary = outcome.summary ?? {};
  for (const [name, known] of [
    ['signal', 3000],
    ['qq', 4500],
  ] as const) {
    const { value, error } = summary[`Tau.data.yield.${name}`] as { value: number; error: number };
    expect(Math.abs(value - known)).toBeLessThan(4 * error);
    expect(error).toBeLessThan(250);
  }
  // 18 degrees of freedom: below 42 but for one in a thousand.
  expect(summary['Tau.data.chi2ndf']).toBeLessThan(42 / 18);
});

test('both tuples have the columns of every kind; rows without a feature have weight 0', async () => {
  const store = await openStore({ cache: path.join(home, 'cache'), temporary: true });
  try {
    for (const sample of ['data', 'simulation'] as const) {
      const table = await store.open({ files: [path.join(home, `run/products/ntuples/Tau_${sample}.parquet`)] });
      const names = table.columns.map((c) => c.name).filter((name) => name.startsWith('sWeight_'));
      expect(names).toEqual(
        expect.arrayContaining(['sWeight_nominal', 'sWeight_systematic', 'sWeight_template_3', 'sWeight_output']),
      );
      const { w, o } = await table.read({ w: 'sWeight_nominal', o: 'sWeight_output' }, { lenient: true });
      expect([w[3], o[3]]).toEqual([0, NaN]);
      expect(o.filter((v) => v > 0 && v < 1)).toHaveLength(w.length - 1);
    }
    expect(outcome.warnings.map((v) => v.message)).toContain(
      'candidates of Tau data without a value of a feature: weight 0',
    );
  } finally {
    await store.close();
  }
});

const tableOf = async (name: string) => {
  const [{ table }] = await readWeightTables(
    path.join(home, `run/products/tables/${name}e_efficiency_electronID_0.5.json`),
  );
  return table;
};
const text = (name: string): string =>
  readFileSync(path.join(home, `run/products/tables/${name}e_efficiency_electronID_0.5.md`), 'utf8');

/** True efficiency of signal between two values. */
const truth = (of: 'p' | 'pt', low: number, high: number): number => {
  const rows = [...data.p.keys()].filter((i) => i < 3000 && i !== 3 && data[of][i] > low && data[of][i] <= high);
  return rows.filter((i) => data.electronID[i] > 0.5).length / rows.length;
};

test('the table has efficiencies of signal and its sources of uncertainty, replicas of templates as one (4 σ)', async () => {
  const table = await tableOf('');
  expect(text('')).not.toContain('not-factorising');
  for (const [bin, { ratio }] of table.cells.entries()) {
    expect(Object.keys(ratio.sources).sort()).toEqual(['stat', 'syst:closure', 'syst:sweights', 'syst:templates']);
    // Simulation passes in 90 % ± 0.5 %.
    const expected = truth('p', 1.5 * bin, 1.5 * bin + 1.5) / 0.9;
    expect(Math.abs(ratio.value - expected)).toBeLessThan(4 * ratio.sources['stat'].up);
    expect(ratio.sources['stat'].up).toBeLessThan(0.06);
    const { up, down } = ratio.sources['syst:templates'];
    expect(up).toBeGreaterThan(0);
    expect(down).toBeCloseTo(-up, 12);
  }
});

test('bins in which the output has another shape are flagged, and mended by templates of their own (4 σ)', async () => {
  expect(text('by_pt_').match(/data:not-factorising/g)).toHaveLength(2);
  const table = await tableOf('by_pt_');
  for (const [bin, { ratio }] of table.cells.entries()) {
    const expected = truth('pt', bin ? 0 : -3, bin ? 3 : 0) / 0.9;
    expect(Math.abs(ratio.value - expected)).toBeLessThan(4 * ratio.sources['stat'].up);
    expect(ratio.sources['stat'].up).toBeLessThan(0.09);
  }
  const html = readFileSync(path.join(home, 'run/report.html'), 'utf8').replace(/<[^>]+>/g, ' ');
  for (const part of [
    'Validity of the weights',
    'simulated qq: the fit variable',
    'Fits of Tau',
    'the output is independent of',
  ])
    expect(html).toContain(part);
});

test('a second run has nothing to do and ends with the same summary', async () => {
  const again = await run();
  expect(again.tasks.filter((t) => t.status !== 'cached').map((t) => t.id)).toEqual([]);
  expect(again.summary).toEqual(outcome.summary);
});

test.each([
  ['a feature that is not there', study.replace('[first,', '[frist,'), 'modes.Tau.fit.classifier.features[0]', /first/],
  [
    'a cut on nothing',
    study.replace('select: "process', 'select: "proces'),
    'modes.Tau.fit.classifier.backgrounds.qq.select',
    /process/,
  ],
  ['no background', study.replace('{ qq: { select: "process == 2" } }', '{}'), 'study.yaml', /at least one background/],
  ['no classifier', study.replace(/classifier: \{.*\}/, 'binned: 20'), 'study.yaml', /fit.classifier" is missing/],
])('%s ends with exit status 2', async (_, wrong, at, words) => {
  const error = (await planOf(wrong).catch((e: unknown) => e)) as DatamcError;
  expect(error).toBeInstanceOf(DatamcError);
  expect(error.status).toBe(2);
  expect(error.data.path).toContain(at);
  expect(`${error.data.message} ${error.data.expected} ${error.data.hint}`).toMatch(words);
});
