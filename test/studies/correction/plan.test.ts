import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { DatamcError, type ErrorData } from '../../../src/base/error.js';
import { writeTable } from '../../../src/events/write-table.js';
import { orderPlan } from '../../../src/runs/plan.js';
import type { Plan, TaskSpec } from '../../../src/runs/task.js';
import { tasks as kinds } from '../../../src/studies/correction/tasks.js';
import { temporaryFolder } from '../../helpers/toy-run.js';
import { planOf, studyOf } from './plan-study.js';

const home = temporaryFolder();
const cache = path.join(home, 'cache');
const some = Float64Array.of(1, 2, 3);

beforeAll(async () => {
  mkdirSync(cache);
  const names = ['x', 'y', 'z', 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'w'];
  const columns = names.map((name) => ({ name, values: some }));
  await writeTable(path.join(home, 'mc.parquet'), [...columns, { name: 'trueX', values: some }]);
  await writeTable(path.join(home, 'more.csv'), [...columns, { name: 'trueX', values: some }]);
  await writeTable(path.join(home, 'data.parquet'), [
    ...columns.filter((c) => c.name !== 'b'),
    { name: 'kind', values: ['p', 'k', 'p'] },
  ]);
});

const samples = 'samples: { simulation: mc.parquet, data: data.parquet }\n';
const plan = (text: string, quick = false): Promise<Plan> => planOf(studyOf(text, home), quick, cache);
const ids = ({ tasks }: Plan): string[] => tasks.map((task) => task.id);
const task = ({ tasks }: Plan, id: string): TaskSpec => tasks.find((t) => t.id === id) as TaskSpec;
const params = <T>(p: Plan, id: string): T => task(p, id).params as T;

const studies: Record<string, { text: string; ids: string[] }> = {
  'the exact map': {
    text: `${samples}variables: [x]\nmethod: quantile\n`,
    ids: ['prepare', 'quantile', 'map', 'band', 'products', 'tuple', 'judge', 'report'],
  },
  'the exact map without a band': {
    text: `${samples}variables: [x]\nmethod: quantile\nreplicas: 0\n`,
    ids: ['prepare', 'quantile', 'map', 'products', 'tuple', 'judge', 'report'],
  },
  'one variable': {
    text: `${samples}variables: [x]\nreplicas: 6\n`,
    ids: [
      'prepare',
      'quantile',
      ...['train/simulation', 'replicas/simulation/0', 'replicas/simulation/1'],
      ...['train/data', 'replicas/data/0', 'replicas/data/1'],
      ...['closure', 'map', 'band', 'products', 'tuple', 'judge', 'report'],
    ],
  },
  'one variable given another': {
    text: `${samples}variables: [x]\ngiven: [y]\nreplicas: 5\n`,
    ids: [
      'prepare',
      ...['train/simulation', 'replicas/simulation/0', 'train/data', 'replicas/data/0'],
      ...['closure', 'map', 'band', 'products', 'tuple', 'judge', 'report'],
    ],
  },
  'several variables, no closure': {
    text: `${samples}variables: [x, y]\ngiven: [z]\nreplicas: 3\nclosure: false\n`,
    ids: [
      'prepare',
      ...['train/simulation', 'replicas/simulation/0', 'train/data', 'replicas/data/0'],
      ...['map', 'band', 'products', 'tuple', 'judge', 'report'],
    ],
  },
  'no replicas, no closure': {
    text: `${samples}variables: [x, y]\nreplicas: 0\nclosure: false\n`,
    ids: ['prepare', 'train/simulation', 'train/data', 'map', 'products', 'tuple', 'judge', 'report'],
  },
  'one replica has no spread': {
    text: `${samples}variables: [x, y]\nreplicas: 1\n`,
    ids: [
      'prepare',
      ...['train/simulation', 'replicas/simulation/0', 'train/data', 'replicas/data/0'],
      ...['closure', 'map', 'products', 'tuple', 'judge', 'report'],
    ],
  },
  'several files in a sample, weights': {
    text: `samples:
  simulation: { files: [mc.parquet, more.csv], weight: w, select: x > 0, entries: 4 }
  data: { files: [data.parquet], weight: "2 * w" }
variables: [x]\ngiven: [y]\nreplicas: 0\nselect: y > 0\ndefine: { r: sqrt(x ** 2 + y ** 2) }\ntruth: { x: trueX }\n`,
    ids: ['prepare', 'train/simulation', 'train/data', 'closure', 'map', 'products', 'tuple', 'judge', 'report'],
  },
};

