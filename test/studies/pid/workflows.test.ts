import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { openStore } from '../../../src/events/store.js';
import { writeTable } from '../../../src/events/write-table.js';
import { readWeightTables } from '../../../src/formats/tables/read-tables.js';
import { dstarEvents } from '../../../src/physics/dstar.js';
import { inlineExecutor } from '../../../src/runs/inline.js';
import { seedKey } from '../../../src/stats/key.js';
import { pidCatalogue } from '../../../src/studies/pid/catalogue/update.js';
import { fixedWeights } from '../../../src/studies/pid/workflows/fixed-weights.js';
import { refit } from '../../../src/studies/pid/workflows/refit.js';
import { tasks } from '../../../src/studies/pid/tasks.js';
import { temporaryFolder } from '../../helpers/toy-run.js';

const home = temporaryFolder();
const ROWS = 6000;

/** Weighted tuples as a run leaves them; the weights are the truth itself, which is enough to count with. */
beforeAll(async () => {
  for (const [collection, sample] of [
    ['proc13', 'data'],
    ['MC15rd_proc13', 'simulation'],
  ] as const) {
    const columns = dstarEvents(seedKey(5).split(sample), ROWS, { sample, likelihoods: false });
    const weight = Float64Array.from(columns['isSignal']);
    mkdirSync(path.join(home, collection), { recursive: true });
    await writeTable(path.join(home, collection, 'Dst.parquet'), [
      ...Object.entries(columns).map(([name, values]) => ({ name, values })),
      { name: 'sWeight_nominal', values: weight },
      { name: 'sWeight_systematic', values: weight.map((w, i) => (i % 50 ? w : 0)) },
    ]);
    await pidCatalogue(path.join(home, 'catalogue.yaml'), {
      add: [path.join(home, collection, 'Dst.parquet')],
      ...{ collection, mode: 'Dst' },
    });
  }
});

// The example of the framework's documentation: two cuts, three preselections, efficiency and fake rate, 2 × 2 bins.
const config = `weight_dir: weights
remove_tmp_files: true
weight_cfg_list:
  - prefix_name: hadron
    efficiency_particle_type: K
    fakerate_particle_type: pi
    binning: [[0.5, 2.5, 4.5], [-0.8, 0.2, 0.9563]]
    track_variables: ["p", "cosTheta"]
    cuts: ["kaonID > 0.2", "kaonID > 0.8"]
    precuts: ["", "charge > 0", "charge < 0"]
    mc_proc_query: ["MC15rd_proc13"]
    data_proc_query: ["proc13"]
`;
const inline = { executor: (dir: string) => inlineExecutor(dir, tasks, 1) };

describe('fixed-weights', () => {
  test('the example makes twelve tables of four bins, in every format, and leaves no temporary files', async () => {
    writeFileSync(path.join(home, 'weights.yaml'), config);
    const { outcome, dir, files } = await fixedWeights(path.join(home, 'weights.yaml'), inline);
    expect(outcome.status).toBe('done');
    const names = files.map((file) => path.basename(file));
    const tables = names.filter((name) => /(?<!_sysvar)\.csv$/.test(name) && !name.includes('notIdentified'));
    expect(tables).toHaveLength(12);
    for (const name of tables) {
      const [{ table }] = await readWeightTables(path.join(dir, name));
      expect(table.cells).toHaveLength(4);
      expect(table.axes.map((a) => a.column)).toEqual(['p', 'cosTheta']);
      for (const { ratio } of table.cells) expect(Object.keys(ratio.sources)).toContain('stat');
    }
    expect(existsSync(path.join(dir, 'run'))).toBe(false);
    expect(existsSync(path.join(dir, 'report.html'))).toBe(true);
    const json = readFileSync(path.join(dir, 'hadron_K_efficiency_kaonID_0.8.json'), 'utf8');
    expect(json).toContain('notIdentified');
    // Positive and negative tracks together are all.
    const rate = async (precut: string) => {
      const [{ table }] = await readWeightTables(path.join(dir, `hadron_pi_K_fakeRate_kaonID_0.8${precut}.csv`));
      return table.cells[3].data.rate.value;
    };
    const [all, plus, minus] = [await rate(''), await rate('_charge_gt_0'), await rate('_charge_lt_0')];
    expect((all - plus) * (all - minus)).toBeLessThanOrEqual(0);
  });

  test.each([
    ['an unknown key', config.replace('remove_tmp_files', 'remove_temp_files'), /remove_tmp_files/],
    ['an unknown collection', config.replace('["proc13"]', '["proc31"]'), /no collection "proc31"[\s\S]*proc13/],
    ['a particle that no mode has', config.replace('type: K', 'type: p'), /probe "p"/],
    ['edges for another number of variables', config.replace(', [-0.8, 0.2, 0.9563]', ''), /1 lists of edges for 2/],
    ['weights under another suffix', `${config}suffix: _v9\n`, /sWeight_nominal_v9/],
  ])('says what is wrong: %s', async (_, text, words) => {
    writeFileSync(path.join(home, 'bad.yaml'), text);
    const error = (await fixedWeights(path.join(home, 'bad.yaml'), inline).catch((e: unknown) => e)) as {
      status: number;
      data: { message: string; hint?: string; expected?: string };
    };
    expect(error.status).toBe(2);
    expect(`${error.data.message}; ${error.data.expected}; ${error.data.hint}`).toMatch(words);
  });
});

