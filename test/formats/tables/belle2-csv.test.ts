import { expect, test } from 'vitest';
import { DatamcError } from '../../../src/base/error.js';
import { fromBelle2Csv } from '../../../src/formats/tables/from-belle2-csv.js';
import {
  BELLE2_LEGACY,
  toBelle2Csv,
  unmeasured,
  type Belle2CsvOptions,
} from '../../../src/formats/tables/to-belle2-csv.js';
import { K, PI, sampleTable } from './sample-tables.js';

const two = [sampleTable({ holes: [3] }), sampleTable({ truth: PI, seed: 2 })];

test('the header is the schema of the systematics framework, in its order', () => {
  expect(toBelle2Csv(two).split('\n')[0]).toBe(
    'p_min,p_max,cosTheta_min,cosTheta_max,charge_min,charge_max,data_MC_ratio,data_MC_uncertainty_stat_up,data_MC_uncertainty_stat_dn,' +
      'data_MC_uncertainty_sys_up,data_MC_uncertainty_sys_dn,data_efficiency,data_uncertainty_stat_up,data_uncertainty_stat_dn,' +
      'data_uncertainty_sys_up,data_uncertainty_sys_dn,MC_efficiency,MC_uncertainty_stat_up,MC_uncertainty_stat_dn,' +
      'MC_uncertainty_sys_up,MC_uncertainty_sys_dn,PDG,mcPDG,variable,threshold',
  );
});

test('read ∘ write = identity: efficiencies, fake rates, holes, asymmetric errors', () => {
  expect(fromBelle2Csv(toBelle2Csv(two))).toEqual(two);
  expect(unmeasured(two[0])).toBe(1);
});

test('write ∘ read = identity on text, whatever the order of rows was', () => {
  const text = toBelle2Csv(two);
  const [header, ...rows] = text.trimEnd().split('\n');
  const shuffled = [...rows.slice(0, 11).reverse(), ...rows.slice(11)];
  expect(toBelle2Csv(fromBelle2Csv([header, ...shuffled].join('\r\n')))).toBe(text);
});

test.each<[string, Belle2CsvOptions]>([
  ['cos_min', { angle: 'cos' }],
  ['charge of + and -', { charge: 'sign' }],
  ['charge of 1 and -1', { charge: 'number' }],
  ['working_point', { workingPoint: 'FixedThresh06' }],
  ['is_best_available', { bestAvailable: true }],
  ['iso_score of one bin', { isoScore: [-1, 1e9] }],
  ['PID', { pid: true }],
])('legacy variant %s reads to the same table', (_, options) => {
  const read = fromBelle2Csv(toBelle2Csv(two, options));
  expect(read.map((t) => ({ ...t, workingPoint: undefined }))).toEqual(
    two.map((t) => ({ ...t, workingPoint: undefined })),
  );
});

test('bins of θ: the cosines of their edges are those of the table, in reverse', () => {
  const [table] = fromBelle2Csv(toBelle2Csv(two[0], BELLE2_LEGACY));
  expect(table.axes[1].column).toBe('theta');
  table.axes[1].edges.forEach((e, i) => expect(Math.cos(e)).toBeCloseTo(two[0].axes[1].edges[2 - i], 14));
  expect(table.cells[0].ratio).toEqual(two[0].cells[2].ratio);
});

test('rows that are not the best available are left out and counted', () => {
  const lines = toBelle2Csv(sampleTable(), { bestAvailable: true }).trimEnd().split('\n');
  const worse = lines[1].replace(/True$/, 'False').replace(/^0.2,0.58/, '0.2,1.1');
  const warnings: [string, number?][] = [];
  const read = fromBelle2Csv([...lines, worse].join('\n'), {
    warn: (m, n) => warnings.push(n === undefined ? [m] : [m, n]),
  });
  expect(read[0].cells).toEqual(sampleTable().cells);
  expect(warnings).toEqual([['rows that are not the best available are left out', 1]]);
});

test('a table without PDG columns is about what its name or the caller says', () => {
  const text = toBelle2Csv(sampleTable()).replaceAll(/,321,321,/g, ',,,');
  expect(fromBelle2Csv(text, { path: 'tables/K_e_fakeRate_table.csv' })[0]).toMatchObject({
    reco: { name: 'e', pdg: 11 },
    truth: { name: 'K', pdg: 321 },
  });
  expect(fromBelle2Csv(text, { reco: K, truth: PI })[0]).toMatchObject({ reco: K, truth: PI });
  expect(code(() => fromBelle2Csv(text))).toBe('table.particle');
});

const code = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    if (error instanceof DatamcError) return error.data.code;
    throw error;
  }
  return 'none';
};

const row = (text: string, values: string): string => {
  const lines = text.trimEnd().split('\n');
  return [...lines, lines[1].replace(/^[^,]*,[^,]*,[^,]*,[^,]*,[^,]*,[^,]*,[^,]*/, values)].join('\n');
};

test.each([
  ['overlapping bins', '0.3,0.58,-0.866,0,-2,0,1', 'table.overlap'],
  ['the same bin twice', '0.2,0.58,-0.866,0,-2,0,1', 'table.overlap'],
  ['an edge across other bins', '4.5,9,-0.5,0.5,-2,0,1', 'table.grid'],
  ['edges that decrease', '9,4.5,-0.866,0,-2,0,1', 'table.edges'],
  ['a weight that is NaN', '4.5,9,-0.866,0,-2,0,nan', 'table.not-finite'],
  ['an empty weight', '4.5,9,-0.866,0,-2,0,', 'table.not-finite'],
  ['an infinite weight', '4.5,9,-0.866,0,-2,0,inf', 'table.not-finite'],
  ['an edge that is no number', '4.5,x,-0.866,0,-2,0,1', 'table.cell'],
])('%s: refused', (_, values, expected) => {
  expect(code(() => fromBelle2Csv(row(toBelle2Csv(sampleTable()), values)))).toBe(expected);
});

test('a negative error and a ragged row are refused, with their line', () => {
  const text = toBelle2Csv(sampleTable());
  expect(() =>
    fromBelle2Csv(
      text.replace(/\n([^\n]*?,){7}0\./, (m) => m.replace(/0\.$/, '-0.')),
      { path: 't.csv' },
    ),
  ).toThrow(/negative/);
  expect(code(() => fromBelle2Csv(`${text}1,2\n`))).toBe('table.csv');
});
