import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { writeTable } from '../../../../src/events/write-table.js';
import { readWeightTables } from '../../../../src/formats/tables/read-tables.js';
import { inlineExecutor } from '../../../../src/runs/inline.js';
import { runPlan, type RunOutcome } from '../../../../src/runs/run.js';
import { normals, seedKey, uniforms } from '../../../../src/stats/key.js';
import { planPid } from '../../../../src/studies/pid/plan.js';
import type { PidStudy } from '../../../../src/studies/pid/schema/schema.js';
import { tasks } from '../../../../src/studies/pid/tasks.js';
import { readStudy } from '../../../../src/studies/read.js';
import { temporaryFolder } from '../../../helpers/toy-run.js';

const home = temporaryFolder();
const ROWS = 24_000;
const [S, BEND] = [0.62, 0.33];

/**
 * A normal peak, and a background 1 ± BEND (1 − 3 u²), u from −1 to 1 over the range: it piles up under the peak for p < 1 and
 * is hollow there for p > 1. All of it that is not under the peak are the last half sigmas of the range, where it hardly bends.
 */
function toy(sample: string, rows = ROWS) {
  const key = seedKey(31).split(sample);
  const draw = (name: string) => uniforms(key.split(name), rows);
  const [kind, u, p, id] = ['kind', 'u', 'p', 'id'].map(draw);
  const z = normals(key.split('z'), rows);
  const signal = kind.map((k) => (k < S ? 1 : 0));
  const momentum = p.map((x) => 2 * x);
  const mass = signal.map((s, i) => {
    if (s) return Math.abs(z[i]) < 4 ? z[i] : z[i] / 4;
    const a = momentum[i] < 1 ? BEND : -BEND;
    return 4 * inverse(a, u[i]);
  });
  return [
    { name: 'M', values: mass },
    { name: 'p', values: momentum },
    { name: 'isSignal', values: signal },
    // Signal passes in 80 %, background in 40 %, at any mass.
    { name: 'id', values: id.map((x, i) => (x < (signal[i] ? 0.8 : 0.4) ? 0.9 : 0.1)) },
  ];
}

/** Where the distribution function of ½ (1 + a (1 − 3 u²)) is `share`: ½ (1 + u) + ½ a (u − u³), by bisection. */
function inverse(a: number, share: number): number {
  let [low, high] = [-1, 1];
  for (let i = 0; i < 50; i++) {
    const u = (low + high) / 2;
    if (0.5 * (1 + u) + 0.5 * a * (u - u ** 3) < share) low = u;
    else high = u;
  }
  return low;
}

const mode = (validity: string): string =>
  `{ probes: { K: "" }, truth: { K: "isSignal == 1" }, control: [], validity: ${validity}, fit: { variable: M, range: [-4, 4], signal: { pdf: gaussian, mean: 0, sigma: 1 }, background: { pdf: chebyshev, order: 2 } } }`;
const study = `study: pid
samples: { data: data.parquet, simulation: mc.parquet }
modes:
  Seen: ${mode('{ fallback: fit-and-count, control: [p, "M + p"] }')}
  Unseen: ${mode('{ fallback: fit-and-count, compareYields: false }')}
  Pure: { probes: { K: "" }, select: "isSignal == 1", truth: { K: "isSignal == 1" }, control: [] }
tables:
  - { name: seen, modes: [Seen], cut: "id > 0.5", efficiency: K, binning: { p: [0, 1, 2] } }
  - { name: unseen, modes: [Unseen], cut: "id > 0.5", efficiency: K, binning: { p: [0, 1, 2] } }
  - { name: both, modes: [Seen, Pure], cut: "id > 0.5", efficiency: K, binning: { p: [0, 1, 2] } }
`;
let outcome: RunOutcome;
let data: ReturnType<typeof toy>;