const again = `new_suffix: _v1
models: [Dst]
out_dir: again
ntuples: { Dst: { data: proc13/Dst.parquet } }
modes:
  Dst:
    probes: { K: D0_K }
    fit:
      variable: D0_M
      range: [1.80, 1.95]
      signal: { pdf: doubleGaussian }
      background: { pdf: chebyshev, order: 1 }
`;

describe('refit', () => {
  test('writes new columns beside the old, which stay as they are; rows outside the range have weight 0', async () => {
    writeFileSync(path.join(home, 'refit.yaml'), again);
    const before = readFileSync(path.join(home, 'proc13/Dst.parquet'));
    const outcome = await refit(path.join(home, 'refit.yaml'), inline);
    expect(outcome.failures).toEqual([]);
    expect(outcome.status).toBe('done');
    expect(readFileSync(path.join(home, 'proc13/Dst.parquet'))).toEqual(before);
    const store = await openStore({ cache: path.join(home, 'cache'), temporary: true });
    try {
      const old = await store.open({ files: [path.join(home, 'proc13/Dst.parquet')] });
      const made = await store.open({ files: [path.join(home, 'again/products/ntuples/Dst.parquet')] });
      const names = { w: 'sWeight_nominal', s: 'sWeight_systematic', m: 'D0_M' };
      const [was, is] = [
        await old.read(names),
        await made.read({ ...names, v: 'sWeight_nominal_v1', y: 'sWeight_systematic_v1' }),
      ];
      for (const name of ['w', 's', 'm']) expect(is[name]).toEqual(was[name]);
      is['m'].forEach((m, i) => (m < 1.8 || m > 1.95 ? expect(is['v'][i]).toBe(0) : undefined));
      const sum = is['v'].reduce((a, b) => a + b, 0);
      const { value } = outcome.summary?.['Dst.data.yield.signal'] as { value: number };
      expect(sum / value).toBeCloseTo(1, 3);
    } finally {
      await store.close();
    }
    const figures = readdirSync(path.join(home, 'again/figures'));
    for (const name of ['fit-Dst-data.svg', 'refit-Dst-data-K-p.svg']) expect(figures).toContain(name);
  });

  test('a suffix that is taken, or old weights that are not there, end with exit status 2', () => {
    const program = path.resolve('dist/cli/main.js');
    writeFileSync(
      path.join(home, 'taken.yaml'),
      again.replace(
        'ntuples: { Dst: { data: proc13/Dst.parquet } }',
        'ntuples: { Dst: { data: again/products/ntuples/Dst.parquet } }',
      ),
    );
    const taken = spawnSync(process.execPath, [program, 'pid', 'refit', 'taken.yaml'], { cwd: home, encoding: 'utf8' });
    expect(taken.stderr).toMatch(/already has a column "sWeight_\w+_v1"/);
    expect(taken.status).toBe(2);
  });
});