describe.each(Object.entries(studies))('the tasks of %s', (_, { text, ids: expected }) => {
  test('are these', async () => expect(ids(await plan(text))).toEqual(expected));

  test('are listed after those they need; each is of a known kind and needed, or publishes', async () => {
    const p = await plan(text);
    expect(orderPlan(p).map((t) => t.id)).toEqual(ids(p));
    const needed = new Set(p.tasks.flatMap((t) => t.needs ?? []));
    for (const t of p.tasks) {
      expect(kinds).toHaveProperty([t.kind]);
      expect(needed.has(t.id) || t.publish !== undefined, t.id).toBe(true);
      expect(t.cost).toBeGreaterThan(0);
      expect(t.title).toBeTruthy();
    }
    expect(p.summaryTask).toBe('report');
    expect(p.tasks.flatMap((t) => (Array.isArray(t.publish) ? t.publish : Object.values(t.publish ?? {})))).toEqual([
      'products',
      'products/simulation.parquet',
      'figures',
      'report.html',
    ]);
  });

  test('hold no absolute path: a study moved to another folder finds its outcomes', async () => {
    const p = await plan(text);
    expect(JSON.stringify(p.tasks.map((t) => t.params))).not.toContain(home);
    for (const t of p.tasks) for (const file of t.files ?? []) expect(path.isAbsolute(file)).toBe(true);
  });

  test('are the same tasks every time', async () => expect(await plan(text)).toEqual(await plan(text)));
});

describe('what tasks are told', () => {
  test('replicas are counted through, and draw from one stream a sample', async () => {
    const p = await plan(`${samples}variables: [x]\nreplicas: 12\n`);
    for (const sample of ['simulation', 'data']) {
      const parts = p.tasks.filter((t) => t.id.startsWith(`replicas/${sample}/`));
      expect(parts.map((t) => t.params)).toMatchObject([
        { sample, first: 0, count: 5 },
        { sample, first: 5, count: 5 },
        { sample, first: 10, count: 2 },
      ]);
      expect(new Set(parts.map((t) => t.key))).toEqual(new Set([`replicas/${sample}`]));
      expect(task(p, 'map').needs).toEqual(expect.arrayContaining(parts.map((t) => t.id)));
    }
  });

  test('a closure needs the replicas of simulation, not of data', async () => {
    const { needs } = task(await plan(`${samples}variables: [x]\nreplicas: 6\n`), 'closure');
    expect(needs).toEqual(['prepare', 'train/simulation', 'replicas/simulation/0', 'replicas/simulation/1']);
  });

  test('a data flow of several transforms starts from the simulation flow', async () => {
    const one = await plan(`${samples}variables: [x, y]\n`);
    const several = await plan(`${samples}variables: [x, y]\nflow: { transforms: 2 }\n`);
    expect(task(one, 'train/data').needs).toEqual(['prepare']);
    expect(task(several, 'train/data').needs).toEqual(['prepare', 'train/simulation']);
  });

  test('files go to prepare by sample, in order; how many of each is told', async () => {
    const p = await plan(studies['several files in a sample, weights'].text);
    const names = task(p, 'prepare').files?.map((file) => path.basename(file));
    expect(names).toEqual(['mc.parquet', 'more.csv', 'data.parquet']);
    expect(task(p, 'prepare').params).toMatchObject({
      samples: {
        simulation: { files: 2, weight: 'w', select: 'x > 0', entries: 4 },
        data: { files: 1, weight: '2 * w' },
      },
      define: { r: 'sqrt(x ** 2 + y ** 2)' },
      select: 'y > 0',
      truth: { x: 'trueX' },
      holdOut: 0.3,
    });
    expect(task(p, 'tuple').files?.map((file) => path.basename(file))).toEqual(['mc.parquet', 'more.csv']);
  });

  test('the kind of flow follows from the number of variables', async () => {
    const kind = async (text: string): Promise<string> =>
      params<{ flow: { kind: string } }>(await plan(samples + text), 'map').flow.kind;
    expect(await kind('variables: [x]\n')).toBe('spline');
    expect(await kind('variables: [x, y]\n')).toBe('autoregressive');
    expect(await kind('variables: [x, y]\nflow: { kind: coupling }\n')).toBe('coupling');
  });

  test('replicas train for a sixth of the epochs, at least 6, or as long as is said', async () => {
    const epochs = async (flow: string): Promise<number> =>
      params<{ flow: { replicaEpochs: number } }>(await plan(`${samples}variables: [x]\nflow: ${flow}\n`), 'map').flow
        .replicaEpochs;
    expect(await epochs('{ epochs: 100 }')).toBe(16);
    expect(await epochs('{ epochs: 20 }')).toBe(6);
    expect(await epochs('{ epochs: 60, replicaEpochs: 2 }')).toBe(2);
  });

  test('a quick run has fewer epochs, replicas and events in a batch, never more', async () => {
    type Told = { replicas: number; flow: { epochs: number; replicaEpochs: number; batch: number | 'full' } };
    const told = async (text: string): Promise<Told> =>
      params<Told>(await plan(`${samples}variables: [x]\n${text}`, true), 'map');
    expect(await told('')).toMatchObject({ replicas: 4, flow: { epochs: 12, replicaEpochs: 3, batch: 512 } });
    expect(await told('replicas: 2\nflow: { epochs: 5, replicaEpochs: 1, batch: 64 }\n')).toMatchObject({
      replicas: 2,
      flow: { epochs: 5, replicaEpochs: 1, batch: 64 },
    });
    expect(await told('flow: { batch: full }\n')).toMatchObject({ flow: { batch: 'full' } });
  });

  test('compared are six numeric columns that both samples have, but for the study’s own and weights', async () => {
    const compared = async (text: string): Promise<string[]> =>
      params<{ compare: string[] }>(await plan(text), 'prepare').compare;
    expect(await compared(`${samples}variables: [x]\ngiven: [z]\n`)).toEqual(['y', 'a', 'c', 'd', 'e', 'f']);
    const weighted = samples.replace('mc.parquet', '{ files: mc.parquet, weight: w }');
    expect(await compared(`${weighted}variables: [x, y, z, a, c]\n`)).toEqual(['d', 'e', 'f', 'g']);
    expect(await compared(`${samples}variables: [x]\ncompare: [g, a + c]\n`)).toEqual(['g', 'a + c']);
    expect(await compared(`${samples}variables: [x]\ncompare: []\n`)).toEqual([]);
  });
});

