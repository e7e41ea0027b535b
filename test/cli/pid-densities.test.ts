import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore } from '../../src/events/store.js';
import { writeTable } from '../../src/events/write-table.js';
import { normals, seedKey, uniforms } from '../../src/stats/key.js';
import { datamc } from '../helpers/command.js';

const n = 12_000;
let dir = '';
const file = (name: string): string => path.join(dir, name);

/** Kaons whose identification falls with momentum; a third more candidates are background, known by their weights alone. */
async function sample(name: string, seed: number, scale: number, background: boolean): Promise<void> {
  const key = seedKey(seed);
  const p = uniforms(key.split('p'), n).map((u) => 0.3 + 3 * u);
  const cosTheta = uniforms(key.split('c'), n).map((u) => 1.8 * u - 0.85);
  const z = normals(key.split('z'), n);
  const wrong = uniforms(key.split('b'), n).map((u) => (background && u < 0.2 ? 1 : 0));
  const kaonID = z.map((v, i) => {
    const d = (scale * 6) / (0.6 + p[i]);
    return 1 / (1 + Math.exp(-((wrong[i] ? -d : d) + Math.sqrt(2 * d) * v)));
  });
  // Every background candidate has one of its kind that is taken off again: the weights of a subtraction.
  const weight = wrong.map((b, i) => (b ? (i % 2 ? 1 : -1) : 1));
  await writeTable(file(name), [
    { name: 'K_p', values: p },
    { name: 'K_cosTheta', values: cosTheta },
    { name: 'K_kaonID', values: kaonID },
    { name: 'hits', values: z.map((v, i) => v + (i % 5)) },
    { name: 'w', values: weight },
    { name: 'w2', values: weight.map((v, i) => v * (1 + 0.1 * cosTheta[i])) },
  ]);
}

const given = [
  '--given',
  'p=8,cosTheta=4',
  '--variables',
  'kaonID',
  '--prefix',
  'K',
  '--nodes',
  '40',
  '--folds',
  '2',
  '--jobs',
  '1',
  '--json',
];
const json = <T>(said: { out: string; err: string; status: number }): T => {
  expect(said.err).not.toContain('error');
  return JSON.parse(said.out) as T;
};

async function column(name: string, out: string): Promise<Float64Array> {
  const store = await openStore({ cache: file('cache'), threads: 1 });
  try {
    return (await (await store.open({ files: [file(out)] })).read({ x: name }))['x'];
  } finally {
    await store.close();
  }
}

interface Kde {
  readonly widths: number[];
  readonly ks: Record<string, number>;
  readonly variations: string[];
  readonly negativeWeights: number;
  readonly clipped: Record<string, number>;
  readonly files: string[];
  readonly figures: string[];
}
interface Applied {
  readonly rows: number;
  readonly coverage: number;
  readonly outside: number;
  readonly columns: string[];
  readonly ks: Record<string, { statistic: number; pValue: number }>;
  readonly data: { ks: Record<string, { before: number; after: number }> };
  readonly figures: string[];
}

let made: Kde;
beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'pid-kde-'));
  await sample('data.parquet', 1, 1, true);
  await sample('mc.parquet', 2, 1.4, false);
  made = json<Kde>(
    await datamc(
      'pid',
      'kde',
      file('data.parquet'),
      ...given,
      '--weight',
      'w',
      '--systematic',
      'sweights=w2',
      '--replicas',
      '2',
      '--out',
      file('d/K'),
      '--figures',
      file('fig'),
      '--range',
      'p=0.3:3.2',
      '--range',
      'cosTheta=-0.9:1',
    ),
  );
  json<Kde>(
    await datamc(
      'pid',
      'kde',
      file('mc.parquet'),
      ...given,
      '--replicas',
      '1',
      '--axes-of',
      file('d/K.json'),
      '--out',
      file('d/K_MC'),
    ),
  );
});
afterAll(() => rm(dir, { recursive: true }));

