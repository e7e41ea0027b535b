import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { cow } from '../../../../src/fit/cow.js';
import { sPlot } from '../../../../src/fit/splot.js';
import { weightsAt } from '../../../../src/fit/weight-function.js';
import { writeWeights } from '../../../../src/formats/weights-file.js';
import { basicMass } from '../../../fit/basic-toy.js';
import { exponential, gaussian } from '../../../fit/shapes.js';
import { datamc } from '../../../helpers/command.js';
import { temporaryFolder } from '../../../helpers/toy-run.js';

const dir = temporaryFolder();
const at = (name: string): string => path.join(dir, name);
const range = [0, 1] as const;
const shapes = [gaussian('signal', 0.493984, 0.0967359, range), exponential('background', 1.142857, range)];
const nominal = sPlot(shapes, { x: basicMass() }, range).weights;
const flat = cow(shapes, range, { variance: 'unity' }).weights;

/** Rows of a CSV file by column. */
function rows(name: string): Record<string, number[]> {
  const [head, ...lines] = readFileSync(at(name), 'utf8').trim().split('\n');
  const table = lines.map((line) => line.split(',').map(Number));
  return Object.fromEntries(head.split(',').map((column, c) => [column, table.map((row) => row[c])]));
}

beforeAll(async () => {
  const saved = { mode: 'Dst', variable: 'm', define: { m: 'mGeV / 1000' }, select: 'p > 1', weight: 'w' };
  await writeWeights(at('Dst.json'), { ...saved, variants: { nominal, flat } });
  // In the range, outside, cut, without a value, with a weight of its own.
  writeFileSync(at('in.csv'), 'mGeV,p,w\n500,2,1\n1500,2,1\n500,0.5,1\nnan,2,1\n250,3,-2\n');
});

test('datamc apply: a column a variant on every row; what has no weight is 0 and counted', async () => {
  const { out, err, status } = await datamc('apply', at('Dst.json'), at('in.csv'), at('out.csv'), '--json');
  expect(status).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ rows: 5, coverage: 0.4, weighted: 2, outside: 1, missing: 1, cut: 1 });
  expect(err).toContain('rows outside the range of m: weight 0 (1)');
  expect(err).toContain('rows that fail the cut of the fit, p > 1: weight 0 (1)');
  const table = rows('out.csv');
  expect(Object.keys(table)).toEqual(['mGeV', 'p', 'w', 'sWeight_nominal', 'sWeight_flat']);
  const [a, b] = [nominal, flat].map((w) => weightsAt(w, Float64Array.of(0.5, 0.25)));
  const close = (got: number[], expected: number[]) => got.forEach((v, e) => expect(v).toBeCloseTo(expected[e], 8));
  close(table['sWeight_nominal'], [a[0], 0, 0, 0, -2 * a[1]]);
  close(table['sWeight_flat'], [b[0], 0, 0, 0, -2 * b[1]]);
});

test('with --replicas every component; a file that lacks the variable, or has the columns already, exits 2', async () => {
  await datamc('apply', at('Dst.json'), at('in.csv'), at('all.csv'), '--replicas');
  expect(Object.keys(rows('all.csv'))).toContain('sWeight_flat_background');
  const again = await datamc('apply', at('Dst.json'), at('all.csv'), at('again.csv'));
  expect(again).toMatchObject({ status: 2 });
  expect(again.err).toContain('already has a column "sWeight_nominal"');
  writeFileSync(at('other.csv'), 'mass,p,w\n1,2,3\n');
  const other = await datamc('apply', at('Dst.json'), at('other.csv'), at('x.csv'));
  expect(other).toMatchObject({ status: 2 });
  expect(other.err).toContain('mGeV');
});
