import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openStore } from '../../src/events/store.js';
import { writeTable } from '../../src/events/write-table.js';
import { dstarEvents } from '../../src/physics/dstar.js';
import { seedKey } from '../../src/stats/key.js';
import { datamc } from '../helpers/command.js';

const page = readFileSync('docs/pid-weights.md', 'utf8');
const dir = mkdtempSync(path.join(os.tmpdir(), 'datamc-pid-weights-'));
const home = process.cwd();
beforeAll(async () => {
  process.chdir(dir);
  // The page's own lines, without the library's name.
  for (const sample of ['data', 'simulation'] as const) {
    const options = { sample, correlation: sample === 'data', likelihoods: false, outside: 0, signalFraction: 0.4 };
    const columns = dstarEvents(seedKey(1), 40_000, options);
    await writeTable(
      `${sample}.parquet`,
      Object.entries(columns).map(([name, values]) => ({ name, values })),
    );
  }
});
afterAll(() => {
  process.chdir(home);
  rmSync(dir, { recursive: true, force: true });
});

const commands = [...page.matchAll(/^\$ datamc (.*)$/gm)].map((m) => m[1]);

test('the worked example runs, and says what the page says', async () => {
  expect(commands).toHaveLength(3);
  const said = [];
  for (const command of commands) {
    said.push(await datamc(...command.split(' ')));
    expect(said.at(-1)).toMatchObject({ status: 0 });
  }
  const shown = /third ends with\n\n```\n([^`]*)```/.exec(page)?.[1];
  expect(said[2].out).toContain(shown);
  const store = await openStore({ cache: 'cache', temporary: true });
  try {
    const table = await store.open({ files: ['weighted.parquet'] });
    const { w, v, s } = await table.read({ w: 'sWeight_nominal', v: 'sWeight_systematic', s: 'isSignal' });
    const sum = (column: Float64Array): number => column.reduce((a, b) => a + b, 0);
    // 4 σ; the systematic weights have a freer background.
    expect(Math.abs(sum(w) - sum(s))).toBeLessThan(4 * Math.sqrt(sum(w.map((x) => x * x))));
    expect(sum(v)).not.toBe(sum(w));
    expect(Math.abs(sum(v) - sum(s))).toBeLessThan(6 * Math.sqrt(sum(v.map((x) => x * x))));
  } finally {
    await store.close();
  }
});
