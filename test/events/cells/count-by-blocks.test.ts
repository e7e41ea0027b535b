import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { cellCounts } from '../../../src/events/cells/cell-groups.js';
import { byBlocks } from '../../../src/events/cells/count-by-blocks.js';
import { bySql } from '../../../src/events/cells/count-by-sql.js';
import type { CheckedCount, CountWay } from '../../../src/events/cells/count-way.js';
import type * as Team from '../../../src/events/cells/count-team.js';
import { flatFile, type FlatFile } from '../../../src/events/parquet/flat-file.js';
import { openStore, type EventStore, type SampleSpec, type TableOptions } from '../../../src/events/store.js';
import type { Table } from '../../../src/events/table.js';
import { writeTable } from '../../../src/events/write-table.js';
import type { CellCounts } from '../../../src/hist/cell-counts.js';
import { normals, seedKey, uniforms } from '../../../src/stats/key.js';
import { hasSharedData, sharedData } from '../../helpers/shared-data.js';

const dir = mkdtempSync(path.join(tmpdir(), 'by-blocks-'));
const N = 20_000;
const key = seedKey(12);
const p = Float64Array.from(uniforms(key.split('p'), N), (u, i) =>
  i % 500 === 7 ? NaN : i % 500 === 8 ? Infinity : i % 10 === 0 ? Math.round(u * 5) : u * 5,
);
const eta = Float32Array.from(uniforms(key.split('eta'), N), (u) => 2 + 3 * u);
const id = BigInt64Array.from(uniforms(key.split('id'), N), (u) => BigInt(Math.floor(u * 40) - 20) * 211n);
const w = Float64Array.from(normals(key.split('w'), N), (z) => 0.5 + z);
const columns = (from: number, to: number) =>
  Object.entries({ p, eta, id, w }).map(([name, values]) => ({ name, values: values.slice(from, to) }));

let store: EventStore;
const open = async (spec: Partial<SampleSpec>, options?: TableOptions): Promise<Table> =>
  (await store.open({ files: [path.join(dir, 'all.parquet')], ...spec }, options)) as Table;

beforeAll(async () => {
  store = await openStore({ cache: path.join(dir, 'cache'), threads: 2 });
  await writeTable(path.join(dir, 'all.parquet'), columns(0, N));
  await writeTable(path.join(dir, 'all.root'), columns(0, N));
  await writeTable(path.join(dir, 'all.h5'), columns(0, N));
  await writeTable(path.join(dir, 'all.npz'), columns(0, N));
  await writeTable(path.join(dir, 'a.parquet'), columns(0, 7777));
  await writeTable(path.join(dir, 'b.parquet'), columns(7777, N));
});
afterAll(async () => {
  await store.close();
  rmSync(dir, { recursive: true });
});

interface Asked {
  readonly axes?: readonly (readonly [string, readonly number[]])[];
  readonly conditions?: readonly string[];
  readonly weights?: readonly string[];
  readonly where?: readonly string[];
}

async function checked(table: Table, asked: Asked): Promise<CheckedCount> {
  const { axes = [], conditions = [], weights = [], where = [] } = asked;
  const of = (text: string): ReturnType<Table['check']> => table.check(text, undefined, 'any');
  const [values, cuts, weighted, kept] = [axes.map(([x]) => x), conditions, weights, where].map((texts) =>
    texts.map(of),
  );
  const from = await table.from([...values, ...cuts, ...weighted], kept);
  return {
    axes: axes.map(([, edges], i) => ({ value: values[i], edges, closed: i % 2 ? 'left' : 'right' })),
    conditions: cuts,
    weights: weighted,
    where: kept,
    from,
  };
}

const usual: Asked = {
  axes: [
    ['p', [0.5, 1, 1.5, 2, 3, 4]],
    ['eta', [2, 3, 3.5, 4, 5]],
  ],
  conditions: ['id > 211', 'id == -422 or p > 2', 'not (eta < 3)', 'p != 3'],
  weights: ['w', '2 * w / (1 + abs(w))'],
};

