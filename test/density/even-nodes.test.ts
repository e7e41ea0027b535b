import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { evenDensity } from '../../src/density/even-nodes.js';
import type { Template } from '../../src/density/template.js';
import { openRoot } from '../../src/events/root/reader.js';
import { writeMeerkat } from '../../src/formats/meerkat.js';
import { plainAxis } from './toys.js';

const template = (given: Template['given'], variables: Template['variables'], values: number[]): Template => ({
  name: 't',
  method: 'kernel',
  given,
  variables,
  variations: { nominal: { values: Float64Array.from(values), clipped: 0 } },
  statistics: new Float64Array(1),
  facts: {},
});

test('even nodes keep their values, mean 1, the first axis fastest: variables, then given columns', () => {
  const t = template([plainAxis('k', 2)], [plainAxis('x', 3)], [1, 2, 3, 4, 5, 9]);
  const { axes, values } = evenDensity(t);
  expect(axes.map(({ name, nodes }) => [name, nodes])).toEqual([
    ['x', 3],
    ['k', 2],
  ]);
  expect([...values]).toEqual([1, 2, 3, 4, 5, 9].map((v) => v / 4));
});

test('a stretched axis: the density is per unit of the column', () => {
  // y = x² by straight pieces; a density of 1 in y is the slope of the pieces in x.
  const x = [0, 0.25, 0.5, 0.75, 1];
  const bent = plainAxis('x', 5, 0, 1, { normaliser: { kind: 'flatten', x, y: x.map((v) => v * v) } });
  const { values } = evenDensity(template([], [bent], [1, 1, 1, 1, 1]), 'nominal', 9);
  const slope = (v: number) => [0.25, 0.75, 1.25, 1.75][Math.min(3, Math.floor(v / 0.25))];
  const expected = Array.from({ length: 9 }, (_, i) => slope(i / 8));
  const mean = expected.reduce((a, b) => a + b) / 9;
  values.forEach((v, i) => expect(v).toBeCloseTo(expected[i] / mean, 12));
});

test('an atom is a peak at the nearest node with its mass', () => {
  const axis = plainAxis('x', 5, 0, 1, { atoms: [{ value: 0.26, mass: 0.5 }] });
  // Half of the mass flat between 0 and 1, half in the atom: 0.5 a unit, and 0.5 / 0.25 at the node 0.25.
  const { values } = evenDensity(template([], [axis], [0.5, 0.5, 0.5, 0.5, 0.5, 0.5]));
  const expected = [0.5, 2.5, 0.5, 0.5, 0.5];
  values.forEach((v, i) => expect(v).toBeCloseTo(expected[i] / 0.9, 12));
});

// PIDGen2 reads templates of its predecessor so: bins of DimTree, then dens and inphsp of MapTree in Fortran order.
test('the trees are Meerkat’s', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'datamc-meerkat-'));
  const out = path.join(folder, 'x.root');
  await writeMeerkat(out, evenDensity(template([plainAxis('k', 2)], [plainAxis('x', 3)], [1, 2, 3, 4, 5, 9])));
  const file = await openRoot(out);
  const column = async (tree: string, name: string) =>
    [...((await (await file.tree(tree)).read([name])).get(name)?.values as Float32Array)].map(Number);
  expect(await column('DimTree', 'bins')).toEqual([3, 2]);
  expect(await column('MapTree', 'dens')).toEqual([0.25, 0.5, 0.75, 1, 1.25, 2.25]);
  expect(await column('MapTree', 'inphsp')).toEqual([1, 1, 1, 1, 1, 1]);
  file.close();
  rmSync(folder, { recursive: true });
});
