import { mkdtempSync, rmSync } from 'node:fs';
import { copyFile, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fromRateTablesJson } from '../../../../src/formats/tables/rate-tables-json.js';
import { fromTableCsv } from '../../../../src/formats/tables/table-csv.js';
import { normalSurvival } from '../../../../src/stats/special/erf.js';
import { applyTables } from '../../../../src/studies/pid/apply/apply-tables.js';
import { datamc } from '../../../helpers/command.js';
import { hasSharedData, sharedData } from '../../../helpers/shared-data.js';
import { separation, writeCandidates } from '../toy-candidates.js';

const dir = mkdtempSync(path.join(tmpdir(), 'pid-tables-'));
let [data, simulation] = ['', ''];
beforeAll(async () => {
  data = await writeCandidates(dir, 'data', 30_000);
  simulation = await writeCandidates(dir, 'simulation', 40_000);
});
afterAll(() => rmSync(dir, { recursive: true }));

interface Bin {
  readonly [key: string]: unknown;
  readonly value: number;
  readonly up: number;
  readonly down: number;
  readonly flags: readonly string[];
  readonly sources: Readonly<Record<string, { readonly up: number; readonly down: number }>>;
}
interface Result {
  readonly tables: readonly {
    readonly name: string;
    readonly cut: string;
    readonly precut: string;
    readonly coverage: number;
    readonly bins: readonly Bin[];
  }[];
  readonly files: readonly string[];
}

const json = async <T = Result>(...argv: string[]): Promise<T> => {
  const said = await datamc('pid', ...argv, '--jobs', '1', '--json');
  expect(said.err).not.toContain('error');
  expect(said.status).toBe(0);
  return JSON.parse(said.out) as T;
};

/** Φ of the log-likelihood difference above logit(t), averaged over p in a bin. */
function trueRate(
  particle: 'K' | 'pi',
  t: number,
  [low, high]: [number, number],
  sample: 'data' | 'simulation',
): number {
  const logit = Math.log(t / (1 - t));
  let sum = 0;
  for (let i = 0; i < 200; i++) {
    const d = separation(low + ((i + 0.5) / 200) * (high - low), sample);
    sum += normalSurvival((logit - (particle === 'K' ? d : -d)) / Math.sqrt(2 * d));
  }
  return sum / 200;
}

const bins: [number, number][] = [
  [0.5, 1.5],
  [1.5, 2.5],
  [2.5, 4],
];
const binning = 'p=0.5,1.5,2.5,4';
const weights = ['--weight', 'sWeight_nominal', '--systematic', 'sweights=sWeight_systematic'];
const samples = () => ['--data', data, '--simulation', simulation, ...weights];
const truth = ['--truth', 'K=isSignal == 1', '--truth', 'pi=isSignal == 1'];

