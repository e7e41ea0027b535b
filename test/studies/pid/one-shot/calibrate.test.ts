import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore } from '../../../../src/events/store.js';
import { writeTable } from '../../../../src/events/write-table.js';
import { datamc } from '../../../helpers/command.js';
import { writeCandidates } from '../toy-candidates.js';

const dir = mkdtempSync(path.join(tmpdir(), 'pid-calibrate-'));
const at = (name: string): string => path.join(dir, name);
beforeAll(async () => {
  const data = await writeCandidates(dir, 'data', 20_000);
  const table = [
    'efficiency-table',
    data,
    '--weight',
    'sWeight_nominal',
    '--systematic',
    'sweights=sWeight_systematic',
  ];
  const cut = ['--probe', 'K=D0_K', '--cut', 'kaonID > 0.6', '--cut', 'kaonID > 0.9', '--binning', 'p=0.5,1.5,2.5,4'];
  expect((await datamc('pid', ...table, ...cut, '--out', at('tables'), '--jobs', '1')).status).toBe(0);
  await writeTable(at('user.parquet'), [
    { name: 'B_p', values: Float64Array.of(1, 1, 3, 5, NaN, 2) },
    { name: 'h_p', values: Float64Array.of(1, 3, 3, 3, 1, 2) },
    { name: 'event', values: Float64Array.of(0, 1, 2, 3, 4, 5) },
    { name: 'w', values: Float64Array.of(1, 1, 1, 1, 1, Infinity) },
  ]);
});
afterAll(() => rmSync(dir, { recursive: true }));

const calibrate = (...argv: string[]) =>
  datamc(
    'pid',
    'calibrate',
    at('user.parquet'),
    '--tables',
    at('tables/tables.json'),
    '--jobs',
    '1',
    '--json',
    ...argv,
  );

interface Answer {
  readonly efficiency: { readonly value: number; readonly up: number; readonly down: number };
  readonly sources: Readonly<Record<string, { readonly up: number; readonly down: number }>>;
  readonly events: { readonly rows: number; readonly used: number; readonly unused: number };
  readonly tracks: Readonly<Record<string, { readonly mean: number; readonly outOfRange: number }>>;
  readonly columns: readonly string[];
}

