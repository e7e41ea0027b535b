import { Command } from 'commander';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { addGlobals } from '../../src/cli/globals.js';
import { register } from '../../src/cli/plot.js';
import { axisOf } from '../../src/studies/axis-of.js';
import type { Figure, PointsLayer, StepsLayer } from '../../src/figures/figure.js';
import { normals, seedKey } from '../../src/stats/key.js';

let dir = '';
beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'plot-'));
  const table = (key: string, n: number, scale: number): string => {
    const z = normals(seedKey(3).split(key), n);
    return ['x,w,run', ...Array.from(z, (v, i) => `${v * scale},${i % 3},${i % 2}`), 'nan,1,0', ''].join('\n');
  };
  await writeFile(path.join(dir, 'data.csv'), table('data', 3000, 1.1));
  await writeFile(path.join(dir, 'mc1.csv'), table('mc1', 2000, 1));
  await writeFile(path.join(dir, 'mc2.csv'), table('mc2', 2000, 1));
});
afterAll(() => rm(dir, { recursive: true }));

/** Runs the command with files of `dir`; gives what `--json` printed and the figure's numbers. */
async function plot(...argv: string[]): Promise<{ result: Record<string, number | string[]>; figure: Figure }> {
  const program = new Command('datamc').exitOverride().configureOutput({ writeErr: () => {} });
  register(program);
  addGlobals(program);
  const lines: string[] = [];
  const stdout = vi.spyOn(process.stdout, 'write').mockImplementation((text) => lines.push(String(text)) > 0);
  const stderr = vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
  try {
    const full = argv.map((word) =>
      word.endsWith('.csv') ? word.replace(/[\w*]+\.csv$/, (f) => path.join(dir, f)) : word,
    );
    await program.parseAsync(['plot', ...full, '--out', path.join(dir, 'out'), '--json', '--jobs', '1'], {
      from: 'user',
    });
  } finally {
    stdout.mockRestore();
    stderr.mockRestore();
  }
  const figure = JSON.parse(await readFile(path.join(dir, 'out.json'), 'utf8')) as Figure;
  return { result: JSON.parse(lines.join('')) as Record<string, number | string[]>, figure };
}

const both = ['--data', 'data.csv', '--simulation', 'mc1.csv', 'mc2.csv'];
const sum = (values: ArrayLike<number | null>): number => Array.from(values).reduce<number>((a, b) => a + (b ?? 0), 0);

describe('datamc plot', () => {
  it('fills every event into one bin, several files as one sample, and counts what is left out', async () => {
    const { result, figure } = await plot(...both, '--x', 'x', '--bins', '-2:2:20', '--normalise', 'none');
    expect(Number(result['data.sum']) + Number(result['data.outside'])).toBe(3000);
    expect(Number(result['Simulation.sum']) + Number(result['Simulation.outside'])).toBe(4000);
    const layers = figure.panels[0]?.layers ?? [];
    const data = layers.find((l) => l.kind === 'points') as PointsLayer;
    expect(sum(data.y)).toBe(result['data.sum']);
    expect(sum((layers.find((l) => l.kind === 'steps') as StepsLayer).values)).toBe(result['Simulation.sum']);
    expect(Number(result['Simulation.ndf'])).toBe(20);
    expect(result['files']).toEqual(['svg', 'png', 'pdf', 'json'].map((ending) => path.join(dir, `out.${ending}`)));
  });

  it('cuts, defines, weighs and corrects', async () => {
    const options = [
      '--define',
      'y=2 * x',
      '--select',
      'run == 1',
      '--weight',
      'w',
      '--bins=-100,100',
      '--normalise',
      'none',
    ];
    const { result } = await plot(...both, '--x', 'y', '--after', 'y * 1.1', ...options);
    expect(result['data.sum']).toBe(1500);
    // Rows 1, 3, 5, … of 2 000 weigh 1, 0, 2, 1, 0, 2, …: 333 × 3 + 1 in each of two files.
    expect(result['Simulation, before.sum']).toBe(2000);
    expect(result['Simulation, after.sum']).toBe(result['Simulation, before.sum']);
  });

  it('stacks named samples', async () => {
    const samples = ['--data', 'data.csv', '--simulation', 'One=mc1.csv', 'Two=mc2.csv', '--stack'];
    const { figure, result } = await plot(
      ...samples,
      '--x',
      'x',
      '--bins',
      'quantiles:4',
      '--label',
      'experiment=LHCb',
    );
    const steps = (figure.panels[0]?.layers ?? []).filter((l) => l.kind === 'steps');
    expect(steps.map((l) => l.label)).toEqual(['Two', 'One']);
    expect(figure.label).toEqual({ experiment: 'LHCb' });
    expect(result['data.outside']).toBe(0);
  });

  it.each([
    [['--simulation', 'mc1.csv', '--x', 'x'], '--data is missing'],
    [[...both, '--x', 'xx'], 'unknown column "xx"'],
    [[...both, '--x', 'x', '--after', 'x +'], 'ends too early'],
    [['--data', 'nothing*.csv', '--simulation', 'mc1.csv', '--x', 'x'], 'no file matches'],
    [[...both, '--x', 'x', '--select', 'x > 100'], 'no'],
    [[...both, '--x', 'x', '--normalise', 'one'], 'unknown --normalise'],
  ])('says what is wrong: %j', async (argv, message) => {
    await expect(plot(...argv)).rejects.toMatchObject({
      status: 2,
      message: expect.stringContaining(message) as string,
    });
  });
});

describe('axisOf', () => {
  const sample = normals(seedKey(1), 5000);
  it('finds round edges that hold all but the outermost thousandths', () => {
    const { edges } = axisOf('x', undefined, sample, {});
    expect(edges.length).toBeGreaterThan(40);
    expect(Array.from(edges).every((e) => Math.abs(e * 10 - Math.round(e * 10)) < 1e-9)).toBe(true);
    expect(edges[0]).toBeLessThan(-2.9);
  });

  it('gives whole numbers a bin each', () => {
    expect(Array.from(axisOf('n', undefined, Float64Array.of(3, 4, 5, 4, 3), {}).edges)).toEqual([2.5, 3.5, 4.5, 5.5]);
  });

  it('takes positive values alone on a logarithmic axis, and survives none', () => {
    const { edges } = axisOf('x', undefined, Float64Array.of(-1, 0, Number.NaN, 1, 10.5), { log: true });
    expect([edges[0], edges[40]]).toEqual([1, 10.5]);
    expect(axisOf('x', undefined, new Float64Array(), {}).edges).toHaveLength(2);
    expect(Array.from(axisOf('x', undefined, Float64Array.of(2.5, 2.5), {}).edges)).toEqual([2, 3]);
  });
});