describe('datamc pid efficiency-table', () => {
  it('finds the true efficiencies and fake rates under background, for several cuts and preselections', async () => {
    for (const particle of ['K', 'pi'] as const) {
      const { tables } = await json(
        'efficiency-table',
        data,
        ...['--probe', `${particle}=D0_${particle}`, '--reco', 'K', ...weights, '--binning', binning],
        ...['--cut', 'kaonID > 0.6', '--cut', 'kaonID > 0.9', '--precut', '', '--precut', 'cosTheta > 0'],
      );
      expect(tables.map((t) => [t.cut, t.precut])).toEqual([
        ['kaonID > 0.6', ''],
        ['kaonID > 0.9', ''],
        ['kaonID > 0.6', 'cosTheta > 0'],
        ['kaonID > 0.9', 'cosTheta > 0'],
      ]);
      for (const table of tables) {
        table.bins.forEach((bin, i) => {
          const pull =
            (bin.value - trueRate(particle, table.cut.endsWith('6') ? 0.6 : 0.9, bins[i], 'data')) /
            bin.sources['stat'].up;
          // 24 pulls; 4.5σ: false alarm 2e-4.
          expect(Math.abs(pull)).toBeLessThan(4.5);
          expect(bin.sources['syst:sweights'].up).toBe(-bin.sources['syst:sweights'].down);
        });
        expect(table.coverage).toBe(1);
      }
    }
  });

  it('writes tables that read back to the same numbers, and says what it leaves out', async () => {
    const out = path.join(dir, 'tables');
    const said = await datamc(
      ...[
        'pid',
        'efficiency-table',
        data,
        '--probe',
        'K=D0_K',
        ...weights,
        '--cut',
        'kaonID > 0.6',
        '--binning',
        'p=1,2,3,3.5,3.6,20,30',
      ],
      ...['--out', out, '--jobs', '1'],
    );
    expect(said.status).toBe(0);
    expect(said.err).toMatch(/warning {2}data: p outside its bins \(\d+/);
    expect(said.err).toContain('warning  data, kaonID > 0.6: empty bins (1)');
    expect(said.out).toContain('K efficiency of kaonID > 0.6, data');
    const [table] = fromRateTablesJson(await readFile(path.join(out, 'tables.json'), 'utf8'));
    const csv = fromTableCsv(await readFile(path.join(out, 'K_efficiency_kaonID_0.6_data.csv'), 'utf8'));
    expect(csv.axes).toEqual(table.axes);
    expect(csv.cells.map((c) => c.value)).toEqual(table.cells.map((c) => c.rate.value));
    expect(table.cells.at(-1)?.flags).toEqual(['empty']);
  });

  it('reads bins from PIDCalib2’s file, and has its left-closed bins', async () => {
    const file = path.join(dir, 'binning.json');
    await writeFile(file, '{"K": {"charge": [-1, 1, 2], "p": [0.5, 2, 4]}, "Pi": {"p": [0, 10]}}');
    const common = [
      'efficiency-table',
      data,
      '--probe',
      'K=D0_K',
      '--cut',
      'kaonID > 0.6',
      '--binning',
      file,
      '--bin-var',
      'charge',
    ];
    const left = (await json(...common, '--closed', 'left')).tables[0];
    expect(left.coverage).toBe(1);
    const right = (await json(...common)).tables[0];
    expect(right.coverage).toBeGreaterThan(0.4);
    expect(right.coverage).toBeLessThan(0.6);
    expect(right.bins.map((b) => b['entries'])).toEqual([expect.any(Number), 0]);
    const pions = await json(
      'efficiency-table',
      data,
      '--probe',
      'pi=D0_pi',
      '--cut',
      'kaonID < 0.6',
      '--binning',
      file,
    );
    expect(pions.tables[0].bins).toHaveLength(1);
  });

  it.each([
    [['--cut', 'kaonId > 0.6', '--binning', binning], 'unknown column "kaonId"'],
    [['--cut', 'kaonID > 0.6', '--binning', 'p=0.5,2,1'], 'edges do not increase'],
    [['--cut', 'kaonID > 0.6', '--binning', 'momentum_=0.5,2'], 'unknown column "momentum_"'],
    [
      ['--cut', 'kaonID > 0.6', '--binning', binning, '--weight', 'log(sWeight_nominal - 10)'],
      'is not finite in 30000 of 30000 rows',
    ],
    [['--cut', 'kaonID > 0.6'], '--binning is missing'],
    [['--binning', binning], '--cut is missing'],
    [['--cut', 'kaonID > 0.6', '--binning', binning, '--truth', 'pi=isSignal == 1'], 'no condition finds true "K"'],
    [['--cut', 'kaonID > 0.6', '--binning', 'nothing.json'], 'cannot read the binning file'],
  ])('refuses %j in two lines', async (argv, message) => {
    const said = await datamc('pid', 'efficiency-table', data, '--probe', 'K=D0_K', ...argv, '--jobs', '1');
    expect(said.status).toBe(2);
    expect(said.err).toContain(message);
    expect(said.err.trim().split('\n').length).toBeLessThan(5);
  });

  it('knows a wrong prefix and a wrong particle', async () => {
    const table = (probe: string) =>
      datamc('pid', 'efficiency-table', data, '--probe', probe, '--cut', 'kaonID > 0.6', '--binning', binning);
    expect((await table('K=D0_k')).err).toContain('did you mean "D0_K"');
    expect((await table('Q=D0_K')).err).toContain('unknown particle "Q"');
  });
});

describe('datamc pid weight-table', () => {
  it('finds the true ratios, with errors by source, and writes the exchange formats', async () => {
    const out = path.join(dir, 'weights');
    const { tables, files } = await json(
      'weight-table',
      ...samples(),
      ...truth,
      ...[
        '--closure',
        'sWeight_nominal',
        '--probe',
        'K=D0_K',
        '--fake',
        'pi=D0_pi',
        '--cut',
        'kaonID > 0.6',
        '--binning',
        binning,
      ],
      ...['--not-identified', '--format', 'belle2', '--format', 'correctionlib', '--out', out],
    );
    expect(tables.map((t) => t.name)).toEqual(['K_efficiency_kaonID_0.6', 'pi_K_fakeRate_kaonID_0.6']);
    tables.forEach((table, k) =>
      table.bins.forEach((bin, i) => {
        const [d, s] = (['data', 'simulation'] as const).map((name) => trueRate(k ? 'pi' : 'K', 0.6, bins[i], name));
        expect(Math.abs((bin.value - d / s) / bin.sources['stat'].up)).toBeLessThan(4.5);
        expect(Object.keys(bin.sources)).toEqual(['stat', 'syst:sweights', 'syst:closure']);
        const fail = (table as unknown as { notIdentified: { bins: Bin[] } }).notIdentified.bins[i];
        const [rd, rs] = [bin['data'], bin['simulation']] as Bin[];
        expect(rs.value * bin.value + (1 - rs.value) * fail.value).toBeCloseTo(1, 12);
        expect(rd.value / rs.value).toBeCloseTo(bin.value, 14);
      }),
    );
    expect(files).toHaveLength(12);
    expect(await readdir(path.join(out, 'weights'))).toHaveLength(4);
  });

  it('says what tables of several cuts share, and apply takes it; without, it warns', async () => {
    const out = path.join(dir, 'shared');
    const probes = ['--probe', 'K=D0_K', '--fake', 'pi=D0_pi', '--cut', 'kaonID > 0.6', '--cut', 'kaonID > 0.9'];
    const argv = [...samples(), ...truth, ...probes, '--binning', binning, '--format', 'belle2', '--out', out];
    await json('weight-table', ...argv);
    const apply = async (product: string) => {
      const warnings: string[] = [];
      const result = await applyTables({
        product,
        input: simulation,
        output: path.join(dir, 'applied.parquet'),
        warn: (message) => warnings.push(message),
        weights: {
          variations: 2,
          particles: [
            { prefix: 'D0_K', reco: 'K', truth: 'K', threshold: { variable: 'kaonID', threshold: 0.6 } },
            { prefix: 'D0_pi', reco: 'K', truth: 'K', threshold: { variable: 'kaonID', threshold: 0.9 } },
          ],
        },
      });
      return { warnings, told: result['statistics'] as Record<string, { how: string; mean?: number }> };
    };
    const known = await apply(path.join(out, 'belle2.csv'));
    const pair = 'K_efficiency_kaonID_0.6 & K_efficiency_kaonID_0.9';
    expect(known.told[pair].how).toBe('measured');
    // One cut holds the other: √(ε₂ (1 − ε₁)/(ε₁ (1 − ε₂))) with ε from 0.8 and 0.6 to 0.99 and 0.98.
    expect(known.told[pair].mean).toBeGreaterThan(0.4);
    expect(known.told[pair].mean).toBeLessThan(0.9);
    expect(known.told['K_efficiency_kaonID_0.6 & pi_K_fakeRate_kaonID_0.9'].how).toBe('disjoint');
    expect(known.warnings.join()).not.toContain('independent');
    const moved = path.join(dir, 'moved.csv');
    await copyFile(path.join(out, 'belle2.csv'), moved);
    const unknown = await apply(moved);
    expect(unknown.told[pair]).toEqual({ how: 'unknown' });
    expect(unknown.warnings.join()).toMatch(/independent.*K_efficiency_kaonID_0\.6 & K_efficiency_kaonID_0\.9/);
    await writeFile(path.join(dir, 'shared-statistics-x.json'), '{"format": ');
    await expect(apply(moved)).rejects.toThrow('not a JSON file');
    await rm(path.join(dir, 'shared-statistics-x.json'));
  });

  it('gives the same bytes again, whatever the threads', async () => {
    const run = async (out: string, jobs: string) => {
      const argv = [
        'weight-table',
        ...samples(),
        ...truth,
        '--probe',
        'K=D0_K',
        '--cut',
        'kaonID > 0.6',
        '--binning',
        'p=0.5:4:7;cosTheta=-1:1:4',
      ];
      expect((await datamc('pid', ...argv, '--out', path.join(dir, out), '--jobs', jobs)).status).toBe(0);
      return readFile(path.join(dir, out, 'rates', 'tables.json'), 'utf8');
    };
    expect(await run('one', '1')).toBe(await run('two', '2'));
  });
});

describe('datamc pid roc and distribution', () => {
  it('has the area of the generator, and points on the curve', async () => {
    interface Curve {
      auc: { value: number; error: number; sources: Record<string, { up: number; down: number }> };
      points: { efficiency: Pick<Bin, 'value' | 'up' | 'sources'>; fakeRate: Pick<Bin, 'value' | 'sources'> }[];
    }
    const roc = [
      '--variable',
      'kaonID',
      '--signal',
      'K=D0_K',
      '--background',
      'pi=D0_pi',
      '--binning',
      'p=1.5,2.5',
      '--point',
      '0.6',
    ];
    const out = path.join(dir, 'roc', 'kaonID');
    const { bins: curves, files } = await json<{ bins: { data: Curve; simulation: Curve }[]; files: string[] }>(
      'roc',
      ...samples(),
      ...truth,
      ...roc,
      ...['--out', out],
    );
    for (const name of ['data', 'simulation'] as const) {
      // Both samples' differences are normal, ±d with variance 2d: P(K above π) = Φ(2d/√(4d)), averaged over both p.
      let area = 0;
      for (let i = 0; i < 40; i++)
        for (let j = 0; j < 40; j++) {
          const [a, b] = [i, j].map((k) => separation(1.5 + (k + 0.5) / 40, name));
          area += normalSurvival(-(a + b) / Math.sqrt(2 * a + 2 * b)) / 1600;
        }
      const { auc, points } = curves[0][name];
      expect(Math.abs(auc.value - area) / auc.error).toBeLessThan(4.5);
      expect(auc.error).toBeLessThan(0.01);
      const [{ efficiency }] = points;
      expect(Math.abs(efficiency.value - trueRate('K', 0.6, [1.5, 2.5], name)) / efficiency.up).toBeLessThan(4.5);
    }
    // Other weights move a point of the curve as they move the table of that cut.
    const [{ efficiency, fakeRate }] = curves[0].data.points;
    for (const [particle, rate] of [
      ['K', efficiency],
      ['pi', fakeRate],
    ] as const) {
      const probe = ['--probe', `${particle}=D0_${particle}`, '--reco', 'K', '--cut', 'kaonID > 0.6'];
      const { tables } = await json('efficiency-table', data, ...probe, ...weights, '--binning', 'p=1.5,2.5');
      const [bin] = tables[0].bins;
      expect(rate.value).toBeCloseTo(bin.value, 12);
      expect(Object.keys(rate.sources)).toEqual(['stat', 'syst:sweights']);
      for (const side of ['up', 'down'] as const)
        expect(rate.sources['syst:sweights'][side]).toBeCloseTo(bin.sources['syst:sweights'][side], 12);
    }
    expect(Object.keys(curves[0].data.auc.sources)).toEqual(['stat', 'syst:sweights']);
    expect(Object.keys(curves[0].simulation.auc.sources)).toEqual(['stat']);
    expect(files).toContain(`${out}.csv`);
    const [header, first] = (await readFile(`${out}.csv`, 'utf8')).split('\n').map((line) => line.split(','));
    expect(header.slice(0, 7)).toEqual(
      'p_min,p_max,sample,threshold,efficiency,efficiency_up,efficiency_down'.split(','),
    );
    expect(header).toContain('curve_syst:sweights_down');
    expect(first).toHaveLength(header.length);
  });

  it('subtracts background from a distribution and draws it', async () => {
    const out = path.join(dir, 'figures', 'cos');
    const argv = ['--probe', 'K=D0_K', '--variable', 'cosTheta', '--bins=-1:1:10', '--out', out];
    const result = await json<{ data: { sum: number }; pValue: number; files: string[] }>(
      'distribution',
      ...samples(),
      ...truth,
      ...argv,
    );
    expect(Math.abs(result.data.sum - 20_000)).toBeLessThan(800);
    expect(result.pValue).toBeGreaterThan(1e-4);
    expect(result.files).toHaveLength(4);
  });
});

describe.skipIf(!hasSharedData)('on B⁺ → K⁺K⁻π⁺ of LHCb', () => {
  it('counts every candidate of a ROOT file once, in bins of an expression', async () => {
    const file = sharedData('lhcb-bkkpi/KKP_signal.root');
    const p = 'sqrt(PX**2 + PY**2 + PZ**2)';
    const argv = ['efficiency-table', file, '--probe', 'pi=H1', '--cut', 'ProbPi > 0.9', '--cut', 'ProbPi <= 0.9'];
    const { tables } = await json(...argv, '--binning', `${p}=0,10000,20000,40000,150000;Charge=-2,0,2`);
    const [pass, fail] = tables.map((t) => t.bins);
    expect(pass.reduce((n, b) => n + (b['entries'] as number), 0)).toBe(4545);
    pass.forEach((bin, i) => expect(bin.value + fail[i].value).toBeCloseTo(1, 14));
    // Pions of high momentum look like kaons to the RICH.
    expect(pass[6].value).toBeLessThan(0.5 * pass[0].value);
  });
});