describe('datamc pid calibrate', () => {
  it('writes the efficiency of tracks and events beside all columns, NaN and flagged where there is none', async () => {
    const out = at('out.parquet');
    const said = await calibrate('--track', 'B=K,kaonID > 0.6', '--track', 'h=K,kaonID>0.6', '--out', out);
    expect(said.status).toBe(0);
    expect(said.err).toContain('warning  B: outside the bins of its table (2)');
    const answer = JSON.parse(said.out) as Answer;
    expect(answer.events).toEqual({ rows: 6, used: 4, unused: 2 });
    expect(answer.tracks['B'].outOfRange).toBe(2);
    expect(Object.keys(answer.sources)).toEqual(['stat', 'syst:sweights']);
    const store = await openStore({ cache: at('cache'), threads: 1 });
    const table = await store.open({ files: [out] });
    const names = ['event', 'B_PIDCalibBin', 'B_PIDCalibFlag', 'B_PIDCalibEff', 'B_PIDCalibErr', 'h_PIDCalibEff'];
    names.push('PIDCalibEff', 'PIDCalibErr', 'PIDCalibEff_up', 'PIDCalibEff_down');
    const columns = await table.read(Object.fromEntries(names.map((name) => [name, name])));
    await store.close();
    expect([...columns['event']]).toEqual([0, 1, 2, 3, 4, 5]);
    expect([...columns['B_PIDCalibBin']]).toEqual([0, 0, 2, -1, -1, 1]);
    expect([...columns['B_PIDCalibFlag']]).toEqual([0, 0, 0, 1, 1, 0]);
    const [e, b, h, error] = ['PIDCalibEff', 'B_PIDCalibEff', 'h_PIDCalibEff', 'PIDCalibErr'].map((n) => columns[n]);
    for (const i of [0, 1, 2, 5]) expect(e[i]).toBe(b[i] * h[i]);
    // Both tracks of event 0 are in one bin: their error is shared.
    expect(error[0]).toBeCloseTo(2 * b[0] * columns['B_PIDCalibErr'][0], 14);
    expect(e[3]).toBeNaN();
    expect(columns['PIDCalibEff_up'][0]).toBeGreaterThan(e[0] + error[0]);
    expect(answer.efficiency.value).toBeCloseTo((e[0] + e[1] + e[2] + e[5]) / 4, 14);
  });

  it('reads a CSV table, calls axes as it is told, and writes −999 where asked', async () => {
    await writeFile(at('table.csv'), 'P_min,P_max,value,error\n0.5,2,0.9,0.01\n2,4,0.5,0.02\n');
    const argv = [
      'pid',
      'calibrate',
      at('user.parquet'),
      '--column',
      'P=p',
      '--missing',
      '-999',
      '--jobs',
      '1',
      '--json',
    ];
    const said = await datamc(...argv, '--track', `B=${at('table.csv')}`, '--out', at('out.csv'));
    expect(said.status).toBe(0);
    const answer = JSON.parse(said.out) as Answer;
    expect(answer.efficiency.value).toBeCloseTo((0.9 * 3 + 0.5) / 4, 14);
    expect(answer.efficiency.up).toBeCloseTo(Math.hypot(0.75 * 0.01, 0.25 * 0.02), 14);
    const store = await openStore({ cache: at('cache2'), threads: 1 });
    const { e } = await (await store.open({ files: [at('out.csv')] })).read({ e: 'PIDCalibEff' });
    await store.close();
    expect([...e]).toEqual([0.9, 0.9, 0.5, -999, -999, 0.9]);
  });

  it('knows how tables of two cuts on the same candidates go together, and says where it does not know', async () => {
    const both = ['--track', 'B=K,kaonID > 0.6', '--track', 'h=K,kaonID > 0.9', '--select', 'event == 0'];
    interface Told extends Answer {
      readonly correlations: readonly {
        readonly tracks: readonly string[];
        readonly how: string;
        readonly mean: number;
      }[];
    }
    const found = async (...argv: string[]) => {
      const said = await calibrate(...both, ...argv);
      return { err: said.err, answer: JSON.parse(said.out) as Told };
    };
    const { answer, err } = await found();
    expect(answer.correlations).toMatchObject([{ tracks: ['B', 'h'], how: 'measured' }]);
    expect(err).not.toContain('taken for independent');
    // Both tracks of event 0 are in the first bin.
    const tables = JSON.parse(readFileSync(at('tables/tables.json'), 'utf8')) as {
      tables: {
        shared: { cut: string; correlation: number[] }[];
        cells: { rate: { value: number; sources: { stat: { up: number } } } }[];
      }[];
    };
    const [loose, tight] = tables.tables.map((t) => ({ ...t.cells[0].rate, shared: t.shared }));
    const rho = loose.shared.find((s) => s.cut === 'kaonID > 0.9')?.correlation[0] ?? NaN;
    expect(tight.shared[0].correlation[0]).toBe(rho);
    expect(rho).toBeGreaterThan(0.3);
    expect(rho).toBeLessThan(1);
    const [a, b] = [loose.sources.stat.up * tight.value, tight.sources.stat.up * loose.value];
    const error = (r: number): number => Math.sqrt(a * a + b * b + 2 * r * a * b);
    expect(answer.sources['stat'].up).toBeCloseTo(error(rho), 12);
    const given = (await found('--correlation', 'h,B=0')).answer;
    expect([given.correlations[0].how, given.correlations[0].mean]).toEqual(['given', 0]);
    expect(given.sources['stat'].up).toBeCloseTo(error(0), 12);

    const csv = 'p_min,p_max,value,error\n0.5,4,0.9,0.01\n';
    await writeFile(at('one.csv'), csv);
    await writeFile(at('two.csv'), csv.replace('0.9', '0.8'));
    const tracks = ['--track', `B=${at('one.csv')}`, '--track', `h=${at('two.csv')}`, '--select', 'event == 0'];
    const unknown = await calibrate(...tracks);
    expect(unknown.err).toContain('the tables of B and h do not tell how their errors go together');
    expect((JSON.parse(unknown.out) as Told).sources['stat'].up).toBeCloseTo(0.01 * Math.hypot(0.9, 0.8), 14);
    const bound = await calibrate(...tracks, '--correlation', 'bound');
    expect(bound.err).not.toContain('do not tell');
    expect((JSON.parse(bound.out) as Told).sources['stat'].up).toBeCloseTo(0.01 * 1.7, 14);
  });

  it('takes the efficiencies of data from a weight table of Belle II', async () => {
    const head =
      'p_min,p_max,data_MC_ratio,data_MC_uncertainty_stat_up,data_MC_uncertainty_stat_dn,data_MC_uncertainty_sys_up,data_MC_uncertainty_sys_dn';
    const rates = ['data', 'MC'].map(
      (s) =>
        `${s}_efficiency,${s}_uncertainty_stat_up,${s}_uncertainty_stat_dn,${s}_uncertainty_sys_up,${s}_uncertainty_sys_dn`,
    );
    const text = `${head},${rates.join()},PDG,mcPDG,variable,threshold\n0.5,4,0.9,0.01,0.01,0,0,0.81,0.02,0.02,0,0,0.9,0.01,0.01,0,0,321,321,kaonID,0.6\n`;
    await writeFile(at('belle2.csv'), text);
    const track = ['--track', `h=${at('belle2.csv')}`, '--select', 'event == 0'];
    const data = JSON.parse((await calibrate(...track)).out) as Answer;
    expect(data.efficiency.value).toBeCloseTo(0.81, 14);
    expect(data.sources['stat'].up).toBeCloseTo(0.02, 14);
    const simulation = JSON.parse((await calibrate(...track, '--sample', 'simulation')).out) as Answer;
    expect(simulation.efficiency.value).toBeCloseTo(0.9, 14);
    await writeFile(at('ratios.csv'), text.replace(/0\.81,0\.02,0\.02,0,0,0\.9,0\.01,0\.01,0,0/, ',,,,,,,,,'));
    const none = await calibrate('--track', `h=${at('ratios.csv')}`);
    expect([none.status, none.err]).toEqual([2, expect.stringContaining('holds no efficiencies')]);
  });

  it('takes the events of a selection into the mean', async () => {
    const said = await calibrate('--track', 'h=K,kaonID > 0.9', '--select', 'event < 3');
    expect((JSON.parse(said.out) as Answer).events).toEqual({ rows: 6, used: 3, unused: 0 });
  });

  it('weights the mean of a track as that of the events, and asks no weight of events outside the selection', async () => {
    await writeFile(at('weighted.csv'), 'p_min,p_max,value,error\n0.5,2,0.9,0.01\n2,4,0.5,0.02\n');
    const select = ['--select', 'event < 5', '--weight', 'w * (event + 1)'];
    const said = await calibrate('--track', `B=${at('weighted.csv')}`, ...select);
    const { efficiency, tracks } = JSON.parse(said.out) as Answer;
    expect(efficiency.value).toBeCloseTo((0.9 + 2 * 0.9 + 3 * 0.5) / 6, 14);
    expect(tracks['B'].mean).toBeCloseTo(efficiency.value, 14);
  });

  it.each([
    [['--track', 'B=K'], '2 tables of'],
    [['--track', 'B=pi,kaonID > 0.6'], 'has no table for pi, kaonID > 0.6'],
    [['--track', 'C=K,kaonID > 0.6'], 'no column "C_p" and no column "p"'],
    [['--track', 'B=K,kaonID > 0.6', '--column', 'p=q'], 'unknown column "q"'],
    [['--track', 'B=K,kaonID > 0.6', '--weight', 'w'], 'the weight "w" is Infinity in row 5'],
    [['--track', 'B=nothing.csv'], 'cannot read the table'],
    [['--track', 'B=K,kaonID > 0.6', '--correlation', '1.5'], 'from -1 to 1'],
    [['--track', 'B=K,kaonID > 0.6', '--correlation', 'B,x=0.5'], 'there is no track "x"'],
    [[], '--track is missing'],
  ])('refuses %j', async (argv, message) => {
    const said = await calibrate(...argv);
    expect(said.status).toBe(2);
    expect(said.err).toContain(message);
  });

  it('refuses a table with overlapping bins', async () => {
    await writeFile(at('overlap.csv'), 'p_min,p_max,value,error\n0,2,0.9,0.01\n1,4,0.5,0.02\n');
    const said = await calibrate('--track', `B=${at('overlap.csv')}`);
    expect([said.status, said.err]).toEqual([2, expect.stringContaining('overlap')]);
  });
});