describe('what cannot be is told before anything runs', () => {
  const one = `${samples}variables: [x]\n`;
  test.each<[string, string, Partial<ErrorData>]>([
    [
      'an unknown sample',
      one.replace('data:', 'dta: mc.parquet, data:'),
      { code: 'correction.sample', path: 'samples.dta', hint: 'did you mean "data"?' },
    ],
    [
      'a missing sample',
      'samples: { simulation: mc.parquet }\nvariables: [x]\n',
      { code: 'correction.sample', path: 'samples', message: 'no sample "data"' },
    ],
    [
      'the exact map of two variables',
      `${samples}variables: [x, y]\nmethod: quantile\n`,
      { code: 'correction.quantile', path: 'method', got: '2 variables, 0 given' },
    ],
    [
      'the exact map given something',
      `${one}given: [y]\nmethod: quantile\n`,
      { code: 'correction.quantile', path: 'method', got: '1 variables, 1 given' },
    ],
    ['a variable twice', `${samples}variables: [x, x]\n`, { code: 'correction.twice', path: 'variables' }],
    ['a variable that is given', `${one}given: [x]\n`, { code: 'correction.twice', message: '"x" is named twice' }],
    [
      'two variables whose new columns would have one name',
      `${samples}variables: [x - y, x, x + y]\n`,
      {
        code: 'correction.same-name',
        message: '"x - y" and "x + y" would both be written as "xy_corrected"',
        path: 'variables[2].column',
      },
    ],
    [
      'the truth of something else',
      `${one}truth: { xx: trueX }\n`,
      { code: 'correction.truth', path: 'truth.xx', hint: 'did you mean "x"?' },
    ],
    [
      'a flow that couples one variable with none',
      `${one}flow: { kind: coupling }\n`,
      { code: 'models.flow-spec', path: 'flow' },
    ],
    [
      'a flow of several variables without a network',
      `${samples}variables: [x, y]\nflow: { hidden: [] }\n`,
      { code: 'models.flow-spec', path: 'flow' },
    ],
    [
      'an unknown variable',
      `${samples}variables: [xx]\n`,
      { code: 'expression.unknown-column', path: 'variables[0].column' },
    ],
    [
      'an unknown given column',
      `${one}given: [y, yy]\n`,
      { code: 'expression.unknown-column', path: 'given[1].column' },
    ],
    [
      'a column that one sample lacks',
      `${samples}variables: [x]\ngiven: [b]\n`,
      { code: 'expression.unknown-column', path: 'given[0].column' },
    ],
    [
      'an unknown compared column',
      `${one}compare: [y, yy]\n`,
      { code: 'expression.unknown-column', path: 'compare[1]' },
    ],
    [
      'an unknown column in the truth',
      `${one}truth: { x: trueY }\n`,
      { code: 'expression.unknown-column', path: 'truth.x' },
    ],
    [
      'an unknown weight',
      one.replace('mc.parquet', '{ files: mc.parquet, weight: ww }'),
      { code: 'expression.unknown-column', path: 'samples.simulation.weight' },
    ],
    ['a text as a variable', `${samples}variables: [kind]\n`, { path: 'variables[0].column' }],
  ])('%s', async (_, text, expected) => {
    const error: unknown = await plan(text).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(DatamcError);
    expect((error as DatamcError).status).toBe(2);
    expect((error as DatamcError).data).toMatchObject(expected);
  });
});
