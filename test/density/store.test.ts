import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newApplyCounts, resampler } from '../../src/density/apply-block.js';
import { templateFromColumns } from '../../src/density/from-blocks.js';
import { loadTemplate, saveTemplate } from '../../src/density/store.js';
import { seedKey } from '../../src/stats/key.js';
import { gaussianToy } from './toys.js';

let dir = '';
beforeAll(async () => (dir = await mkdtemp(path.join(tmpdir(), 'density-'))));
afterAll(() => rm(dir, { recursive: true }));

describe('a saved density', () => {
  const { k, x } = gaussianToy(1, 3000);
  const spec = {
    name: 'toy',
    method: 'kernel',
    variables: [{ name: 'x', nodes: 30 }],
    given: [{ name: 'k', nodes: 5 }],
    replicas: 2,
  } as const;

  it('is the same to the last bit, and so is what it draws; equal densities have equal bytes', async () => {
    const { template } = await templateFromColumns({ k, x }, spec);
    const again = (await templateFromColumns({ k, x }, spec)).template;
    const [one, two] = [path.join(dir, 'one.json'), path.join(dir, 'two.json')];
    await saveTemplate(one, template);
    await saveTemplate(two, again);
    expect(await readFile(path.join(dir, 'one.npy'))).toEqual(await readFile(path.join(dir, 'two.npy')));
    const read = await loadTemplate(one);
    expect(read).toEqual({ ...template, facts: JSON.parse(JSON.stringify(template.facts)) as unknown });
    const draw = (t: typeof template) =>
      resampler(t, { key: seedKey(1), suffix: 'r' }).apply({ rows: 3000, first: 0, given: [k] }, newApplyCounts());
    expect(draw(read)).toEqual(draw(template));
  });

  it('is refused where it is damaged, alone, or something else', async () => {
    const { template } = await templateFromColumns({ k, x }, spec);
    const file = path.join(dir, 'bad.json');
    const [, numbers] = await saveTemplate(file, template);
    const bytes = await readFile(numbers);
    bytes[bytes.length - 100] ^= 1;
    await writeFile(numbers, bytes);
    await expect(loadTemplate(file)).rejects.toThrow('its checksum is not the one');
    await rm(numbers);
    await expect(loadTemplate(file)).rejects.toThrow('there is no');
    await writeFile(file, '{"format":"other"}');
    await expect(loadTemplate(file)).rejects.toThrow('no density that datamc has written');
    await expect(loadTemplate(path.join(dir, 'none.json'))).rejects.toThrow('cannot read');
  });
});
