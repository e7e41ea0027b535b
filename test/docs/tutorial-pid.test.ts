import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openStore } from '../../src/events/store.js';
import { datamc } from '../helpers/command.js';

const tutorial = readFileSync('docs/tutorial-pid.md', 'utf8');
const home = process.cwd();
const dir = mkdtempSync(path.join(os.tmpdir(), 'datamc-tutorial-pid-'));
beforeAll(() => {
  const [, study] = /```yaml\n(study: pid\n[\s\S]*?)```/.exec(tutorial) ?? [];
  writeFileSync(path.join(dir, 'identification.yaml'), study);
  process.chdir(dir);
});
afterAll(() => {
  process.chdir(home);
  rmSync(dir, { recursive: true, force: true });
});

/** Words of a shell command: quotes hold blanks together. */
const words = (command: string): string[] => [...command.matchAll(/"([^"]*)"|(\S+)/g)].map((m) => m[1] ?? m[2]);

const commands = [...tutorial.matchAll(/^\$ datamc (.*)$/gm)].map(([, command]) => command);
const claims = [...tutorial.matchAll(/<!-- claim: (\S+) between (\S+) and (\S+) -->/g)];
const results = new Map<string, unknown>();

test('the tutorial has commands and claims', () => {
  expect(commands.length).toBeGreaterThan(18);
  expect(claims.length).toBeGreaterThan(8);
});

for (const command of commands)
  test(command.slice(0, 100), { timeout: 120_000 }, async () => {
    const said = await datamc(...words(command), '--json');
    expect([said.status, said.status ? said.err : '']).toEqual([0, '']);
    results.set(words(command).slice(0, 2).join(' '), JSON.parse(said.out));
  });

test('the script of the yield prints what the page says', async () => {
  const [, script] = /```js\n([\s\S]*?)```/.exec(tutorial) ?? [];
  // The package by its name is the build beside this test.
  writeFileSync(
    path.join(dir, 'yield.mjs'),
    script.replace("'datamc'", JSON.stringify(path.join(home, 'dist/index.js'))),
  );
  const { stdout } = await promisify(execFile)(process.execPath, ['yield.mjs'], { cwd: dir });
  const [found, known] = [...stdout.matchAll(/\d+(?:\.\d+)?/g)].map(Number);
  const [, told, truth] = /are (\d+) decays[^;]*; (\d+) were generated/.exec(tutorial) ?? [];
  expect([Math.round(found), known]).toEqual([Number(told), Number(truth)]);
});

test('what the tutorial claims is so', async () => {
  const numbers = await measured();
  for (const [, name, low, high] of claims) {
    expect(numbers, name).toHaveProperty([name]);
    expect(numbers[name], name).toBeGreaterThan(Number(low));
    expect(numbers[name], name).toBeLessThan(Number(high));
  }
});

/** The summary of the run, and the yield by its definition: fitted, over the weighted efficiency; against the generator's truth. */
async function measured(): Promise<Record<string, number>> {
  const summary = JSON.parse(readFileSync('runs/identification/summary.json', 'utf8')) as Record<
    string,
    number | { value: number }
  >;
  const numbers: Record<string, number> = {};
  for (const [name, entry] of Object.entries(summary)) numbers[name] = typeof entry === 'object' ? entry.value : entry;

  const store = await openStore({ cache: path.join(dir, 'cache'), threads: 1 });
  const open = (name: string, select?: string) => store.open({ files: [path.join(dir, name)], select });
  const weighted = await open('weighted.parquet', 'isSignal == 1');
  const produced = await (await open('inside_mc.parquet', 'isSignal == 1')).count();
  const truth = await (await open('inside_data.parquet', 'isSignal == 1')).count();
  const variations = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`v${i}`, `Weight_${i}`]));
  const { w, ...varied } = await weighted.read({ w: 'Weight', ...variations });
  const mean = (values: Float64Array): number => values.reduce((a, b) => a + b, 0) / values.length;
  const share = w.length / produced;
  const efficiency = share * mean(w);
  const spread = Math.sqrt(Object.values(varied).reduce((s, v) => s + (mean(v) / mean(w) - 1) ** 2, 0) / 40);
  const fromSimulation = Math.sqrt((1 - share) / w.length);
  await store.close();

  const { yields } = results.get('pid fit') as { yields: { signal: { value: number; error: number } } };
  const { value, error } = yields.signal;
  const relative = Math.hypot(error / value, spread, fromSimulation);
  const pull = (n: number, rel: number): number => (n - truth) / (n * rel);
  numbers['weight.mean'] = mean(w);
  numbers['weight.coverage'] = (results.get('apply runs/identification') as { coverage: number }).coverage;
  numbers['yield.relativeError'] = relative;
  numbers['yield.pull'] = pull(value / efficiency, relative);
  numbers['unweighted.pull'] = pull(value / share, Math.hypot(error / value, fromSimulation));
  return numbers;
}
