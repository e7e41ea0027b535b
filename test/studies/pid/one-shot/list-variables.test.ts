import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { openStore } from '../../../../src/events/store.js';
import { trackVariables } from '../../../../src/events/variables/builtin.js';
import { writeTable } from '../../../../src/events/write-table.js';
import { dstarEvents } from '../../../../src/physics/dstar.js';
import { jpsiEvents } from '../../../../src/physics/jpsi.js';
import { kshortEvents, lambdaEvents } from '../../../../src/physics/lambda.js';
import type { GeneratedColumns } from '../../../../src/physics/pid/block.js';
import { seedKey } from '../../../../src/stats/key.js';
import { pidVariables } from '../../../../src/studies/pid/one-shot/list-variables.js';
import { modeOf, readModeFile, shippedModes } from '../../../../src/studies/pid/schema/mode-file.js';
import { readOwnVariables } from '../../../../src/studies/own-variables.js';
import { userErrorOf } from '../../../events/helpers/scratch.js';
import { datamc } from '../../../helpers/command.js';
import { temporaryFolder } from '../../../helpers/toy-run.js';

const dir = temporaryFolder();
const data = path.join(dir, 'data.parquet');
const module = path.join(dir, 'mine.mjs');
const listed = (columns: GeneratedColumns) => Object.entries(columns).map(([name, values]) => ({ name, values }));
const toys: Readonly<Record<string, () => GeneratedColumns>> = {
  Dst: () => dstarEvents(seedKey(4), 2_000, { sample: 'simulation' }),
  Lambda0: () => lambdaEvents(seedKey(4), 2_000, { sample: 'simulation' }),
  'Lambda0-hlt': () => lambdaEvents(seedKey(4), 2_000, { sample: 'simulation' }),
  KS: () => kshortEvents(seedKey(4), 2_000, { sample: 'simulation' }),
  Jpsi: () => ({
    ...jpsiEvents(seedKey(4), 2_000, { sample: 'simulation', lepton: 'e' }),
    ...jpsiEvents(seedKey(4), 2_000, { sample: 'simulation' }),
  }),
};

beforeAll(async () => {
  await writeTable(data, listed(toys['Dst']()));
  writeFileSync(
    module,
    `export const variables = [
  { name: 'soft', arguments: [1, 1], run: (p) => p.map((x) => Math.exp(-x)), about: 'falls with its argument' },
  { name: 'anyOf', arguments: [1, 6], expression: (...words) => words.map((w) => w + 'ID').join(' + ') },
];\n`,
  );
});

test('lists columns with types, tracks, detectors, functions and own variables', async () => {
  const list = await pidVariables([data], {
    mode: 'Dst',
    with: [module, { 'asym(a, b)': '(a - b) / (a + b)' }],
    ranges: true,
  });
  const column = (name: string) => list.columns.find((c) => c.name === name);
  expect(column('D0_K_charge')).toMatchObject({ type: 'integer', min: -1, max: 1 });
  expect(Number(column('D0_M')?.min)).toBeGreaterThan(1.8);
  expect(list.tracks.map((t) => [t.particle, t.prefix])).toEqual([
    ['K', 'D0_K'],
    ['pi', 'D0_pi'],
  ]);
  expect(list.tracks[0].variables).toContain('kaonID');
  expect(list.detectors).toEqual(['SVD', 'CDC', 'TOP', 'ARICH', 'ECL', 'KLM']);
  expect(list.own.map((v) => v.name)).toEqual(['soft', 'anyOf', 'asym']);
  const plain = await pidVariables([data]);
  expect(plain.tracks.map((t) => t.prefix)).toEqual(['D0_K', 'D0_pi', 'pi_slow']);
  expect(plain.columns[0].min).toBeUndefined();
});

