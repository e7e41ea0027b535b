import { expect, test } from 'vitest';
import { fromBinnedTable, tablesCorrectionSet } from '../../../src/formats/correctionlib/binned-table.js';
import { evaluateCorrection } from '../../../src/formats/correctionlib/evaluate.js';
import { parseCorrectionSet } from '../../../src/formats/correctionlib/file.js';
import { serialize } from '../../../src/formats/correctionlib/serialize.js';
import { fromWeightTablesSet } from '../../../src/formats/correctionlib/weight-tables.js';
import { NOT_MEASURED, rateCell } from '../../../src/formats/tables/estimates.js';
import {
  fromParticleWeighting,
  lidPayloadName,
  toParticleWeighting,
} from '../../../src/formats/tables/particle-weighting.js';
import { fromPidcalib2Binning, toPidcalib2Binning } from '../../../src/formats/tables/pidcalib2-binning.js';
import { fromSysvarCsv, toSysvarCsv } from '../../../src/formats/tables/sysvar.js';
import { weightTablesIn } from '../../../src/formats/tables/read-tables.js';
import { toSysvar1d } from '../../../src/formats/tables/sysvar-1d.js';
import { fromSysvarYaml, sysvarPid, toSysvarYaml } from '../../../src/formats/tables/sysvar-yaml.js';
import { fromTableCsv, toTableCsv } from '../../../src/formats/tables/table-csv.js';
import { toLatex, toMarkdown } from '../../../src/formats/tables/to-text-table.js';
import type { RateTable, WeightTable } from '../../../src/hist/weight-table.js';
import { nextDown, nextUp } from '../../../src/stats/ulp.js';
import { AXES, PI, sampleTable } from './sample-tables.js';

/** The table as formats without rates of the samples hold it. */
const withoutRates = (table: WeightTable): WeightTable => ({
  ...table,
  cells: table.cells.map((c) => {
    const none = rateCell(NOT_MEASURED, c.flags);
    return { ...c, data: none, simulation: none };
  }),
});

test('SysVar CSV: read ∘ write = identity for symmetric errors; both particles of a charge', () => {
  const tables = [sampleTable({ symmetric: true, holes: [2] }), sampleTable({ symmetric: true, truth: PI, seed: 3 })];
  const text = toSysvarCsv(tables);
  expect(text.split('\n')[0]).toBe(
    'dependant_variable_1,dependant_variable_2,dependant_variable_3,p_unit,p_label,p_min,p_max,cosTheta_unit,cosTheta_label,' +
      'cosTheta_min,cosTheta_max,charge_unit,charge_label,charge_min,charge_max,central_value,stat_corr,sys_corr,stat_uncorr,' +
      'sys_uncorr,total_error,PDG,mcPDG',
  );
  expect(text).toContain('"[321, -321]","[211, -211]"');
  expect(fromSysvarCsv(text, { variable: 'kaonID', threshold: 0.6 })).toEqual(tables.map(withoutRates));
});

test('SysVar: the public example of its tutorial', () => {
  // belle2/SysVar configs/sysvar_101/1D_csv_correction.csv (MIT): two bins of p, values 1.5 and 0.5.
  const text = `dependant_variable_1,p_unit,p_label,p_min,p_max,central_value,stat_corr,sys_corr,stat_uncorr,sys_uncorr,total_error,PDG,mcPDG
p,GeV,,0.5,1.0,1.5,0.02,0.003,0.03,,0.036180105,"[211, -211]",
p,GeV,,1.0,2.0,0.5,0.02,0.001,0.04,,0.044732538,"[211, -211]",
`;
  const [table] = fromSysvarCsv(text);
  expect(table).toMatchObject({ reco: PI, truth: PI, axes: [{ column: 'p', edges: [0.5, 1, 2] }] });
  expect(table.cells.map((c) => c.ratio.value)).toEqual([1.5, 0.5]);
  const total = table.cells.map(({ ratio }) => Math.hypot(...Object.values(ratio.sources).map((s) => s.up)));
  expect(total[0]).toBeCloseTo(0.036180105, 8);
  expect(total[1]).toBeCloseTo(0.044732538, 8);
});

test('SysVar YAML of type 1D: read ∘ write = identity for symmetric errors, every source by its name', () => {
  const axes = [AXES[0]];
  for (const sources of [{ 'syst:all': 0.5 }, { 'syst:sweights': 0.5, 'syst:closure': 0.2 }]) {
    const table = sampleTable({ symmetric: true, axes, truth: PI, holes: [1], sources });
    const text = toSysvar1d(table);
    expect(weightTablesIn(text, { variable: 'kaonID', threshold: 0.6 }).map((r) => r.table)).toEqual([
      withoutRates(table),
    ]);
  }
  expect(() => toSysvar1d(sampleTable())).toThrow('has one column');
});