/** Units and what is counted in them, sums rounded to doubles: their parts may be of either sign. */
async function digits(way: CountWay, { weights, conditions }: CheckedCount): Promise<unknown> {
  const units = (await way.guessUnits()) ?? [];
  const groups = await way.count(units);
  if (groups === undefined || groups === 'overflow') throw new Error(`not counted: ${groups}`);
  const head = { axes: [], closed: 'right', conditions: conditions.map((c) => c.source.text) } as const;
  const named = weights.map((w, i) => ({ name: w.source.text, ...units[i] }));
  return { units, counts: cellCounts(groups, head, named) };
}

describe('counting by blocks gives the very digits of counting by SQL', () => {
  test.each<[string, Partial<SampleSpec>, TableOptions, Asked]>([
    ['a Parquet file', {}, {}, usual],
    ['a ROOT file', { files: ['all.root'] }, {}, usual],
    ['an HDF5 file', { files: ['all.h5'] }, {}, usual],
    ['a NumPy file', { files: ['all.npz'] }, {}, usual],
    ['two files', { files: ['a.parquet', 'b.parquet'] }, {}, usual],
    ['selections', { select: 'p > 0.7' }, { select: 'eta < 4.5' }, { ...usual, where: ['w < 1.5', 'id'] }],
    ['rows with odd weights left out', {}, {}, { weights: ['p'], where: ['isfinite(p)'] }],
    [
      'derived columns',
      {},
      { define: { half: 'whole / 2', whole: 'p + eta', forward: 'eta > 3.5' } },
      { axes: [['half', [1, 2, 3, 4]]], conditions: ['forward', 'half > 2 and forward'], weights: ['w * forward'] },
    ],
    ['nothing but an axis', {}, {}, { axes: [['p', [0, 5]]] }],
    ['nothing but a condition', {}, {}, { conditions: ['id < 0'] }],
    ['no row at all', { select: 'p > 100' }, {}, usual],
    [
      'eight cuts',
      {},
      {},
      { ...usual, conditions: [-7, -5, -3, -1, 1, 3, 5, 7].map((k) => `id > ${211 * k} and p > 1`) },
    ],
  ])('%s', async (_, spec, options, asked) => {
    const files = spec.files?.map((file) => path.join(dir, file));
    const table = await open(files ? { ...spec, files } : spec, options);
    const count = await checked(table, asked);
    expect(await digits(byBlocks(table, count), count)).toEqual(await digits(bySql(table, count), count));
  });

  it.skipIf(!hasSharedData)('D* candidates of ALICE', async () => {
    const table = await open({
      files: [sharedData('alice-dstar/SmallSkimmed_Dstar_pp5TeV_train308.root')],
      tree: 'fTreeDstarFlagged',
    });
    const count = await checked(table, {
      axes: [
        ['pt_cand_ML', [0, 1, 2, 3, 5, 8, 24]],
        ['eta_prong0_ML', [-0.8, -0.4, 0, 0.4, 0.8]],
      ],
      conditions: ['cand_type_ML == 1', 'nITScls_prong0_ML > 3', 'inv_mass_ML < 0.17 and cos_p_ML > 0.9'],
      weights: ['imp_par_prod_ML', 'norm_dl_xy_ML'],
    });
    expect(await digits(byBlocks(table, count), count)).toEqual(await digits(bySql(table, count), count));
  });
});

test('a weight that does not fit is told by both', async () => {
  const weights = Float64Array.from({ length: 150_000 }, (_, i) => (i === 149_999 ? 1e9 : 1));
  await writeTable(path.join(dir, 'late.parquet'), [{ name: 'w', values: weights }]);
  const table = await open({ files: [path.join(dir, 'late.parquet')] });
  const count = await checked(table, { weights: ['w'] });
  for (const way of [bySql(table, count), byBlocks(table, count)])
    expect(await way.count((await way.guessUnits()) ?? [])).toBe('overflow');
});

const UNITS = [1, 2].map(() => ({ scale: 2 ** 50, scale2: 2 ** 40 }));
const many = Array.from({ length: 101 }, (_, i) => i);

