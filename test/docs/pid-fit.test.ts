import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import * as datamc from '../../src/index.js';
import type { FitResult } from '../../src/fit/result.js';
import { datamc as command } from '../helpers/command.js';

const dir = mkdtempSync(path.join(tmpdir(), 'datamc-docs-fit-'));
afterAll(() => rmSync(dir, { recursive: true }));
const page = readFileSync('docs/pid-fit.md', 'utf8');
const programs = [...page.matchAll(/```js\n([\s\S]*?)```/g)].map(([, program]) => program);

/** What a user writes in a module of his own: the names that he imports, and a body that may wait. */
function run(program: string, ending: string): Promise<unknown> {
  const names = /import \{([^}]*)\}/.exec(program)?.[1] ?? '';
  const body = program.replace(/^import .*$/m, '').replace(/^console.*$/m, '');
  const made = Object.getPrototypeOf(async () => {}).constructor as new (
    ...text: string[]
  ) => (library: typeof datamc) => Promise<unknown>;
  return new made('library', `const {${names}} = library;\n${body}\n${ending}`)(datamc);
}

test('the worked example prints what the page says', async () => {
  const file = path.join(dir, 'dstar.parquet');
  await run(programs[0].replace("'dstar.parquet'", JSON.stringify(file)), '');
  const [, line, printed] = /\$ datamc (pid fit[\s\S]*?)\n(converged[\s\S]*?)```/.exec(page) ?? [];
  const words = line.replaceAll('\\\n', ' ').split(/\s+/);
  const argv = words.map((word) => (word === 'dstar.parquet' ? file : word));
  const { out, status } = await command(...argv, '--out', path.join(dir, 'fit'), '--jobs', '1');
  expect(status).toBe(0);
  expect(out.split('\n').slice(0, 10)).toEqual(printed.trim().split('\n'));
});

test('the efficiency of the program is the one it drew, within 4 errors (1 in 16 000), and the one on the page', async () => {
  const { status, parameters } = (await run(programs[1], 'return fit;')) as FitResult;
  expect(status).toBe('converged');
  const { value, error } = parameters['efficiency'];
  expect(Math.abs(value - 0.9) / error).toBeLessThan(4);
  expect(page).toContain(`value ${value.toFixed(3)}, error ${error.toFixed(3)}`);
});
