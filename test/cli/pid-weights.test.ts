import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { normals, seedKey, uniforms } from '../../src/stats/key.js';
import { momentumToy } from '../fit/momentum-toy.js';
import { datamc } from '../helpers/command.js';
import { temporaryFolder } from '../helpers/toy-run.js';

const dir = temporaryFolder();
const at = (name: string): string => path.join(dir, name);
const key = seedKey(71);

function csv(name: string, columns: Readonly<Record<string, ArrayLike<number>>>): void {
  const names = Object.keys(columns);
  const rows = Array.from(columns[names[0]], (_, e) => names.map((n) => columns[n][e]).join(','));
  writeFileSync(at(name), `${[names.join(','), ...rows].join('\n')}\n`);
}

function table(name: string): Record<string, string[]> {
  const [head, ...lines] = readFileSync(at(name), 'utf8').trim().split('\n');
  const cells = lines.map((line) => line.split(','));
  return Object.fromEntries(head.split(',').map((column, c) => [column, cells.map((row) => row[c])]));
}

const sumOf = (values: readonly string[], keep: (row: number) => boolean = () => true): number =>
  values.reduce((s, v, row) => s + (keep(row) ? Number(v) : 0), 0);
const answer = (said: { out: string }) => JSON.parse(said.out) as Record<string, never>;

/** A kinematic variable, two selections and a PID response of some events. */
function sample(name: string, n: number, mean: number, pass: number) {
  const k = key.split(name);
  const x = normals(k.split('x'), n).map((z) => mean + z);
  const y = normals(k.split('y'), n).map((z) => mean / 2 + z);
  const id = uniforms(k.split('id'), n).map((u) => (u < pass ? 0.9 : 0.1));
  return { x, y, id };
}

beforeAll(() => {
  const [s, b] = [sample('s', 1200, 1, 0.9), sample('b', 800, -1, 0.2)];
  const join = (c: 'x' | 'y' | 'id') => Float64Array.of(...s[c], ...b[c]);
  csv('data.csv', { x: join('x'), y: join('y'), id: join('id'), run: join('x').map((_, e) => e) });
  csv('mc-b.csv', { ...sample('mb', 1600, -1, 0.2), w: new Float64Array(1600).fill(2) });
  csv('mc-s.csv', sample('ms', 1600, 1, 0.9));
});

test('pid template-weights: one file whose sums are background subtracted, with variants of the scale', async () => {
  const said = await datamc(
    ...['pid', 'template-weights', at('data.csv'), at('sub.csv'), '--background', `qqbar=${at('mc-b.csv')}:0.25:0.1`],
    ...['--background-weight', 'w', '--json'],
  );
  expect(said).toMatchObject({ status: 0, err: '' });
  // 2000 recorded, less 1600 events of weight 2 · 0.25.
  expect(answer(said)).toMatchObject({
    rows: 3600,
    parts: { data: { rows: 2000, sum: 2000 }, qqbar: { rows: 1600, sum: -800, error: 20 } },
    signal: { value: 1200, error: Math.sqrt(2400) },
    columns: ['x', 'y', 'id', 'sWeight_part', 'sWeight_nominal', 'sWeight_qqbar_up', 'sWeight_qqbar_down'],
  });
  const out = table('sub.csv');
  const w = out['sWeight_nominal'];
  const efficiency = sumOf(w, (row) => Number(out['id'][row]) > 0.5) / sumOf(w);
  // 4 σ of √(ε(1 − ε)/n) with the noise of what is subtracted.
  expect(Math.abs(efficiency - 0.9)).toBeLessThan(4 * 0.02);
  expect(sumOf(out['sWeight_qqbar_up'])).toBeCloseTo(1200 - 80, 6);
  expect(new Set(out['sWeight_part'])).toEqual(new Set(['data', 'qqbar']));
  const bad = await datamc(
    'pid',
    'template-weights',
    at('data.csv'),
    at('x.csv'),
    '--background',
    `q=${at('mc-b.csv')}:-1`,
  );
  expect(bad.status).toBe(2);
  expect(bad.err).toContain('the scale of "q" is -1');
});