test('SysVar YAML of type 1D: the public example of its tutorial', () => {
  // belle2/SysVar configs/sysvar_101/1D_correction.yaml (MIT); its third number of "sys" belongs to no bin and is refused.
  const text = (sys: string): string => `correction_type: 1D

dependant_variable: p # This has to be the name of the basf2 variable
unit: GeV
title: $\\mathrm{\\pi^{+}_{s}}$

min: [0.5, 1.0]
max: [1.0, 2.0]
corrections: [1.5, 0.5]

uncertainties:
  fully_correlated:
    stat_corr: [0.02, 0.02]
    sys: ${sys}
  uncorrelated:
    stat_uncorr: [0.03, 0.04,]

extra_cuts:
  PDG: [211, -211]

cov_matrix:`;
  const [{ table }] = weightTablesIn(text('[0.003, 0.001]'), {});
  expect(table).toMatchObject({ reco: PI, truth: PI, axes: [{ column: 'p', edges: [0.5, 1, 2] }] });
  expect(table.cells.map((c) => c.ratio.value)).toEqual([1.5, 0.5]);
  // The total errors of the same table as CSV, 1D_csv_correction.csv.
  const total = table.cells.map(({ ratio }) => Math.hypot(...Object.values(ratio.sources).map((s) => s.up)));
  expect(total[0]).toBeCloseTo(0.036180105, 8);
  expect(total[1]).toBeCloseTo(0.044732538, 8);
  expect(() => weightTablesIn(text('[0.0032, 0.003, 0.001]'), {})).toThrow('3 numbers for 2 corrections');
});

test('SysVar YAML: the keys of a PID correction, and back', () => {
  const description = sysvarPid(sampleTable({ truth: PI }), { tablePath: 'tables/' });
  expect(description).toMatchObject({
    correction_type: 'PID',
    rate: 'fake',
    momentum_variable: 'p',
    online_cut: 'kaonID > 0.6',
  });
  expect(fromSysvarYaml(toSysvarYaml(description))).toEqual(description);
});

test('ParticleWeighting payload: axes sorted, IDs, the map outside, both sides; read ∘ write = identity', () => {
  const sorted = [AXES[2], AXES[1], AXES[0]];
  const table = sampleTable({ axes: sorted, holes: [4] });
  const failing = sampleTable({ axes: sorted, seed: 5, side: 'notIdentified' });
  const payload = toParticleWeighting(table, failing, { outOfRange: { Weight: 0.9 }, iov: { experimentLow: 7 } });
  expect(payload.axes).toEqual(['charge', 'cosTheta', 'p']);
  expect(payload.name).toBe('ParticleReweighting:K_efficiency_kaonID_0.6');
  expect(payload.identified?.bins.map((b) => b.id)).toEqual([1, 2, 3, 4, 6, 7, 8, 9, 10, 11, 12]);
  expect(payload.identified?.outOfRange).toEqual({ id: -1, weights: { Weight: 0.9, StatErr: 0, SystErr: 0 } });
  expect(payload.iov).toEqual({ experimentLow: 7, runLow: 0, experimentHigh: -1, runHigh: -1 });
  const read = fromParticleWeighting(JSON.parse(JSON.stringify(payload)));
  expect(read).toEqual({ tables: [table, failing].map(withoutRates), outOfRange: [0.9, 0.9] });
  expect(lidPayloadName({ reco: { name: 'e', pdg: 11 }, threshold: 0.9 })).toBe('BelleLIDe_0.90');
});

test('ParticleWeighting: bins in another order of axes come back sorted by name, cell for cell', () => {
  const table = sampleTable();
  const { tables } = fromParticleWeighting(toParticleWeighting(table));
  expect(tables[0].axes).toEqual([AXES[2], AXES[1], AXES[0]]);
  expect(tables[0].cells[1].ratio).toEqual(table.cells[4].ratio);
});

test('correctionlib: read ∘ write = identity up to the rounding of value + shift; writing again gives the same evaluation', () => {
  const table = sampleTable({ holes: [7], sources: { 'syst:sweights': 0.7, 'syst:truth': -0.3 } });
  const set = parseCorrectionSet(JSON.parse(serialize(tablesCorrectionSet([table, sampleTable({ truth: PI })]))));
  expect(set.corrections.map((c) => c.name)).toEqual(['K_efficiency_kaonID_0.6', 'pi_K_fakeRate_kaonID_0.6']);
  const [read] = fromWeightTablesSet(set);
  expect({ ...read, cells: [] }).toEqual({ ...table, cells: [] });
  read.cells.forEach(({ ratio }, i) => {
    expect(ratio.value).toEqual(table.cells[i].ratio.value);
    for (const [name, { up, down }] of Object.entries(ratio.sources)) {
      expect(up).toBeCloseTo(table.cells[i].ratio.sources[name].up, 14);
      expect(down).toBeCloseTo(table.cells[i].ratio.sources[name].down, 14);
    }
  });
  expect(fromWeightTablesSet(tablesCorrectionSet(read))[0]).toEqual(read);
});

