import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { DatamcError, type ErrorData } from '../../src/base/error.js';
import { readStudy } from '../../src/studies/read.js';
import { temporaryFolder } from '../helpers/toy-run.js';

const home = temporaryFolder();
const module = fileURLToPath(new URL('../helpers/toy/study.mjs', import.meta.url));

beforeAll(async () => {
  await mkdir(path.join(home, 'mc/deep'), { recursive: true });
  for (const name of ['mc/b.root', 'mc/a.root', 'mc/.hidden.root', 'mc/deep/c.root', 'data.parquet', 'odd[1].csv']) {
    await writeFile(path.join(home, name), '');
  }
});

async function read(text: string, name = 'my study.yaml') {
  const file = path.join(home, name);
  await writeFile(file, text.replace('TOY', module));
  return readStudy(file);
}

async function errorOf(text: string): Promise<ErrorData> {
  const error = await read(text).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(DatamcError);
  expect((error as DatamcError).status).toBe(2);
  return (error as DatamcError).data;
}

describe('a study file', () => {
  test('five lines are enough', async () => {
    const { study, directory } = await read(
      'study: TOY\nsamples:\n  data: data.parquet\n  mc: { files: mc/*.root, weight: 2 }\n',
    );
    const at = (...names: string[]) => names.map((name) => path.join(home, name));
    expect(study).toMatchObject({
      name: 'my-study',
      seed: 1,
      label: {},
      define: {},
      samples: { data: { files: at('data.parquet') }, mc: { files: at('mc/a.root', 'mc/b.root'), weight: '2' } },
    });
    expect(directory).toBe(home);
  });

  test('every key of the head', async () => {
    const text = `
study: TOY
name: dstar.v2
seed: 4
label: { experiment: ALICE, status: Internal, collisions: pp, energy: 5.02 TeV, luminosity: 20 nb⁻¹ }
samples:
  mc: { files: ["mc/**/*.root", data.parquet], tree: events, select: "trigger == 1", weight: genWeight, entries: 100, explode: Muon }
define: { ip: "abs(d0)" }
select: "0.5 < pt < 10"
bins: { from: 0.2, to: 4, bins: 10 }
peak: [1.86, 1.85, 1.87]
`;
    const { study } = await read(text);
    expect(study).toMatchObject({ name: 'dstar.v2', seed: 4, define: { ip: 'abs(d0)' }, select: '0.5 < pt < 10' });
    expect(study.samples['mc'].files.map((file) => path.relative(home, file))).toEqual([
      'mc/a.root',
      'mc/b.root',
      'mc/deep/c.root',
      'data.parquet',
    ]);
    expect(study).toMatchObject({
      bins: { from: 0.2, to: 4, bins: 10, log: false },
      peak: { start: 1.86, low: 1.85, high: 1.87 },
    });
  });

  test('a byte-order mark and Windows line ends do no harm', async () => {
    expect(
      (await read('\uFEFFstudy: TOY\r\nsamples:\r\n  data: data.parquet\r\n')).study.samples['data'],
    ).toBeDefined();
  });

  test('a file whose name only looks like a pattern is that file', async () => {
    const { study } = await read('study: TOY\nsamples: { x: "odd[1].csv" }\n');
    expect(study.samples['x'].files).toEqual([path.join(home, 'odd[1].csv')]);
  });
});

const good = 'study: TOY\nsamples: { data: data.parquet }\n';

