import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { tablesCorrectionSet } from '../../src/formats/correctionlib/binned-table.js';
import { compileCorrection, type Row } from '../../src/formats/correctionlib/evaluate.js';
import { writeCorrectionSet } from '../../src/formats/correctionlib/file.js';
import { pyhfModifiers, pyhfSample } from '../../src/formats/pyhf-modifiers.js';
import { toParticleWeighting } from '../../src/formats/tables/particle-weighting.js';
import { toSysvar1d } from '../../src/formats/tables/sysvar-1d.js';
import { toSysvarStudyYaml, type SysvarStudy } from '../../src/formats/tables/sysvar-study.js';
import { BELLE2_LEGACY, toBelle2Csv } from '../../src/formats/tables/to-belle2-csv.js';
import { eigenTemplates } from '../../src/hist/eigen-templates.js';
import { rowCells } from '../../src/hist/row-cells.js';
import type { TableAxis } from '../../src/hist/weight-table.js';
import { normals, seedKey, uniforms } from '../../src/stats/key.js';
import { nextDown, nextUp } from '../../src/stats/ulp.js';
import { AXES, PI, sampleTable } from '../formats/tables/sample-tables.js';

const python = process.env['DATAMC_PYTHON'] ?? 'python3';
const dir = mkdtempSync(join(tmpdir(), 'datamc-pid-tables-'));
afterAll(() => rmSync(dir, { recursive: true }));

function ask<T>(key: string, request: object): T {
  const file = join(dir, `${key}.json`);
  writeFileSync(file, JSON.stringify({ [key]: request }));
  const script = join(import.meta.dirname, 'pid-tables.py');
  const reply = execFileSync(python, [script, file], { maxBuffer: 1 << 28, encoding: 'utf8' });
  return (JSON.parse(reply) as Record<string, T>)[key];
}

/** Values on, just below and just above every edge, and between. */
const near = (axis: TableAxis): number[] =>
  axis.edges
    .flatMap((e) => [nextDown(e), e, nextUp(e)])
    .concat(axis.edges.slice(1).map((e, i) => 0.5 * (e + axis.edges[i])));

test('correctionlib: our values in its hands, on both sides of every edge, in holes and outside', async () => {
  const table = sampleTable({ holes: [5], sources: { 'syst:sweights': 0.4 } });
  const set = tablesCorrectionSet([table]);
  const file = join(dir, 'tables.json');
  await writeCorrectionSet(file, set);
  const variations = ['nominal', 'up', 'down', 'stat_up', 'syst:sweights_down'];
  const [p, c, q] = table.axes.map(near);
  const rows: Row[] = p.flatMap((x) => c.flatMap((y) => q.map((z, i): Row => [variations[i % 5], x, y, z])));
  const ours = compileCorrection(set.corrections[0]);
  const theirs = ask<(number | null)[]>('correctionlib', { file, name: 'K_efficiency_kaonID_0.6', rows });
  let [inside, refused] = [0, 0];
  rows.forEach((row, i) => {
    let value: number | null = null;
    try {
      value = ours(row);
    } catch {
      refused++;
    }
    if (value === null) return expect(theirs[i], row.join()).toBe(null);
    inside++;
    // The package parses numbers of 17 digits to a few parts in 10¹⁶.
    expect(Math.abs((theirs[i] ?? NaN) - value), row.join()).toBeLessThan(1e-15 * Math.abs(value) * 4);
  });
  expect([inside > 300, refused > 500]).toEqual([true, true]);
});

test('correctionlib: the bin of every value is that of the right-closed table', async () => {
  const table = sampleTable();
  const file = join(dir, 'bins.json');
  await writeCorrectionSet(file, tablesCorrectionSet([table], { outOfRange: -1 }));
  const [p, c, q] = AXES.map(near);
  const all = p.flatMap((x) => c.flatMap((y) => q.map((z) => [x, y, z])));
  const theirs = ask<number[]>('correctionlib', {
    file,
    name: 'K_efficiency_kaonID_0.6',
    rows: all.map((row) => ['nominal', ...row]),
  });
  const cells = new Int32Array(all.length);
  rowCells(AXES)(
    AXES.map((_, a) => Float64Array.from(all, (row) => row[a])),
    cells,
  );
  all.forEach((row, i) => {
    const expected = cells[i] < 0 ? -1 : table.cells[cells[i]].ratio.value;
    expect(theirs[i], row.join()).toBeCloseTo(expected, 14);
  });
});

test.each([
  ['as it is', {}],
  ['charge + and −', { charge: 'sign' }],
  ['charge 1 and −1, cos_min', { charge: 'number', angle: 'cos' }],
  ['θ in radians, one isolation bin, working point', BELLE2_LEGACY],
] as const)(
  'Belle II CSV, %s: pandas finds the same weights by right-closed intervals, |PDG| and |mcPDG|',
  (_, options) => {
    const [a, b] = [sampleTable({ holes: [2] }), sampleTable({ truth: PI, seed: 2 })];
    const file = join(dir, 'belle2.csv');
    writeFileSync(file, toBelle2Csv([a, b], options));
    const n = 600;
    const u = (name: string) => uniforms(seedKey(4).split(name), n);
    const pick = (name: string, values: readonly number[]) =>
      [...u(name)].map((x) => values[Math.floor(x * values.length)]);
    const events = {
      p: pick('p', near(AXES[0])),
      cosTheta: pick('c', near(AXES[1])),
      charge: pick('q', [-1, 1]),
      PDG: pick('r', [321, -321]),
      mcPDG: pick('t', [321, -321, 211, -211, 13]),
    };
    // A value on an edge of θ is, up to rounding, on either side of it.
    if ('angle' in options && options.angle === 'theta')
      events.cosTheta = events.cosTheta.map((c) => (AXES[1].edges.some((e) => Math.abs(c - e) < 1e-9) ? c - 0.01 : c));
    const theta = events.cosTheta.map((c) => Math.acos(Math.max(-1, Math.min(1, c))));
    const theirs = ask<(number | null)[]>('belle2', { file, events: { ...events, theta } });
    const cells = new Int32Array(n);
    rowCells(AXES)(
      [events.p, events.cosTheta, events.charge].map((v) => Float64Array.from(v)),
      cells,
    );
    const found = Array.from(cells, (cell, i) => {
      const table = { 321: a, 211: b }[Math.abs(events.mcPDG[i])];
      const value = cell < 0 ? undefined : table?.cells[cell].ratio.value;
      return value === undefined || Number.isNaN(value) ? null : value;
    });
    expect(theirs).toEqual(found);
    expect(found.filter((v) => v !== null).length).toBeGreaterThan(100);
  },
);