test('correctionlib: right-closed bins to the last bit, all variations', () => {
  const table = sampleTable({ axes: AXES.slice(0, 1), sources: { 'syst:sweights': 0.5 } });
  const [correction] = tablesCorrectionSet(table, { outOfRange: -1 }).corrections;
  const at = (p: number, variation = 'nominal'): number => evaluateCorrection(correction, { variation, p })[0];
  const { edges } = AXES[0];
  edges.forEach((e, i) => {
    const [below, above] = [table.cells[i - 1]?.ratio.value ?? -1, table.cells[i]?.ratio.value ?? -1];
    expect([at(nextDown(e)), at(e), at(nextUp(e))]).toEqual([below, below, above]);
  });
  const { value, sources } = table.cells[1].ratio;
  expect(at(1, 'stat_up')).toBe(value + sources['stat'].up);
  expect(at(1, 'syst:sweights_down')).toBe(value + sources['syst:sweights'].down);
  expect(at(1, 'up')).toBeCloseTo(value + Math.hypot(sources['stat'].up, sources['syst:sweights'].up), 14);
});

test('correctionlib: an error outside the bins and in holes, unless a value is given', () => {
  const [strict] = tablesCorrectionSet(sampleTable({ axes: AXES.slice(0, 1), holes: [1] })).corrections;
  const p = (v: number) => () => evaluateCorrection(strict, { variation: 'nominal', p: v });
  expect(p(5)).toThrow(/outside the bins/);
  expect(p(1)).toThrow(/no such category/);
  expect(p(0.5)).not.toThrow();
});

test('correctionlib: a left-closed binning of others reads to right-closed bins that hold the same values', () => {
  const table = fromBinnedTable({
    name: 'theirs',
    version: 1,
    inputs: [],
    output: { name: 'w', type: 'real' },
    data: {
      nodetype: 'category',
      input: 'variation',
      content: [
        {
          key: 'nominal',
          value: { nodetype: 'binning', input: 'pt', edges: [0, 1, 2], content: [0.9, 1.1], flow: 'clamp' },
        },
        { key: 'up', value: { nodetype: 'binning', input: 'pt', edges: [0, 1, 2], content: [1, 1.2], flow: 'clamp' } },
        {
          key: 'down',
          value: { nodetype: 'binning', input: 'pt', edges: [0, 1, 2], content: [0.8, 1], flow: 'clamp' },
        },
      ],
    },
  });
  expect(table?.axes).toEqual([{ column: 'pt', edges: [nextDown(0), nextDown(1), nextDown(2)] }]);
  expect(table?.cells[1].sources['stat'].up).toBeCloseTo(0.1, 12);
});

test('PIDCalib2 binning: its names of particles, and back', () => {
  const axes = { pi: [{ column: 'P', edges: [3000, 9300, 15600] }], K: [{ column: 'ETA', edges: [1.5, 5] }] };
  const text = toPidcalib2Binning(axes);
  expect(JSON.parse(text)).toEqual({ Pi: { P: [3000, 9300, 15600] }, K: { ETA: [1.5, 5] } });
  expect(fromPidcalib2Binning(text)).toEqual(axes);
  expect(() => fromPidcalib2Binning('{"Pi":{"P":[3000,15600,9300]}}')).toThrow(/do not increase/);
});

test('the CSV of datamc: read ∘ write = identity, signs of shifts included; external tables with `error`', () => {
  const table = sampleTable({ holes: [0], sources: { 'syst:sweights': -0.5 } });
  const text = toTableCsv(table);
  expect(text.split('\n')[0]).toBe(
    'p_min,p_max,cosTheta_min,cosTheta_max,charge_min,charge_max,value,up,down,stat_up,stat_down,syst:sweights_up,' +
      'syst:sweights_down,flags',
  );
  expect(text.split('\n')[1]).toMatch(/,{7},empty$/);
  expect(fromTableCsv(text)).toEqual({ axes: table.axes, cells: table.cells.map((c) => c.ratio) });
  const external = fromTableCsv('abseta_min,abseta_max,value,error\n0,0.8,0.001,0.0002\n0.8,1.5,0.004,0.0005\n');
  expect(external.cells[1]).toEqual({ value: 0.004, sources: { stat: { up: 0.0005, down: -0.0005 } } });
  const full = fromTableCsv('x_min,x_max,value,up,down\n0,1,2,0.1,0.2\n', { correlation: 'full' });
  expect(full.cells[0].sources).toEqual({ 'syst:table': { up: 0.1, down: -0.2 } });
});