describe('an error names place, fault and way out:', () => {
  test.each<[string, string, Partial<ErrorData>]>([
    [
      'unknown key',
      `${good}selct: x > 1\n`,
      {
        code: 'study.unknown-key',
        message: 'unknown key "selct"',
        path: 'my study.yaml:3:1',
        hint: 'did you mean "select"?',
      },
    ],
    [
      'unknown key of a sample',
      'study: TOY\nsamples:\n  data:\n    files: data.parquet\n    wieght: w\n',
      { message: 'unknown key "wieght" in samples.data', path: 'my study.yaml:5:5', hint: 'did you mean "weight"?' },
    ],
    [
      'unknown key far from all',
      `${good}label: { xyzzy: 1 }\n`,
      { path: 'my study.yaml:3:10', hint: 'known keys: experiment, status, collisions, energy, luminosity' },
    ],
    [
      'wrong type',
      `${good}blocks: many\n`,
      {
        code: 'study.bad-value',
        message: 'blocks has a wrong value',
        path: 'my study.yaml:3:1',
        got: '"many"',
        expected: 'a number (how many blocks)',
      },
    ],
    ['too small', `${good}blocks: 0\n`, { got: '0', expected: 'at least 1 (how many blocks)' }],
    ['not whole', `${good}blocks: 1.5\n`, { got: '1.5', expected: 'a whole number (how many blocks)' }],
    [
      'wrong word',
      `${good}mode: mena\n`,
      { message: 'mode cannot be "mena"', expected: 'one of sum, mean', hint: 'did you mean "mean"?' },
    ],
    ['missing key', 'study: TOY\n', { code: 'study.missing-key', message: 'the key "samples" is missing' }],
    ['no study', 'samples: { data: data.parquet }\n', { message: 'the key "study" is missing' }],
    [
      'unknown study',
      'study: corection\nsamples: { data: data.parquet }\n',
      {
        code: 'study.unknown',
        message: 'there is no study "corection"',
        path: 'my study.yaml:1:1',
        hint: 'did you mean "correction"?',
      },
    ],
    ['falling edges', `${good}bins: [0, 2, 1]\n`, { message: 'bins: bin edges must increase' }],
    [
      'a binning from high to low',
      `${good}bins: { from: 4, to: 1, bins: 3 }\n`,
      { message: 'bins.from: must be below "to"' },
    ],
    [
      'a start outside its limits',
      `${good}peak: [3, 1, 2]\n`,
      { message: 'peak: must be [start, low, high] with low ≤ start ≤ high' },
    ],
    ['no sample', 'study: TOY\nsamples: {}\n', { message: 'samples: at least one sample is needed' }],
    [
      'duplicate key',
      `${good}seed: 1\nseed: 2\n`,
      { code: 'study.duplicate-key', message: 'the key "seed" stands twice', path: 'my study.yaml:4:1' },
    ],
    ['broken YAML', 'study: [TOY\n', { code: 'study.not-yaml' }],
    ['an empty file', '# nothing\n', { code: 'study.not-a-study', message: 'the study file is empty' }],
    ['a list', '- a\n', { code: 'study.not-a-study' }],
    [
      'absent file',
      'study: TOY\nsamples:\n  data: data.parqet\n',
      {
        code: 'study.no-file',
        message: 'there is no file "data.parqet"',
        path: 'my study.yaml:3:3, samples.data.files[0]',
        hint: 'did you mean "data.parquet"?',
      },
    ],
    [
      'a pattern without matches',
      'study: TOY\nsamples:\n  data:\n    files: [data.parquet, "mc/*.rot"]\n',
      { message: 'no file matches "mc/*.rot"', path: 'my study.yaml:4:27, samples.data.files[1]' },
    ],
    [
      'a folder',
      'study: TOY\nsamples: { data: mc }\n',
      { code: 'study.not-a-file', hint: 'to read all of it: "mc/*.root"' },
    ],
    [
      'a module that is not there',
      'study: ./none.mjs\nsamples: { data: data.parquet }\n',
      { code: 'study.bad-module' },
    ],
  ])('%s', async (_, text, expected) => {
    expect(await errorOf(text)).toMatchObject(expected);
  });

  test('a file that is not there', async () => {
    await expect(readStudy(path.join(home, 'none.yaml'))).rejects.toMatchObject({
      status: 2,
      data: { code: 'study.unreadable' },
    });
  });
});
