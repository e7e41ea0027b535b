import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { seedKey, uniforms } from '../../src/stats/key.js';
import { datamc } from '../helpers/command.js';
import { temporaryFolder } from '../helpers/toy-run.js';

const dir = temporaryFolder();
const at = (name: string): string => path.join(dir, name);
// Used as asym(a, b): between −1 and 1.
const own = ['--with', 'asym(x, y)=(x - y) / (x + y)'];

beforeAll(() => {
  for (const [name, seed] of [
    ['data.csv', 1],
    ['mc.csv', 2],
  ] as const) {
    const n = 600;
    const [a, b, p, m] = ['a', 'b', 'p', 'm'].map((column) => uniforms(seedKey(seed).split(column), n));
    const rows = Array.from(a, (v, i) => [v, b[i], p[i], m[i], 1, 1.1, 0.9].join(','));
    writeFileSync(at(name), ['a,b,p,m,Weight,Weight_0,Weight_1', ...rows].join('\n') + '\n');
  }
  const K = 'p_min,p_max,data_MC_ratio,PDG,mcPDG\n-1,0,0.9,321,321\n0,1,1.1,321,321\n';
  writeFileSync(at('K.csv'), K);
});

const [data, mc] = [at('data.csv'), at('mc.csv')];
const commands: Readonly<Record<string, readonly string[]>> = {
  plot: ['plot', '--data', data, '--simulation', mc, '--x', 'asym(a, b)', '--out', at('plot')],
  convert: ['convert', data, at('converted.csv'), '--define', 'd=asym(a, b)'],
  'abcd-weights': ['pid', 'abcd-weights', data, at('abcd.csv'), '--first', 'asym(a, b) > 0', '--second', 'p > 0.5'],
  'template-weights': [
    ...['pid', 'template-weights', data, at('subtracted.csv'), '--background', `mc=${mc}:0.1:0.1`],
    ...['--select', 'asym(a, b) > 0'],
  ],
  'classifier-weights': [
    ...['pid', 'classifier-weights', data, at('classified.csv'), '--signal', mc, '--background', `qq=${data}`],
    ...['--features', 'p,asym(a, b)', '--epochs', '1', '--folds', '2', '--bins', '4'],
  ],
  factorisation: ['pid', 'factorisation', data, '--variable', 'm', '--control', 'asym(a, b)', '--sideband', '0,1'],
  templates: ['pid', 'templates', data, '--variable', 'asym(a, b)', '--bins=-1:1:4'],
  fit: [
    ...['pid', 'fit', data, '--variable', 'asym(a, b)', '--range=-1,1', '--signal', 'gaussian'],
    ...['--background', 'chebyshev:1', '--sweights', at('weights.json')],
  ],
  kde: [
    ...['pid', 'kde', data, '--variables', 'p', '--given', 'asym(a, b)=4', '--method', 'histogram'],
    ...['--replicas', '0', '--out', at('density')],
  ],
  resample: ['pid', 'resample', at('density.json'), mc, at('resampled.csv')],
  transform: [
    ...['pid', 'transform', at('density.json'), at('density.json'), mc, at('transformed.csv')],
    ...['--compare', 'asym(b, a)', '--data', data],
  ],
  'apply, weights': ['apply', at('weights.json'), mc, at('weighted.csv')],
  'apply, tables': [
    ...['apply', at('K.csv'), mc, at('corrected.csv'), '--alias', 'p=asym(a, b)', '--weight-name', 'w'],
    ...['--particle', 'prefix=,reco=K,truth=K'],
  ],
};

test.each(Object.entries(commands))('%s: a variable of one’s own stands in its strings', async (_, words) => {
  const { err, out, status } = await datamc(...words, ...own, '--json', '--jobs', '1');
  expect(err).not.toContain('error');
  expect([status, typeof JSON.parse(out)]).toEqual([0, 'object']);
  const without = await datamc(...words, '--json', '--jobs', '1');
  expect(without.status).toBe(2);
  expect(without.err).toContain('asym');
});