test('pid abcd-weights: every row kept, weights that add up to the signal', async () => {
  const cuts = ['--first', 'x > 0', '--second', 'y > 0', '--select', 'run >= 100'];
  const said = await datamc(
    'pid',
    'abcd-weights',
    at('data.csv'),
    at('abcd.csv'),
    ...cuts,
    '--leakage',
    'B=0.19',
    '--json',
  );
  expect(said.status).toBe(0);
  const { signal, counts, rows, cut } = answer(said) as unknown as Record<string, { value: number } & number>;
  expect([Number(rows), Number(cut)]).toEqual([2000, 100]);
  expect(Object.values(counts).reduce((s: number, v) => s + Number(v), 0)).toBe(1900);
  const out = table('abcd.csv');
  expect(out['x'].length).toBe(2000);
  expect(sumOf(out['sWeight_nominal'])).toBeCloseTo(signal.value, 6);
  expect(sumOf(out['sWeight_nominal'], (row) => Number(out['run'][row]) < 100)).toBe(0);
  const empty = await datamc(
    'pid',
    'abcd-weights',
    at('data.csv'),
    at('y.csv'),
    '--first',
    'x > -99',
    '--second',
    'y > 0',
  );
  expect(empty.status).toBe(2);
  expect(empty.err).toContain('a control region has no background left');
});

test('pid classifier-weights: sWeights in the output, the efficiency as in truth, and whether it may be trusted', async () => {
  const said = await datamc(
    ...['pid', 'classifier-weights', at('data.csv'), at('cls.csv'), '--signal', at('mc-s.csv')],
    ...['--background', `qqbar=${at('mc-b.csv')}`, '--features', 'x,y', '--control', 'id', '--replicas', '1'],
    ...['--folds', '2', '--epochs', '3', '--seed', '3', '--json'],
  );
  expect(said.status).toBe(0);
  const found = answer(said) as unknown as { yields: Record<string, number>; valid: boolean; columns: string[] };
  expect(found.columns).toEqual(['sWeight_nominal', 'sWeight_template_0', 'sWeight_output']);
  expect(found.valid).toBe(true);
  expect(Math.abs(found.yields['signal'] - 1200)).toBeLessThan(4 * 45);
  const out = table('cls.csv');
  const w = out['sWeight_nominal'];
  expect(sumOf(w)).toBeCloseTo(found.yields['signal'], 4);
  const efficiency = sumOf(w, (row) => Number(out['id'][row]) > 0.5) / sumOf(w);
  expect(Math.abs(efficiency - 0.9)).toBeLessThan(4 * 0.015);
});

test('pid factorisation: the bin with a correlation is told, and the reason; without it all is valid', async () => {
  for (const correlated of [true, false]) {
    const toy = momentumToy(seedKey(20).split('toy', 0), 20_000, 0.2, correlated);
    csv('dst.csv', { M: toy.mass, p: toy.p, signal: toy.signal });
    const said = await datamc(
      ...['pid', 'factorisation', at('dst.csv'), '--variable', 'M', '--control', 'p', '--bins', 'p=0.3,1,1.5,4'],
      ...[
        '--sideband',
        '1.80,1.835',
        '--sideband',
        '1.895,1.95',
        '--signal',
        at('dst.csv'),
        '--truth',
        'signal == 1',
        '--json',
      ],
    );
    expect(said.status).toBe(0);
    const { valid, bins, tests } = answer(said) as unknown as {
      valid: boolean;
      bins: Record<string, { status: string; reasons: string[] }[]>;
      tests: { sample: string; significant: boolean }[];
    };
    expect(tests.length).toBe(4);
    expect(valid).toBe(!correlated);
    expect(bins['p'][0].status).toBe(correlated ? 'invalid' : 'valid');
    if (correlated) expect(bins['p'][0].reasons[0]).toContain('side bands: the fit variable');
    expect(tests.filter((t) => t.sample === 'simulated signal' && t.significant)).toEqual([]);
  }
  const nothing = await datamc('pid', 'factorisation', at('dst.csv'), '--variable', 'M', '--control', 'p');
  expect(nothing.status).toBe(2);
  expect(nothing.err).toContain('nothing to test');
});

test.each([
  [['abcd-weights', '--first', 'xx > 0', '--second', 'y > 0'], 'unknown column "xx", at position 1 (first)'],
  [['abcd-weights', '--first', 'x > 0', '--second', 'y > 0', '--leakage', 'Q=3'], 'expected B=SHARE'],
  [['template-weights', '--background', 'q=absent.csv'], 'no file'],
  [['template-weights', '--background', 'data=a.csv'], 'two samples are called "data"'],
])('bad input of pid %s ends with two lines and status 2', async ([command, ...options], message) => {
  const { status, err } = await datamc('pid', command, at('data.csv'), at('bad.csv'), ...options);
  expect(status).toBe(2);
  expect(err).toContain(message);
});
