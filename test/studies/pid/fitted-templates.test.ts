import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { openStore } from '../../../src/events/store.js';
import { writeTable } from '../../../src/events/write-table.js';
import { dstarEvents } from '../../../src/physics/dstar.js';
import { inlineExecutor } from '../../../src/runs/inline.js';
import { runPlan, type RunOutcome } from '../../../src/runs/run.js';
import { seedKey } from '../../../src/stats/key.js';
import { planPid } from '../../../src/studies/pid/plan.js';
import type { PidStudy } from '../../../src/studies/pid/schema/schema.js';
import { tasks } from '../../../src/studies/pid/tasks.js';
import { readStudy } from '../../../src/studies/read.js';
import { temporaryFolder } from '../../helpers/toy-run.js';

// `weights: templates` beside a fit and without templates of its own: the fit tells simulated background, and its scale.
const home = temporaryFolder();
const study = (select: string) => `study: pid
samples: { data: data.parquet, simulation: { files: simulation.parquet, select: "${select}" } }
modes:
  Dst:
    probes: { K: D0_K }
    truth: { K: "isSignal == 1" }
    fit:
      variable: D0_M
      range: [1.80, 1.95]
      signal: { pdf: doubleGaussian, mean: 1.8648 }
      background: { pdf: chebyshev, order: 2 }
      systematic: { background: { pdf: chebyshev, order: 3 } }
      weights: templates
    control: []
tables: [{ cut: "kaonID > 0.6", efficiency: K, binning: { p: [0.3, 1.5, 4] } }]
`;
let outcome: RunOutcome;
let truth: Record<string, Float64Array>;

async function run(name: string, select: string): Promise<RunOutcome> {
  const file = path.join(home, `${name}.yaml`);
  writeFileSync(file, study(select));
  const { study: read } = await readStudy(file);
  const context = { directory: home, quick: false, seed: 1, cache: path.join(home, 'headers'), warn: () => undefined };
  const plan = await planPid(read as PidStudy, context);
  const dir = path.join(home, name);
  const head = { name, study: 'pid', command: '', resolved: {} };
  return runPlan(plan, { dir, seed: 1, head, kinds: tasks, executor: inlineExecutor(dir, tasks, 1) });
}

beforeAll(async () => {
  for (const sample of ['data', 'simulation'] as const) {
    const columns = dstarEvents(seedKey(sample === 'data' ? 21 : 22), 12_000, { sample, likelihoods: false });
    if (sample === 'data') truth = columns as Record<string, Float64Array>;
    const named = Object.entries(columns).map(([name, values]) => ({ name, values }));
    await writeTable(path.join(home, `${sample}.parquet`), named);
  }
  outcome = await run('whole', 'D0_K_p > 0');
}, 120_000);

test('the tuple is data with simulated background below it: Σw is the fitted signal, in every variant', async () => {
  expect(outcome.failures).toEqual([]);
  const store = await openStore({ cache: path.join(home, 'cache'), temporary: true });
  try {
    const table = await store.open({ files: [path.join(home, 'whole/products/ntuples/Dst_data.parquet')] });
    const names = table.columns.map((c) => c.name).filter((name) => name.startsWith('sWeight_'));
    const of = (name: string): string => `sWeight_${name}`;
    expect(names).toEqual(['nominal', 'background_up', 'background_down', 'systematic'].map(of));
    const w = await table.read(Object.fromEntries(names.map((name) => [name, name])));
    const sum = (name: string): number => w[of(name)].reduce((a, b) => a + b, 0);
    const { value } = outcome.summary?.['Dst.data.yield.signal'] as { value: number };
    expect(sum('nominal')).toBeCloseTo(value, 1);
    // Another fit, another yield: of the same peak.
    expect(Math.abs(sum('systematic') / value - 1)).toBeLessThan(0.05);
    expect(sum('systematic')).not.toBeCloseTo(value, 1);
    // ± one error of the scale, about that of the yield of background.
    const { value: b, error } = outcome.summary?.['Dst.data.yield.background'] as { value: number; error: number };
    const shift = (sum('background_down') - sum('background_up')) / 2;
    expect(shift).toBeGreaterThan(error / 2);
    expect(shift).toBeLessThan(0.1 * b);
    expect(sum('background_up') + sum('background_down')).toBeCloseTo(2 * value, 1);
  } finally {
    await store.close();
  }
});

test('it measures what was generated (4 σ: one seed in sixteen thousand)', () => {
  const inside = (i: number) => truth['D0_M'][i] > 1.8 && truth['D0_M'][i] < 1.95 && truth['D0_K_p'][i] > 0.3;
  const signal = [...truth['D0_M'].keys()].filter((i) => truth['isSignal'][i] === 1 && inside(i));
  const known = signal.filter((i) => truth['D0_K_kaonID'][i] > 0.6).length / signal.length;
  const found = outcome.summary?.['K_efficiency_kaonID_0.6.data'] as { value: number; error: number };
  expect(Math.abs(found.value - known)).toBeLessThan(4 * found.error);
  expect(found.error).toBeLessThan(0.03);
  const parts = Object.keys(outcome.summary ?? {}).filter((key) => key.startsWith('K_efficiency_kaonID_0.6.ratio.'));
  expect(parts.map((key) => key.split('.').at(-1)).sort()).toEqual(['background', 'stat', 'sweights']);
});

test('simulation without background is no template: the error says what to write', async () => {
  const pure = await run('pure', 'isSignal == 1');
  expect(pure.status).toBe('failed');
  const [{ failure }] = pure.failures;
  expect(failure.data).toMatchObject({
    code: 'pid.templates',
    message: expect.stringMatching(/^the \w+ fit of Dst finds hardly any background in simulation/) as string,
    path: 'modes.Dst.fit.weights',
    expected: expect.stringContaining('templates: { background: { select: "isSignal == 0"') as string,
  });
  expect(failure.status).toBe(2);
}, 60_000);
