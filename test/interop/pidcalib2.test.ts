import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore, type EventStore } from '../../src/events/store.js';
import { rateCell, rateOf } from '../../src/hist/rate.js';
import type { RateTable } from '../../src/hist/weight-table.js';
import { calibrate } from '../../src/studies/pid/one-shot/calibrate.js';
import { calibrateSample } from '../../src/studies/pid/tables/calibrate-sample.js';
import { rateTables } from '../../src/studies/pid/tables/rate-tables.js';

// PIDCalib2 (GPL, not shipped here): pip install --no-deps -r requirements-no-deps.txt. Unpickling its histograms needs
// boost-histogram; its own modules are not imported.
const python = process.env['DATAMC_PYTHON'] ?? 'python3';
const where =
  "import importlib.util as u; s = u.find_spec('pidcalib2'); print(s.submodule_search_locations[0] if s else '')";
const found = execFileSync(python, ['-c', where], { encoding: 'utf8' }).trim();
const folder = path.join(found, 'tests', 'test_data');
const present = found !== '' && existsSync(path.join(folder, 'cal_test_data.csv'));
if (!present) console.warn('skipped: pip install --no-deps -r test/interop/requirements-no-deps.txt');

interface Histogram {
  readonly values: readonly (number | null)[];
  readonly variances: readonly (number | null)[];
}
type Tables = Record<string, { axes: number[][]; efficiency: Histogram; passing: Histogram; total: Histogram }>;

const close = (value: number, reference: number, digits = 1e-12): void =>
  expect(Math.abs(value - reference), `${value} here, ${reference} there`).toBeLessThanOrEqual(
    digits * Math.abs(reference),
  );

