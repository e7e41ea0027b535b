import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { writeTable } from '../../../src/events/write-table.js';
import { dstarEvents } from '../../../src/physics/dstar.js';
import { seedKey } from '../../../src/stats/key.js';
import { pidCatalogue } from '../../../src/studies/pid/catalogue/update.js';
import { checksums, datamcUntil, task, type Moment } from '../../helpers/killed.js';
import { temporaryFolder } from '../../helpers/toy-run.js';

const home = temporaryFolder();
const at = (...parts: string[]): string => path.join(home, ...parts);

beforeAll(async () => {
  for (const [collection, sample] of [
    ['proc13', 'data'],
    ['MC15rd_proc13', 'simulation'],
  ] as const) {
    const columns = dstarEvents(seedKey(5).split(sample), 5000, { sample, likelihoods: false });
    mkdirSync(at(collection));
    await writeTable(at(collection, 'Dst.parquet'), [
      ...Object.entries(columns).map(([name, values]) => ({ name, values })),
      { name: 'sWeight_nominal', values: Float64Array.from(columns['isSignal']) },
    ]);
    await pidCatalogue(at('catalogue.yaml'), { add: [at(collection, 'Dst.parquet')], collection, mode: 'Dst' });
  }
  const entry = (prefix: string, precut: string): string =>
    `  - { prefix_name: ${prefix}, efficiency_particle_type: K, binning: [[0.5, 2.5, 4.5]], track_variables: [p], cuts: ["kaonID > 0.8"], precuts: ["${precut}"], mc_proc_query: [MC15rd_proc13], data_proc_query: [proc13] }\n`;
  writeFileSync(
    at('weights.yaml'),
    `weight_dir: weights\nweight_cfg_list:\n${entry('all', '')}${entry('plus', 'charge > 0')}`,
  );
  writeFileSync(
    at('refit.yaml'),
    `new_suffix: _v1
models: [Dst]
ntuples: { Dst: { data: proc13/Dst.parquet } }
modes: { Dst: { probes: { K: D0_K }, fit: { variable: D0_M, range: [1.80, 1.95], signal: { pdf: doubleGaussian }, background: { pdf: chebyshev, order: 1 } } } }
`,
  );
  writeFileSync(at('all.list'), 'proc13/Dst.parquet\nMC15rd_proc13/Dst.parquet\n');
  writeFileSync(at('grid.list'), '/belle/collection/Data/proc13/L0_1\n');
  writeFileSync(
    at('tasks.yaml'),
    '- { path: all.list, proc: b14, short_name: Dst_b14, model: Dst }\n- { path: grid.list, proc: p13, short_name: L0, model: Lambda0 }\n',
  );
  writeFileSync(at('settings.json'), '{ "particleid_tasks": "tasks.yaml" }');
});

/** Kills the same command at each moment in its turn, lets it end, and compares with one that was left alone. */
async function sameBytes(
  command: readonly string[],
  moments: (out: string) => readonly Moment[],
  leaveOut: (name: string) => boolean,
): Promise<void> {
  const args = (out: string): string[] => ['pid', ...command, '--out', at(out), '--jobs', '1'];
  const [whole, killed] = [`${command[0]}-whole`, `${command[0]}-killed`];
  expect(await datamcUntil(args(whole), home)).toMatchObject({ killed: false, status: 0 });
  for (const [i, moment] of moments(at(killed)).entries()) {
    const { killed: was, err } = await datamcUntil(args(killed), home, moment);
    expect(was, `kill ${i}: ${err}`).toBe(true);
  }
  if (command[0] === 'fixed-weights') writeFileSync(at(killed, 'all.csv.4194305.partial'), 'of a process that is gone');
  expect(await datamcUntil(args(killed), home)).toMatchObject({ killed: false, status: 0 });
  const [a, b] = [whole, killed].map((out) => checksums(at(out), leaveOut));
  expect(b).toEqual(a);
  expect(Object.keys(a).length).toBeGreaterThan(2);
}

/** What a user takes from a run: all but its cache, its times and what it works with. */
const notForUsers = (name: string): boolean => !/^(?:products|figures)\/|^(?:report\.html|summary\.json)$/.test(name);

test('fixed-weights, killed in a task and while it delivers: the same files', async () => {
  await sameBytes(
    ['fixed-weights', 'weights.yaml'],
    (out) => {
      const run = path.join(out, 'run');
      const tables = (): boolean => readdirSync(out).some((name) => name.startsWith('all_'));
      return [task(run, 'started', 'table/0', 60), tables];
    },
    () => false,
  );
  expect(readdirSync(at('fixed-weights-killed'))).not.toContain('run');
}, 180_000);

test('refit, killed in a fit: the same products, figures, report, summary', async () => {
  await sameBytes(['refit', 'refit.yaml'], (out) => [task(out, 'started', 'fit/Dst/data', 80)], notForUsers);
}, 180_000);

test('produce, killed between two skims: the same tuples, catalogue, payloads', async () => {
  await sameBytes(['produce', 'settings.json'], (out) => [task(out, 'done', 'skim/Dst_b14/0000')], notForUsers);
}, 180_000);