describe('datamc pid kde', () => {
  it('writes a density with its variations, says how it came about, and draws it', () => {
    expect(made.variations).toEqual(['nominal', 'stat0', 'stat1', 'syst_sweights', 'syst_widths']);
    expect(made.files.map((f) => path.basename(f))).toEqual(['K.json', 'K.npy']);
    expect(made.figures.map((f) => path.basename(f))).toEqual([
      'density-K-p.png',
      'density-K-cosTheta.png',
      'slices-K.png',
    ]);
    expect(made.widths).toHaveLength(3);
    expect(made.negativeWeights).toBeGreaterThan(1000);
    expect(made.clipped['nominal']).toBeLessThan(0.02);
    // 1.95 √(2/9600): once in a thousand.
    expect(made.ks['kaonID']).toBeLessThan(0.028);
  });

  it('gives the same bytes again', async () => {
    const again = [
      '--weight',
      'w',
      '--systematic',
      'sweights=w2',
      '--replicas',
      '2',
      '--range',
      'p=0.3:3.2',
      '--range',
      'cosTheta=-0.9:1',
    ];
    json<Kde>(await datamc('pid', 'kde', file('data.parquet'), ...given, ...again, '--out', file('e/K')));
    for (const name of ['K.json', 'K.npy'])
      expect(await readFile(file(`e/${name}`))).toEqual(await readFile(file(`d/${name}`)));
  });

  it('asks in two lines for what it needs', async () => {
    const wrong = async (...argv: string[]) => {
      const said = await datamc('pid', 'kde', file('data.parquet'), ...argv);
      expect(said.status).toBe(2);
      return said.err;
    };
    expect(await wrong('--variables', 'kaonId', '--prefix', 'K')).toContain('or "kaonID"?');
    expect(await wrong('--variables', 'K_kaonID', '--method', 'kernels')).toContain('--method has a wrong value');
    expect(await wrong('--variables', 'K_kaonID', '--range', 'p=0:1')).toContain('speaks of "p", which is no axis');
    expect(await wrong('--variables', 'K_kaonID', '--range', 'K_kaonID=3:4')).toContain('0 events on its axes');
    expect(await wrong('--variables', 'K_kaonID', '--widths', '1,2')).toContain('the widths do not fit the axes');
    expect(await wrong('--variables', 'K_kaonID', '--weight', '-1')).toContain('Σw');
  });
});

describe('datamc pid resample and transform', () => {
  const checks = [
    '--prefix',
    'K',
    '--jobs',
    '1',
    '--json',
    '--data-prefix',
    'K',
    '--data-weight',
    'w',
    '--compare',
    'hits',
  ];

  it('resample: data-like values, counted and flagged rows, every column kept', async () => {
    const done = json<Applied>(
      await datamc(
        'pid',
        'resample',
        file('d/K.json'),
        file('mc.parquet'),
        file('r.parquet'),
        ...checks,
        '--data',
        file('data.parquet'),
        '--figures',
        file('fig'),
      ),
    );
    expect(done.rows).toBe(n);
    expect(done.outside).toBe((await column('K_p > 3.2', 'mc.parquet')).reduce((s, v) => s + v, 0));
    expect(done.coverage).toBeCloseTo(1 - done.outside / n, 12);
    expect(done.ks['kaonID'].statistic).toBeLessThan(1.95 / Math.sqrt(n));
    expect(done.data.ks['kaonID'].before).toBeGreaterThan(0.05);
    expect(done.data.ks['kaonID'].after).toBeLessThan(0.035);
    expect(done.figures.map((f) => path.basename(f))).toEqual([
      'resampled-kaonID.png',
      'resampled-kaonID-in-p.png',
      'correlations-resampled.png',
    ]);
    const flag = await column('pidflag', 'r.parquet');
    expect(flag.filter((f) => f === 1)).toHaveLength(done.outside);
    const [old, fresh] = [await column('K_kaonID', 'r.parquet'), await column('kaonID_resampled', 'r.parquet')];
    flag.forEach((f, i) => f === 1 && expect(fresh[i]).toBe(old[i]));
  });

  it('transform: the rank at fixed kinematics stays, and so does the correlation with other columns', async () => {
    const done = json<Applied>(
      await datamc(
        'pid',
        'transform',
        file('d/K_MC.json'),
        file('d/K.json'),
        file('mc.parquet'),
        file('t.csv'),
        ...checks,
        '--data',
        file('data.parquet'),
        '--outside',
        'nan',
      ),
    );
    expect(done.columns).toEqual([
      'kaonID_transformed',
      'kaonID_transformed_stat0',
      'kaonID_transformed_stat1',
      'kaonID_transformed_syst_sweights',
      'kaonID_transformed_syst_widths',
      'kaonID_transformed_up',
      'kaonID_transformed_down',
      'pidstat',
      'mcstat',
      'pidflag',
    ]);
    expect(done.data.ks['kaonID'].after).toBeLessThan(0.035);
    const [up, value, down] = [
      await column('kaonID_transformed_up', 't.csv'),
      await column('kaonID_transformed', 't.csv'),
      await column('kaonID_transformed_down', 't.csv'),
    ];
    value.forEach((v, i) => expect(Number.isNaN(v) || (up[i] >= v && down[i] <= v)).toBe(true));
    expect(value.filter(Number.isNaN)).toHaveLength(done.outside);
  });

  it('refuses densities of different columns, and columns that are not there', async () => {
    json(
      await datamc(
        'pid',
        'kde',
        file('mc.parquet'),
        '--variables',
        'kaonID',
        '--prefix',
        'K',
        '--folds',
        '0',
        '--json',
        '--out',
        file('d/other'),
      ),
    );
    const differ = await datamc(
      'pid',
      'transform',
      file('d/other.json'),
      file('d/K.json'),
      file('mc.parquet'),
      file('x.parquet'),
    );
    expect(differ.status).toBe(2);
    expect(differ.err).toContain('describe different columns');
    const missing = await datamc('pid', 'resample', file('d/K.json'), file('mc.parquet'), file('x.parquet'));
    expect(missing.status).toBe(2);
    expect(missing.err).toContain('unknown');
  });
});