describe.skipIf(!present)('PIDCalib2’s own test data', () => {
  const dir = mkdtempSync(path.join(tmpdir(), 'pidcalib2-'));
  let store: EventStore;
  let tables: Tables;
  beforeAll(async () => {
    store = await openStore({ cache: dir, threads: 1 });
    const script = path.join(import.meta.dirname, 'pidcalib2.py');
    tables = JSON.parse(execFileSync(python, [script, folder, dir], { encoding: 'utf8' })) as Tables;
  });
  afterAll(async () => {
    await store.close();
    rmSync(dir, { recursive: true });
  });

  // Default edges of PIDCalib2 in P, MeV: 3000, 9300, 15600, linspace(19000, 100000, 16).
  const edges = [3000, 9300, 15600, ...Array.from({ length: 16 }, (_, i) => 19000 + 5400 * i)];
  const pi = { name: 'pi', pdg: 211 };

  it('gives the efficiencies of make_eff_hists', async () => {
    const table = await store.open({ files: [path.join(folder, 'cal_test_data.csv')] });
    const made = await rateTables({
      sources: [{ table, weight: 'sWeight', method: 'sweights' }],
      sample: 'Turbo18',
      axes: [{ column: 'P', edges }],
      closed: 'left',
      interval: 'binomial',
      cuts: ['DLLK < 4', 'DLLK > 4', 'DLLK < 3'],
      precuts: ['', 'Dst_IPCHI2 < 9 and probe_TRACK_GHOSTPROB < 0.01'],
      reco: pi,
      truth: pi,
    });
    const [below4, above4, below3, selected] = made.map(({ table: t }) => t.cells);
    const sum = (cells: RateTable['cells']): number =>
      cells.reduce((total, c) => total + (Number.isNaN(c.rate.value) ? 0 : c.rate.value), 0);
    // test_make_eff_hist.py and test_utils.py of pidcalib2 1.5.9.
    close(sum(below4), 17.812484216412948);
    close(sum(above4), 0.18751578358705173);
    close(sum(below3), 16.812484216412948);
    close(
      below4.reduce((n, c) => n + c.tried, 0),
      71.55106080517815,
    );
    close(below4[3].tried, 13.581349537355582);
    expect(made[0].coverage).toBe(92 / 99);
    close(below4[1].rate.value, 0.8978157343833103);
    close(below4[1].rate.sources['stat'].up, 0.09698392061975131);
    close(below4[3].rate.sources['stat'].up, 0.081822488098565);
    close(selected[1].rate.value, 0.806456926487749);
    close(sum(selected), 13.668467813448073);
    expect(selected.flatMap((c, i) => (c.flags.includes('empty') ? [i] : []))).toEqual([9, 14, 15, 16]);
  });

  const rates = (name: string, columns: readonly string[]) => {
    const { axes, passing, total } = tables[name];
    const cell = ({ values, variances }: Histogram, i: number) => ({
      sumw: values[i] ?? 0,
      sumw2: variances[i] ?? 0,
      entries: values[i] ? 1 : 0,
      negative: 0,
    });
    return {
      axes: axes.map((e, a) => ({ column: columns[a], edges: e })),
      cells: passing.values.map((_, i) => {
        const [p, t] = [cell(passing, i), cell(total, i)];
        return rateCell(rateOf(p, t, 'binomial'), p, t, {}, 'sweights');
      }),
    };
  };

  it('gives the efficiency and the variance of every bin of its histograms', () => {
    for (const [name, { efficiency }] of Object.entries(tables)) {
      const { cells } = rates(name, ['P', 'ETA', 'nTracks']);
      efficiency.values.forEach((value, i) => {
        if (value === null) return expect(cells[i].rate.value).toBeNaN();
        close(cells[i].rate.value, value);
        const sigma = Math.sqrt(efficiency.variances[i] ?? 0);
        if (sigma > 1e-6) close(cells[i].rate.sources['stat'].up, sigma, 1e-9);
      });
    }
  });

  it('gives the efficiencies of ref_calib: one track in three dimensions', async () => {
    const table = await store.open({ files: [path.join(folder, 'ref_test_data.csv')] });
    const out = path.join(dir, 'calibrated.parquet');
    const result = await calibrateSample({
      table,
      tracks: [{ prefix: 'Bach', rates: rates('K-DLLK>4-P.ETA.nTracks', ['P', 'ETA', 'nTracks']) }],
      closed: 'left',
      output: out,
    });
    close(result.mean.value, 0.879822126172073);
    close(result.meanError, 0.0131223551397001);
    const bins = await (
      await store.open({ files: [out] })
    ).read({
      p: 'Bach_P_PIDCalibBin',
      eta: 'Bach_ETA_PIDCalibBin',
      all: 'Bach_PIDCalibBin',
    });
    const total = (v: Float64Array): number => v.reduce((sum, x) => sum + Math.max(0, x), 0);
    expect([total(bins['p']), total(bins['eta']), total(bins['all'])]).toEqual([623, 120, 10438]);
  });

  it('gives the same from its histograms as UHI JSON', async () => {
    const { calibrated } = await calibrate({
      files: [path.join(folder, 'ref_test_data.csv')],
      tracks: [{ prefix: 'Bach', file: path.join(dir, 'K-DLLK>4-P.ETA.nTracks.json') }],
      closed: 'left',
      jobs: 1,
    });
    close(calibrated.mean.value, 0.879822126172073);
    close(calibrated.meanError, 0.0131223551397001);
  });

  it('gives the efficiencies of ref_calib: two tracks, a table each', async () => {
    const table = await store.open({ files: [path.join(folder, 'ref_test_data.csv')] });
    const tracks = [
      { prefix: 'h1', rates: rates('K-DLLK>0-P', ['P']) },
      { prefix: 'h2', rates: rates('Pi-DLLK<0-P', ['P']) },
    ];
    const result = await calibrateSample({ table, tracks, closed: 'left', errors: 'independent' });
    close(result.mean.value, 0.928205513381871);
    close(result.meanError, 0.004805856952295592);
    // The mean's own error knows that events share bins; that of independent events would be smaller.
    expect(result.mean.sources['stat'].up).toBeGreaterThan(result.meanError / Math.sqrt(result.used));
  });
});