test('Markdown and LaTeX: rounded after the smaller error, holes with their reason', () => {
  const table = sampleTable({ axes: AXES.slice(0, 1), holes: [2], symmetric: true });
  const text = toMarkdown(table);
  expect(text.split('\n')).toHaveLength(8);
  expect(text).toMatch(/\| 0\.2 – 0\.58 \| 0\.\d+ ± 0\.\d+ \(stat\) ± 0\.\d+ \(syst\) \|/);
  expect(text).toMatch(/\| 1\.1 – 4\.5 \| – \| – \| – \| empty \|/);
  const latex = toLatex(table, { label: 'tab:k' });
  expect(latex).toContain('\\label{tab:k}');
  expect(latex).toMatch(/\$0\.\d+ \\pm 0\.\d+\\,\\mathrm\{\(stat\)\} \\pm 0\.\d+\\,\\mathrm\{\(syst\)\}\$/);
  expect(latex.match(/\\\\$/gm)).toHaveLength(4);
});

test('Markdown: an error that is nothing beside the other asks for no digits; edges by quantiles are short', () => {
  const made = sampleTable({ axes: [{ column: 'p', edges: [3037.2223500402592, 36663.801441146185, 46158.604] }] });
  const ratio = {
    value: 0.93770491803,
    sources: { stat: { up: 0.031, down: -0.029 }, 'syst:b': { up: 2e-11, down: 0 } },
  };
  const text = toMarkdown({ ...made, cells: made.cells.map((c) => ({ ...c, ratio })) });
  expect(text).toContain('| 3037.22 – 36663.8 |');
  expect(text).toMatch(/\| 0\.9377 \+0\.0310 −0\.0290 \(stat\) \+?[ ±]*0\.0000/);
  // Edges that six digits do not tell apart have all of theirs.
  const near = sampleTable({ axes: [{ column: 'run', edges: [1234567, 1234568, 1234569] }] });
  expect(toMarkdown(near)).toContain('| 1234567 – 1234568 |');
});

test('LaTeX: braces and dollars pair, rows have one cell a column, special characters are escaped', () => {
  const cut = 'a_b[0] > 0.5 && c^2 < 3 || {d} == 50 % 7 # ~e \\ $f';
  const table = { ...sampleTable({ holes: [2] }), cut, precut: 'x & y' };
  const latex = toLatex(table);
  // What a TeX engine would trip over, outside of commands that were written here.
  const bare = latex.replace(/\\[a-zA-Z]+|\\[\\{}&%$#_,]/g, '');
  let [depth, dollars] = [0, 0];
  for (const letter of bare) {
    if (letter === '{') depth++;
    if (letter === '}') depth--;
    if (letter === '$') dollars++;
    expect(depth).toBeGreaterThanOrEqual(0);
    expect('#%~|'.includes(letter) && dollars % 2 === 0, letter).toBe(false);
    expect('^_'.includes(letter) && dollars % 2 === 0, letter).toBe(false);
  }
  expect([depth, dollars % 2]).toEqual([0, 0]);
  const columns = /\\begin\{tabular\}\{(l+)\}/.exec(latex)?.[1].length;
  const rows = latex.split('\n').filter((line) => line.endsWith('\\\\'));
  expect(rows).toHaveLength(1 + table.cells.length);
  for (const row of rows) expect(row.replaceAll('\\&', '').split('&')).toHaveLength(columns ?? 0);
  for (const name of ['table', 'tabular'])
    for (const side of ['begin', 'end']) expect(latex.split(`\\${side}{${name}}`)).toHaveLength(2);
});

test('tables of rates: the same CSV with counts, Markdown, and correctionlib with the name of the sample', () => {
  const weights = sampleTable({ axes: AXES.slice(0, 1), holes: [1] });
  const { reco, truth, variable, threshold, cut, precut, side, axes } = weights;
  const cells = weights.cells.map((c) => ({ ...c.data, passed: 80, tried: 100, entries: 101, method: 'sweights' }));
  const rates: RateTable = { axes, reco, truth, variable, threshold, cut, precut, side, sample: 'data', cells };
  const [header, first, second] = toTableCsv(rates).split('\n');
  expect(header).toMatch(/syst:all_down,passed,tried,entries,flags,method$/);
  expect(first).toMatch(/,80,100,101,,sweights$/);
  expect(second).toMatch(/^0.58,1.1,,,,,,,,80,100,101,empty,sweights$/);
  expect(toMarkdown(rates)).toContain('| p | rate | flags |');
  const [correction] = tablesCorrectionSet(rates).corrections;
  expect([correction.name, correction.output.name]).toEqual(['K_efficiency_kaonID_0.6_data', 'rate']);
  expect(evaluateCorrection(correction, { variation: 'nominal', p: 0.3 })[0]).toBe(cells[0].rate.value);
  expect(fromWeightTablesSet(tablesCorrectionSet([rates, weights]))).toHaveLength(1);
});
