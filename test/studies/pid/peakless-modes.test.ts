// The modes without a peak, and D* with a neutral pion, as they come with datamc, on generated events of known truth.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { openStore } from '../../../src/events/store.js';
import { pi0Efficiency } from '../../../src/physics/dstar-pi0.js';
import { radmumuMode, tauMode, twoPhotonMode } from '../../../src/physics/peakless.js';
import { processEfficiency, type ProcessMode } from '../../../src/physics/pid/process-mode.js';
import { inlineExecutor } from '../../../src/runs/inline.js';
import { runPlan, type RunOutcome } from '../../../src/runs/run.js';
import { pidCatalogue } from '../../../src/studies/pid/catalogue/update.js';
import { pidGenerate } from '../../../src/studies/pid/one-shot/generate.js';
import { planPid } from '../../../src/studies/pid/plan.js';
import type { PidStudy } from '../../../src/studies/pid/schema/schema.js';
import { tasks } from '../../../src/studies/pid/tasks.js';
import { readStudy } from '../../../src/studies/read.js';
import { temporaryFolder } from '../../helpers/toy-run.js';

const home = temporaryFolder();
const EVENTS = 5000;
const STUDY = `study: pid
samples: { data: { collection: data }, simulation: { collection: mc } }
modes: { Radmumu: Radmumu, TwoPhoton-mu: TwoPhoton, Tau-mu: Tau, Tau-e: Tau-classifier, Dst-pi0: Dst-pi0 }
tables:
  - { name: rad, cut: muonID > 0.9, efficiency: mu, modes: [Radmumu], binning: { p: [0.7, 2, 3.5, 6] } }
  - { name: photons, cut: muonID > 0.9, efficiency: mu, modes: [TwoPhoton-mu], binning: { p: [0.6, 1, 1.5, 3] } }
  - { name: tau, cut: muonID > 0.9, efficiency: mu, modes: [Tau-mu], binning: { p: [0.5, 1.2, 2, 4.5] } }
  - { name: taue, cut: electronID > 0.9, efficiency: e, modes: [Tau-e], binning: { p: [0.5, 1.2, 2, 4.5] } }
  - { name: neutral, cut: fakePhotonSuppression > 0.5, efficiency: pi0, binning: { p: [0.2, 1, 1.5, 3.5] } }
`;
const FILES: readonly (readonly [string, ProcessMode, string])[] = [
  ['rad_mu_efficiency_muonID_0.9', radmumuMode, 'muonID > 0.9'],
  ['photons_mu_efficiency_muonID_0.9', twoPhotonMode('mu'), 'muonID > 0.9'],
  ['tau_mu_efficiency_muonID_0.9', tauMode('mu'), 'muonID > 0.9'],
  ['taue_e_efficiency_electronID_0.9', tauMode('e'), 'electronID > 0.9'],
];
let outcome: RunOutcome;

beforeAll(async () => {
  const catalogue = path.join(home, 'catalogue.yaml');
  for (const mode of ['Radmumu', 'TwoPhoton-mu', 'Tau-mu', 'Tau-e', 'Dst-pi0'])
    for (const sample of ['data', 'simulation'] as const) {
      const file = path.join(home, `${mode}_${sample}.parquet`);
      await pidGenerate(mode, file, { events: EVENTS, sample, correlation: mode === 'Dst-pi0' && sample === 'data' });
      await pidCatalogue(catalogue, { add: [file], collection: sample === 'data' ? 'data' : 'mc', mode });
    }
  writeFileSync(path.join(home, 'study.yaml'), STUDY);
  const { study } = await readStudy(path.join(home, 'study.yaml'));
  const context = { directory: home, quick: false, seed: 1, cache: path.join(home, 'headers'), warn: () => undefined };
  const plan = await planPid(study as PidStudy, context);
  const dir = path.join(home, 'run');
  const head = { name: 'study', study: 'pid', command: '', resolved: {} };
  outcome = await runPlan(plan, { dir, seed: 1, head, kinds: tasks, executor: inlineExecutor(dir, tasks, 1) });
}, 180_000);

