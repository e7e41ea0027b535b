import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { hepDataOfHist, hepDataTable, writeHepData } from '../../src/formats/hepdata.js';
import { regularAxis } from '../../src/hist/axis.js';
import { fill } from '../../src/hist/fill.js';

const H = fill(
  [regularAxis('ip', 2, 0, 1, { label: 'Impact parameter', unit: 'mm' })],
  [Float64Array.of(0.1, 0.2, 0.9)],
);

test('a submission of two tables', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'datamc-'));
  const table = hepDataOfHist(H, { name: 'Table 1', description: 'Impact parameters.' });
  const points = {
    name: 'Table 2',
    description: 'A map.',
    keywords: { observables: ['IP'] },
    independent: [{ header: { name: 'IP', units: 'mm' }, values: [1, 2] }],
    dependent: [
      {
        header: { name: 'corrected' },
        qualifiers: [{ name: 'SQRT(S)', value: 13, units: 'TeV' }],
        values: [1.1, NaN],
        errors: [{ label: 'stat', values: { below: [0.1, 1], above: [0.2, 1] } }],
      },
    ],
  };
  expect(await writeHepData(dir, [table, points], 'Two tables.')).toEqual([
    'submission.yaml',
    'table_1.yaml',
    'table_2.yaml',
  ]);
  const documents = parseAllDocuments(await readFile(join(dir, 'submission.yaml'), 'utf8')).map(
    (d) => d.toJS() as unknown,
  );
  expect(documents).toEqual([
    { comment: 'Two tables.' },
    { name: 'Table 1', description: 'Impact parameters.', keywords: [], data_file: 'table_1.yaml' },
    {
      name: 'Table 2',
      description: 'A map.',
      keywords: [{ name: 'observables', values: ['IP'] }],
      data_file: 'table_2.yaml',
    },
  ]);
  expect(parse(await readFile(join(dir, 'table_1.yaml'), 'utf8'))).toEqual({
    independent_variables: [
      {
        header: { name: 'Impact parameter', units: 'mm' },
        values: [
          { low: 0, high: 0.5 },
          { low: 0.5, high: 1 },
        ],
      },
    ],
    dependent_variables: [
      {
        header: { name: 'Events' },
        values: [
          { value: 2, errors: [{ symerror: Math.SQRT2, label: 'stat' }] },
          { value: 1, errors: [{ symerror: 1, label: 'stat' }] },
        ],
      },
    ],
  });
  expect(parse(await readFile(join(dir, 'table_2.yaml'), 'utf8'))).toMatchObject({
    dependent_variables: [
      { values: [{ value: 1.1, errors: [{ asymerror: { minus: -0.1, plus: 0.2 } }] }, { value: '-' }] },
    ],
  });
  await rm(dir, { recursive: true });
});

test('columns of different length are refused', () => {
  const table = {
    name: 't',
    description: '',
    independent: [{ header: { name: 'x' }, values: [1] }],
    dependent: [{ header: { name: 'y' }, values: [1, 2] }],
  };
  expect(() => hepDataTable(table)).toThrow('table "t": x has another length');
});