beforeAll(async () => {
  data = toy('data');
  await writeTable(path.join(home, 'data.parquet'), data);
  await writeTable(path.join(home, 'mc.parquet'), toy('simulation', 5000));
  writeFileSync(path.join(home, 'study.yaml'), study);
  const { study: read } = await readStudy(path.join(home, 'study.yaml'));
  const context = { directory: home, quick: false, seed: 1, cache: path.join(home, 'headers'), warn: () => undefined };
  const planned = await planPid(read as PidStudy, context);
  // Without the report and its figures.
  const counted = planned.tasks.filter((task) => task.kind !== 'report');
  const last = { id: 'last', kind: 'last', params: {}, needs: counted.map((task) => task.id) };
  const plan = { tasks: [...counted, last], summaryTask: 'last' };
  const kinds = { ...tasks, last: () => Promise.resolve({ done: 1 }) };
  const dir = path.join(home, 'run');
  const head = { name: 'study', study: 'pid', command: '', resolved: {} };
  outcome = await runPlan(plan, { dir, seed: 1, head, kinds, executor: inlineExecutor(dir, kinds, 1) });
}, 120_000);

/** True efficiency in each bin. */
const truth = (): number[] => {
  const [, p, signal, id] = data.map((c) => c.values);
  return [0, 1].map((bin) => {
    const rows = [...p.keys()].filter((i) => signal[i] === 1 && p[i] > bin && p[i] <= bin + 1);
    return rows.filter((i) => id[i] > 0.5).length / rows.length;
  });
};

const tableOf = async (name: string) => {
  const file = path.join(home, `run/products/tables/${name}_K_efficiency_id_0.5`);
  const [{ table }] = await readWeightTables(`${file}.csv`);
  const found = table.cells.map(({ data: { rate } }, bin) => ({
    pull: (rate.value - truth()[bin]) / Math.max(rate.sources['stat'].up, -rate.sources['stat'].down),
    error: rate.sources['stat'].up,
  }));
  return { found, text: readFileSync(`${file}.md`, 'utf8') };
};

/** What the tables' tasks found, from the cache of the run. */
const results = (): string =>
  readdirSync(path.join(home, 'run'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('result.json'))
    .map((name) => readFileSync(path.join(home, 'run', name), 'utf8'))
    .join('\n');

test('without the comparison of yields a background that changes under the peak alone is not seen, and biases', async () => {
  expect(outcome.failures).toEqual([]);
  const { found, text } = await tableOf('unseen');
  expect(text).not.toContain('not-factorising');
  for (const { pull } of found) expect(Math.abs(pull)).toBeGreaterThan(3);
});

test('with it both bins are flagged, by it alone, and fits of each bin mend them (4 σ)', async () => {
  const { found, text } = await tableOf('seen');
  expect(text.match(/data:not-factorising data:yields-differ/g)).toHaveLength(2);
  expect(text).not.toContain('simulation:');
  for (const { pull, error } of found) {
    expect(Math.abs(pull)).toBeLessThan(4);
    expect(error).toBeLessThan(0.02);
  }
  expect(results()).toMatch(/Seen, p 0 to 1: weights count \d+ ± \d+ of all, a fit of the bin alone \d+ ± \d+: z = /);
  expect(results()).not.toContain('side bands: the fit variable');
  expect(results()).toMatch(/"fit-and-count": ?2/);
});

test('bins that are mended hold the candidates of modes whose weights cannot be tested too', async () => {
  const { found } = await tableOf('both');
  const { found: seen } = await tableOf('seen');
  found.forEach(({ pull, error }, bin) => {
    expect(Math.abs(pull)).toBeLessThan(4);
    // As many again, without background: the error is at most that of the mended ones alone by √2.
    expect(error).toBeLessThan(seen[bin].error / Math.SQRT2);
  });
  expect(results()).toMatch(/"fit-and-count\+all": ?2/);
});

test('control variables of the mode are tested in side bands and in simulated signal', () => {
  const said = outcome.warnings
    .map((w) => w.message)
    .filter((message) => message.includes('the fit variable depends on'));
  expect(said.filter((message) => message.includes('on M + p (location)'))).toHaveLength(2);
  expect(said.filter((message) => message.includes('on p ('))).toEqual([]);
  expect(results()).toMatch(/"sample": ?"side bands",\s*"control": ?"p"/);
});