/** A table's rows as numbers by column. */
function rowsOf(name: string): Record<string, number>[] {
  const [head, ...lines] = readFileSync(path.join(home, `run/products/tables/${name}.csv`), 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(','));
  return lines.map((cells) => Object.fromEntries(head.map((column, k) => [column, Number(cells[k])])));
}
const errorOf = (row: Record<string, number>, of: string): number =>
  Math.hypot(row[`${of}_uncertainty_stat_up`], row[`${of}_uncertainty_sys_up`]);

// Thirty comparisons at 4.5 standard deviations: one false alarm in five thousand seeds.
test.each(FILES)(
  '%s: efficiencies of data and simulation, and their ratio, are the true ones in every bin',
  (name, mode, cut) => {
    expect(outcome.failures).toEqual([]);
    for (const row of rowsOf(name)) {
      const region = { p: [row['p_min'], row['p_max']] as const };
      const [data, simulation] = (['data', 'simulation'] as const).map((s) => processEfficiency(mode, cut, s, region));
      expect(Math.abs(row['data_efficiency'] - data) / errorOf(row, 'data')).toBeLessThan(4.5);
      expect(Math.abs(row['MC_efficiency'] - simulation) / errorOf(row, 'MC')).toBeLessThan(4.5);
      expect(Math.abs(row['data_MC_ratio'] - data / simulation) / errorOf(row, 'data_MC')).toBeLessThan(4.5);
      // Errors that would let anything pass would be no test.
      expect(errorOf(row, 'data')).toBeLessThan(0.12);
    }
  },
);

test.each([
  ['Radmumu_data', 'Radmumu', 'gamma_E > 1 and tag_muonID > 0.9 and abs(missingMass2) < 1 and M > 0.3'],
  ['Tau-mu_data', 'Tau-mu', '0.87 < thrust < 0.97 and visibleEnergy < 9'],
  ['Tau-e_data', 'Tau-e', '0.87 < thrust < 0.97 and visibleEnergy < 9'],
  ['TwoPhoton-mu_data', 'TwoPhoton-mu', 'pairPtCMS < 0.15 and tag_muonID > 0.9'],
])('%s: the signal is counted, which all that was selected is not', async (file, mode, select) => {
  const store = await openStore({ cache: path.join(home, 'cache'), temporary: true });
  try {
    const table = await store.open({ files: [path.join(home, `${file}.parquet`)] }, {});
    const known = await table.count(`(${select}) and isSignal == 1`);
    const all = await table.count(select);
    const { value, error } = outcome.summary?.[`${mode}.data.yield.signal`] as { value: number; error: number };
    // Statistics of the sum, and scales of backgrounds: 20 % of qq̄ at most, 5 % of the transfer.
    const scale = mode === 'Tau-mu' ? 0.2 * (all - known) : 0.01 * known;
    expect(Math.abs(value - known)).toBeLessThan(4 * Math.hypot(error, scale / 4));
    if (mode.startsWith('Tau')) expect(all - known).toBeGreaterThan(10 * error);
  } finally {
    await store.close();
  }
});

test('the neutral mode: a background that follows the momentum below 1.5 GeV is found and repaired', () => {
  expect(outcome.summary?.['Dst-pi0.data.pValue']).toBeGreaterThan(1e-4);
  expect(outcome.summary?.['Dst-pi0.valid']).toBeLessThan(1);
  const [softest, , hardest] = rowsOf('neutral_pi0_efficiency_fakePhotonSuppression_0.5');
  for (const row of [softest, hardest]) {
    // The efficiency rises with the momentum: the mean over a bin lies between its ends.
    const [low, high] = [pi0Efficiency(0.5, 'data', row['p_min']), pi0Efficiency(0.5, 'data', row['p_max'])];
    expect(row['data_efficiency']).toBeGreaterThan(low - 4.5 * errorOf(row, 'data'));
    expect(row['data_efficiency']).toBeLessThan(high + 4.5 * errorOf(row, 'data'));
  }
  expect(hardest['data_efficiency'] - softest['data_efficiency']).toBeGreaterThan(0.03);
});