test('ParticleWeighting payload: its half-open bins find the weights of the right-closed table', () => {
  const table = sampleTable({ holes: [2] });
  const file = join(dir, 'weighting.json');
  writeFileSync(file, JSON.stringify(toParticleWeighting(table, undefined, { outOfRange: { Weight: -1 } })));
  const [p, c, q] = AXES.map(near);
  const all = p.flatMap((x) => c.flatMap((y) => q.map((z) => [x, y, z])));
  const columns = AXES.map((_, a) => all.map((row) => row[a]));
  const events = Object.fromEntries(AXES.map(({ column }, a) => [column, columns[a]]));
  const theirs = ask<number[]>('payload', { file, events });
  const cells = new Int32Array(all.length);
  rowCells(AXES)(
    columns.map((column) => Float64Array.from(column)),
    cells,
  );
  const ours = Array.from(cells, (cell) => (cell < 0 || cell === 2 ? -1 : table.cells[cell].ratio.value));
  expect(theirs).toEqual(ours);
});

test('SysVar YAML of type 1D: its queries find our weights; the configuration of a study is that for PyYAML', () => {
  const table = sampleTable({ axes: [AXES[0]], truth: PI, holes: [1] });
  const file = join(dir, 'sysvar.yaml');
  writeFileSync(file, toSysvar1d(table));
  // Inside the bins: on which side they are closed differs.
  const [a, b] = [0, 2].map((i) => table.cells[i].ratio.value);
  const events = {
    p: [0.3, 0.7, 2, 5, 0.3, 0.3, 2],
    PDG: [321, 321, -321, 321, 211, 321, 321],
    mcPDG: [211, 211, -211, 211, 211, 321, -211],
  };
  expect(ask<number[]>('sysvar1d', { file, events })).toEqual([a, 1, b, 1, 1, 1, b]);
  const systematic = {
    weight: 'Weight',
    prefices: ['K'],
    reco_channels: { include: null, exclude: ['e'] },
    templates: null,
  };
  const study: SysvarStudy = {
    output_filepath: './out.root',
    reco_channel_id_column: 'channel',
    reco_channels: { e: [0], mu: [1, 2] },
    template_id_column: 'template',
    templates: ['signal', 'bkg'],
    total_weight: 'total_weight',
    MC_prod: 'MC15rd',
    Nvar: 500,
    bins: { e: { mass: [0, 0.1, 1e-7 + 0.2] }, mu: { mass: [0, 1], angle: [-1, 0, 1] } },
    systematics: { kID: systematic },
  };
  writeFileSync(file, toSysvarStudyYaml(study));
  expect(ask<SysvarStudy>('yaml', { file })).toEqual(study);
});

test('pyhf: accepts the modifiers; expected data are ours', () => {
  const nominal = [120, 150, 90, 60, 30];
  const z = normals(seedKey(5), 5 * 200);
  const variations = Array.from({ length: 200 }, (_, i) =>
    nominal.map((h, j) => h * (1 + 0.03 * z[5 * i] + 0.02 * z[5 * i + 1] * (j - 2) + 0.01 * z[5 * i + 2] * (j % 2))),
  );
  const { templates } = eigenTemplates(nominal, variations, { keep: 3 });
  expect(templates).toHaveLength(3);
  const parameters = [{}, { pid_0: 1 }, { pid_1: -1 }, { pid_0: 1, pid_1: -1, pid_2: 1 }, { pid_0: 0.37, pid_2: -1.6 }];
  const at = (alpha: Readonly<Record<string, number>>): number[] =>
    nominal.map((h, j) => h + templates.reduce((s, t, k) => s + (alpha[`pid_${k}`] ?? 0) * t[j], 0));
  const whole = pyhfSample('signal', nominal, pyhfModifiers('pid', nominal, templates));
  const theirs = ask<number[][]>('pyhf', { sample: whole, parameters });
  parameters.forEach((p, i) => at(p).forEach((v, j) => expect(theirs[i][j]).toBeCloseTo(v, 9)));
  // Rate and shape apart meet the template at ±1σ of one nuisance.
  const split = pyhfSample('signal', nominal, pyhfModifiers('pid', nominal, templates, { form: 'split' }));
  const one = [{}, { pid_0: 1 }, { pid_1: -1 }, { pid_2: 1 }];
  const apart = ask<number[][]>('pyhf', { sample: split, parameters: one });
  one.forEach((p, i) => at(p).forEach((v, j) => expect(apart[i][j]).toBeCloseTo(v, 9)));
});
