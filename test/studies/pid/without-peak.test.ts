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

const home = temporaryFolder();
const study = `study: pid
samples: { data: data.parquet, simulation: simulation.parquet }
variables: { "twice(a)": "2 * a" }
modes:
  Templates:
    select: "0.1439 < deltaM < 0.1469 and 1.85 < D0_M < 1.88"
    probes: { K: D0_K }
    truth: { K: "isSignal == 1" }
    fit: { weights: templates, templates: { combinatorial: { select: "isSignal == 0", error: 0.1 } } }
    control: []
  Regions:
    select: "1.83 < D0_M < 1.90"
    probes: { pi: D0_pi }
    truth: { pi: "isSignal == 1" }
    # Of two Gaussians of 4.5 and 9.5 MeV (60 %, 40 %), 13.3 % lie beyond ±10 MeV: 0.153 of what lies inside.
    fit: { weights: abcd, abcd: { first: "1.855 < D0_M < 1.875", second: "deltaM < 0.1469", leakage: { B: 0.153 } } }
    control: []
  Everything: { select: "isSignal == 1", probes: { p: { prefix: D0_K, pdg: 2212 } }, control: [] }
tables:
  - { cut: "kaonID > 0.5", efficiency: K, binning: { twice(p): { from: 1, to: 8, bins: 2 } } }
  - { cut: "kaonID > 0.5", fake: [pi, p], binning: { p: [0.3, 4] } }
`;
let outcome: RunOutcome;
let truth: Record<string, Float64Array>;

beforeAll(async () => {
  for (const sample of ['data', 'simulation'] as const) {
    const columns = dstarEvents(seedKey(8), 9000, { sample, likelihoods: false });
    if (sample === 'data') truth = columns as Record<string, Float64Array>;
    const named = Object.entries(columns).map(([name, values]) => ({ name, values }));
    await writeTable(path.join(home, `${sample}.parquet`), named);
  }
  writeFileSync(path.join(home, 'study.yaml'), study);
  const { study: read } = await readStudy(path.join(home, 'study.yaml'));
  const context = { directory: home, quick: false, seed: 1, cache: path.join(home, 'headers'), warn: () => undefined };
  const plan = await planPid(read as PidStudy, context);
  const dir = path.join(home, 'run');
  const head = { name: 'study', study: 'pid', command: '', resolved: {} };
  outcome = await runPlan(plan, { dir, seed: 1, head, kinds: tasks, executor: inlineExecutor(dir, tasks, 1) });
}, 120_000);

const count = (keep: (i: number) => boolean): number => Array.from(truth['D0_M'].keys()).filter(keep).length;
const between = (name: string, low: number, high: number) => (i: number) =>
  truth[name][i] > low && truth[name][i] < high;

test('templates and regions count the signal that was generated', () => {
  expect(outcome.failures).toEqual([]);
  const [peak, window] = [between('D0_M', 1.85, 1.88), between('deltaM', 0.1439, 0.1469)];
  const known = {
    Templates: count((i) => truth['isSignal'][i] === 1 && peak(i) && window(i)),
    Regions: count((i) => truth['isSignal'][i] === 1 && between('D0_M', 1.855, 1.875)(i)),
  };
  for (const [mode, expected] of Object.entries(known)) {
    const { value, error } = outcome.summary?.[`${mode}.data.yield.signal`] as { value: number; error: number };
    // Four standard deviations: one seed in sixteen thousand. ABCD's √Σw² leaves out the transfer factor: 3 % of some 700.
    expect(Math.abs(value - expected)).toBeLessThan(4 * Math.hypot(error, 21));
  }
  expect(outcome.summary?.['Everything.data.yield.signal']).toMatchObject({
    value: count((i) => truth['isSignal'][i] === 1),
  });
});

test('their tuples have the same columns as those of a fit, and their scales are sources of uncertainty', async () => {
  const store = await openStore({ cache: path.join(home, 'cache'), temporary: true });
  try {
    const names = async (mode: string) => {
      const { columns } = await store.open({ files: [path.join(home, `run/products/ntuples/${mode}_data.parquet`)] });
      return columns.map((c) => c.name).filter((name) => name.startsWith('sWeight_'));
    };
    expect(await names('Templates')).toEqual([
      'sWeight_nominal',
      'sWeight_combinatorial_up',
      'sWeight_combinatorial_down',
    ]);
    expect(await names('Regions')).toEqual(['sWeight_nominal', 'sWeight_transfer_up', 'sWeight_transfer_down']);
    expect(await names('Everything')).toEqual(['sWeight_nominal']);
  } finally {
    await store.close();
  }
  const ratio = outcome.summary?.['K_efficiency_kaonID_0.5.ratio'] as { value: number; error: number };
  // dstarBinEfficiency('kaonID > 0.5', …) of data over simulation, 0.5 < p < 4: 0.9840.
  expect(Math.abs(ratio.value - 0.984)).toBeLessThan(4 * ratio.error);
});