describe('what only SQL can count is left to it', () => {
  it.each<[string, Partial<SampleSpec>, Asked]>([
    ['a logarithm', {}, { axes: [['log(p)', [0, 1]]] }],
    ['the first entries', { entries: 100 }, usual],
    ['no column', {}, { conditions: ['true'] }],
    ['too many cells', {}, { axes: ['p', 'eta', 'w', 'id'].map((x) => [x, many] as const) }],
  ])('%s', async (_, spec, asked) => {
    const table = await open(spec);
    expect(await byBlocks(table, await checked(table, asked)).count(UNITS)).toBeUndefined();
  });

  it('whole numbers that doubles do not hold', async () => {
    const values = BigInt64Array.of(2n ** 53n + 1n, 2n ** 53n, 0n);
    await writeTable(path.join(dir, 'large.parquet'), [{ name: 'n', values }]);
    const table = await open({ files: [path.join(dir, 'large.parquet')] });
    const request = { axes: [], conditions: { above: 'n > 9007199254740992' } };
    expect(
      await byBlocks(table, await checked(table, { conditions: ['n > 9007199254740992'] })).count(UNITS),
    ).toBeUndefined();
    expect((await table.countCells(request)).entries).toEqual(Float64Array.of(2, 1));
  });

  it('a file that has gone, of which it says so', async () => {
    await writeTable(path.join(dir, 'gone.parquet'), columns(0, 10));
    const table = await open({ files: [path.join(dir, 'gone.parquet')] });
    rmSync(path.join(dir, 'gone.parquet'));
    await expect(table.countCells({ axes: [{ column: 'p', edges: [0, 1] }] })).rejects.toThrow('gone.parquet');
  });

  it('a CSV file', async () => {
    await writeTable(path.join(dir, 'all.csv'), columns(0, 1000));
    const table = await open({ files: [path.join(dir, 'all.csv')] });
    expect(await byBlocks(table, await checked(table, usual)).count(UNITS)).toBeUndefined();
  });
});

// Threads load compiled code: this test is about dist/, which `npm test` builds first.
const built = new URL('../../../dist/events/cells/count-team.js', import.meta.url);
test.skipIf(!existsSync(fileURLToPath(built)))('threads together count what one counts', async () => {
  const { CountTeam } = (await import(built.href)) as typeof Team;
  const flat = await flatFile(path.join(dir, 'all.parquet'), ['p', 'w']);
  // Each row group many times over, as if the file were larger.
  const files = Array.from({ length: 9 }, () => flat ?? { path: '', groups: [] });
  const plan = {
    axes: [{ value: { op: 'column', name: 'p' } as const, edges: [0.5, 1, 2, 5], closed: 'right' as const }],
    conditions: [],
    weights: [{ op: 'column', name: 'w' } as const],
    units: [{ scale: 2 ** 55, scale2: 2 ** 50 }],
    where: [],
  };
  // Parts of sums may be of either sign: what they add up to is the same.
  const counted = async (team: Team.CountTeam, of: readonly FlatFile[]): Promise<CellCounts> => {
    const groups = await team.count(plan, of, ['p', 'w']);
    if (groups === 'overflow') throw new Error(groups);
    return cellCounts(groups, { axes: [], closed: 'right', conditions: [] }, [{ name: 'w', ...plan.units[0] }]);
  };
  const alone = await counted(new CountTeam(1), files);
  expect(alone.entries[0]).toBeGreaterThan(9);
  const missing = [...files, { ...files[0], path: path.join(dir, 'nowhere.parquet') }];
  for (const threads of [2, 4]) {
    const team = new CountTeam(threads, 1000);
    const several = await Promise.all([0, 1, 2].map(() => counted(team, files)));
    expect(several).toEqual([alone, alone, alone]);
    await expect(counted(team, missing)).rejects.toThrow('ENOENT');
    // What has failed once does not keep the threads from counting again; by now they all take part.
    expect(await counted(team, files)).toEqual(alone);
    team.close();
  }
});
