import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as datamc from '../../src/index.js';
import { FAMILY_NAMES } from '../../src/fit/densities/families.js';
import type { FitResult } from '../../src/fit/result.js';
import { pdf } from '../../src/studies/pid/schema/pdf-schema.js';

const page = readFileSync('docs/pid-fit-densities.md', 'utf8');
const rows = [...page.matchAll(/^\| `(\w+)` +\| ([^|]*)\|/gm)]
  .map(([, name, parameters]) => ({ name, parameters }))
  .filter(({ name }) => name !== 'pdf');

test('the table has every density with its parameters', () => {
  expect(rows.map(({ name }) => name).sort()).toEqual([...FAMILY_NAMES].sort());
  for (const { name, parameters } of rows) {
    if (name === 'histogram' || name === 'kde' || name === 'chebyshev' || name === 'bernstein') continue;
    const spec = pdf.parse({ pdf: name });
    const made = datamc.buildPdf(spec, { ranges: { m: [1.8, 1.95] } });
    expect(made.pdf.parameters.map((p) => p.name)).toEqual([...parameters.matchAll(/`(\w+)`/g)].map((m) => m[1]));
  }
});

test('the program runs, and finds what it drew (4 errors: 1 in 16 000)', async () => {
  const [, program] = /```js\n([\s\S]*?)```/.exec(page) ?? [];
  const names = /import \{([^}]*)\}/.exec(program)?.[1] ?? '';
  const body = program.replace(/^import .*$/m, '').replace(/^console.*$/m, 'return fit;');
  // What a user writes in a module of his own: the names that he imports, and a body that may wait.
  const run = Object.getPrototypeOf(async () => {}).constructor as new (
    ...text: string[]
  ) => (library: typeof datamc) => Promise<FitResult>;
  const fit = await new run('library', `const {${names}} = library;\n${body}`)(datamc);
  expect(fit.status).toBe('converged');
  const { value, error } = fit.yields['signal'];
  expect(Math.abs(value - 2000) / error).toBeLessThan(4);
  expect(error).toBeGreaterThan(50);
  expect(error).toBeLessThan(60);
});