test('the command says the same, and what is wrong', async () => {
  const said = await datamc('pid', 'variables', data, '--mode', 'Dst', '--with', module, '--with', 'twice(x)=2*x');
  expect(said.status).toBe(0);
  expect(said.out).toMatch(/track D0_K \(K\): in its place\n {2}p cosTheta/);
  expect(said.out).toMatch(/soft +falls with its argument/);
  const json = JSON.parse((await datamc('pid', 'variables', data, '--json')).out) as { columns: unknown[] };
  expect(json.columns.length).toBeGreaterThan(90);
  const unknown = await datamc('pid', 'variables', data, '--mode', 'Dts');
  expect(unknown.status).toBe(2);
  expect(unknown.err).toContain('did you mean "Dst"');
  const lost = await datamc('pid', 'variables', data, '--with', 'none.js');
  expect([lost.status, lost.err.trim().split('\n').length]).toEqual([2, 2]);
});

describe('shipped modes', () => {
  test('are there, each with probes', async () => {
    expect(await shippedModes()).toEqual(
      [
        'Dst',
        'Dst-pi0',
        'Jpsi',
        'KS',
        'Lambda0',
        'Lambda0-hlt',
        'Radmumu',
        'Tau',
        'Tau-classifier',
        'TwoPhoton',
      ].sort(),
    );
    for (const name of await shippedModes()) {
      const file = await readModeFile(name, dir);
      for (const mode of Object.keys(file.modes)) expect(Object.keys(modeOf(file, mode).mode.probes)).not.toEqual([]);
    }
    const jpsi = await readModeFile('Jpsi', dir);
    expect(await userErrorOf(() => Promise.resolve(modeOf(jpsi, undefined)))).toMatchObject({ code: 'modes.unknown' });
  });

  test.each(Object.keys(toys))('%s selects most of the signal of its toy', async (name) => {
    const file = await readModeFile(name, dir);
    const events = path.join(dir, `${name}-toy.parquet`);
    await writeTable(events, listed(toys[name]()));
    const store = await openStore({ cache: path.join(dir, 'cache'), threads: 1 });
    try {
      for (const { select, define, probes } of Object.values(file.modes)) {
        for (const prefix of Object.values(probes).flat()) {
          const options = { define: { ...file.define, ...define }, variables: trackVariables(prefix) };
          const table = await store.open({ files: [events] }, options);
          const before = await table.count('isSignal == 1');
          const kept = await table.count(`(${select}) and isSignal == 1`);
          expect(kept / before).toBeGreaterThan(name === 'Lambda0-hlt' ? 0.3 : 0.6);
          const bad = await table.count(`not (${select}) and isSignal == 0`);
          if (!name.startsWith('Jpsi')) expect(bad).toBeGreaterThan(0);
        }
      }
    } finally {
      await store.close();
    }
  });
});

test('tables are made of cuts on own variables', async () => {
  const own = ['--with', 'score(a)=binaryID(a, pi)', '--cut', 'score(K) > 0.5'];
  const house = ['--cut', 'binaryID(K, pi) > 0.5'];
  const table = async (cut: string[]) => {
    const bins = ['--probe', 'K=D0_K', '--truth', 'K=abs(mcPDG) == 321', '--binning', 'p=0.3,4'];
    const said = await datamc('pid', 'efficiency-table', data, ...bins, ...cut, '--json');
    expect([said.status, said.err]).toEqual([0, '']);
    const { tables } = JSON.parse(said.out) as { tables: { bins: { passed: number }[] }[] };
    return tables[0].bins;
  };
  const bins = await table(own);
  expect(bins[0].passed).toBeGreaterThan(1_000);
  expect(bins).toEqual(await table(house));
});

test('a module that is none is named', async () => {
  const bad = path.join(dir, 'bad.mjs');
  writeFileSync(bad, 'export const variable = 1;\n');
  expect(await userErrorOf(() => readOwnVariables('bad.mjs', dir))).toMatchObject({
    code: 'variables.module',
    path: 'variables',
  });
  expect(await userErrorOf(() => readOwnVariables(['x.py'], dir))).toMatchObject({ path: 'variables[0]' });
});
