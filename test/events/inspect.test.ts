import { expect, test } from 'vitest';
import { hasSharedData, sharedData } from '../helpers/shared-data.js';
import { inspectFiles } from '../../src/events/inspect.js';
import { printSummary } from '../../src/events/inspect-print.js';
import { writeTable } from '../../src/events/write-table.js';
import { scratch } from './helpers/scratch.js';
import path from 'node:path';

const { dir, file } = await scratch();

test('counts of what is odd, exactly', async () => {
  const n = 1000;
  const at = path.join(dir, 't.parquet');
  const every = (k: number, odd: number, f: (i: number) => number) =>
    Float64Array.from({ length: n }, (_, i) => (i % k === 0 ? odd : f(i)));
  await writeTable(at, [
    { name: 'id', values: Int32Array.from({ length: n }, (_, i) => i) },
    { name: 'ip', values: every(10, -999, (i) => i / 100) },
    { name: 'two', values: every(10, -999, (i) => (i % 10 === 1 ? -1000 : (i % 97) / 97)) },
    { name: 'far', values: every(50, 1e6, (i) => i % 13) },
    { name: 'bad', values: every(4, NaN, (i) => (i % 4 === 1 ? Infinity : i)) },
    { name: 'charge', values: Int8Array.from({ length: n }, (_, i) => (i % 3 ? 1 : -1)) },
    { name: 'one', values: new Float32Array(n).fill(7) },
    { name: 'outlier', values: every(1000, 123456.5, (i) => i % 10) }, // once: no sentinel
    { name: 'steps', values: Int32Array.from({ length: n }, (_, i) => 10 * (i % 10)) },
    { name: 'prob', values: every(5, -1, (i) => (i % 89) / 89) },
    { name: 'index', values: Int16Array.from({ length: n }, (_, i) => (i % 2 ? -1 : i % 9)) },
    { name: 'sign', values: Int8Array.from({ length: n }, (_, i) => (i % 3) - 1) },
    { name: 'chi2', values: every(1000, -999, (i) => 1000 * i) }, // one is enough: nothing else is negative
    { name: 'kind', values: Array.from({ length: n }, (_, i) => (i % 2 ? 'EB' : 'EE')) },
  ]);
  const [summary] = await inspectFiles([at]);
  expect(summary).toMatchObject({ format: 'parquet', rows: n, duplicates: 0 });
  const column = Object.fromEntries(summary.columns.map((c) => [c.name, c]));
  expect(column['ip']).toMatchObject({
    sentinels: [{ value: -999, count: 100 }],
    min: 0.01,
    max: 9.99,
    nan: 0,
    constant: false,
  });
  expect(column['two'].sentinels).toEqual([
    { value: -1000, count: 100 },
    { value: -999, count: 100 },
  ]);
  expect(column['far']).toMatchObject({ sentinels: [{ value: 1e6, count: 20 }], max: 12 });
  expect(column['bad']).toMatchObject({ nan: 250, infinite: 250, sentinels: [], min: 2, max: 999 });
  expect(column['charge']).toMatchObject({ sentinels: [], min: -1, max: 1, type: 'integer' });
  expect(column['one']).toMatchObject({ constant: true, sentinels: [], stored: 'FLOAT' });
  expect(column['outlier']).toMatchObject({ sentinels: [], max: 123456.5 });
  expect(column['steps'].sentinels).toEqual([]);
  expect(column['prob'].sentinels).toEqual([{ value: -1, count: 200 }]);
  expect(column['index'].sentinels).toEqual([{ value: -1, count: 500 }]);
  expect(column['sign'].sentinels).toEqual([]);
  expect(column['chi2']).toMatchObject({ sentinels: [{ value: -999, count: 1 }], min: 1000 });
  expect(column['kind']).toMatchObject({ type: 'string', min: 'EB', max: 'EE', distinct: 2 });
});

test('duplicate rows, also where cells are NaN or missing', async () => {
  const at = file('d.csv', 'a,b\n1,nan\n1,nan\n2,3\n1,nan\n,3\n,3\n');
  expect((await inspectFiles([at]))[0].duplicates).toBe(3);
});

test('the printed table', async () => {
  const at = file('a.csv', '\ufeffpt,eta,type\r\n1.5,-999,EB\r\n2.25,0.5,EE\r\n100,-0.25,EB\r\n1.5,-999,EB\r\n');
  const [summary] = await inspectFiles([at]);
  const text = printSummary({ ...summary, path: 'a.csv' }).replaceAll(at, 'a.csv');
  expect(text.split('\n')).toEqual([
    'a.csv  (csv)',
    '4 rows, 3 columns, 1 duplicate row (25 %)',
    'warning: byte-order mark in a.csv (1)',
    'warning: Windows line ends (CRLF) in a.csv (5)',
    '',
    'column  type    min  max    mean',
    'pt      real    1.5  100  26.313',
    'eta     real  -0.25  0.5   0.125  -999 × 2 (50 %)',
    'type    text     EB   EE          2 different',
  ]);
});

test.skipIf(!hasSharedData)(
  'real files: sentinels of LHCb tuples, infinities of the LHC Olympics, lists of NanoAOD',
  async () => {
    const [lhcb] = await inspectFiles([sharedData('lhcb-zmumu/batch_1.root')]);
    expect(lhcb).toMatchObject({ tree: 'Tuple/DecayTree', rows: 3384 });
    const of = (name: string) => lhcb.columns.find((c) => c.name === name)?.sentinels;
    expect(of('muon1_ProbNNmu')?.map((s) => s.value)).toEqual([-1000]);
    expect(lhcb.columns.flatMap((c) => c.sentinels.map((s) => s.value))).toContain(-999);
    for (const c of lhcb.columns) expect(c.sentinels.every((s) => s.count < 3384)).toBe(true);
    const [olympics] = await inspectFiles([sharedData('lhco-scalars/scalars_bkg01.h5')]);
    expect(olympics.columns.find((c) => c.name === 'tau21_1')?.infinite).toBe(1);
    const [alice] = await inspectFiles([sharedData('alice-dstar/SmallSkimmed_Dstar_pp5TeV_train308.root')]);
    expect(alice).toMatchObject({ tree: 'fTreeDstarFlagged', rows: 18_670 });
    expect(alice.trees.map((t) => [t.name, t.rows])).toContainEqual(['fTreeEventChar', 20_001]);
    const [nano] = await inspectFiles([sharedData('cms-ttbar/nano_tt_v12.root')]);
    expect(nano).toMatchObject({ tree: 'Events', rows: 200 });
    expect(nano.columns.find((c) => c.name === 'Muon_pt')).toMatchObject({ type: 'list of real' });
    for (const line of printSummary(nano).split('\n')) expect(line.length).toBeLessThanOrEqual(110);
  },
);
