import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeTable } from '../../src/events/write-table.js';
import { fromRateTablesJson } from '../../src/formats/tables/rate-tables-json.js';
import { dstarEvents } from '../../src/physics/dstar.js';
import { seedKey } from '../../src/stats/key.js';
import { efficiencyTable } from '../../src/studies/pid/one-shot/efficiency-table.js';
import { datamc } from '../helpers/command.js';

const page = readFileSync('docs/pid-tables.md', 'utf8');
const dir = mkdtempSync(path.join(os.tmpdir(), 'datamc-pid-tables-'));
const home = process.cwd();
beforeAll(async () => {
  process.chdir(dir);
  // The page's own lines, without the library's name.
  for (const sample of ['data', 'simulation'] as const) {
    const columns = dstarEvents(seedKey(1), 40_000, { sample, likelihoods: false });
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

const words = (command: string): string[] =>
  [...command.matchAll(/"([^"]*)"|(\S+)/g)].map((m) => m[1] ?? m[2]).filter((word) => word !== '');

test('the worked example runs, says what the page says, and finds the efficiencies of true candidates', async () => {
  const commands = [...page.matchAll(/^\$ datamc (.*)$/gm)].map((m) => m[1]);
  expect(commands).toHaveLength(6);
  const said = [];
  for (const command of commands) {
    said.push(await datamc(...words(command)));
    expect([command, said.at(-1)?.status, said.at(-1)?.err.includes('error')]).toEqual([command, 0, false]);
  }
  const shown = /ends with the files:\n\n```\n([^`]*)```/.exec(page)?.[1] ?? 'nothing';
  expect(said[2].out).toContain(shown);
  const weighted = fromRateTablesJson(readFileSync('tables/rates/tables.json', 'utf8')).filter(
    (t) => t.sample === 'data',
  );
  const axes = { p: { edges: [0.5, 1.5, 2.5, 3.9] }, charge: { edges: [-2, 0, 2] } };
  for (const { truth, cells } of weighted) {
    const { tables } = await efficiencyTable({
      sample: { files: ['data.parquet'], truth: { K: 'isSignal', pi: 'isSignal' } },
      probe: { particle: truth.name, prefix: `D0_${truth.name}` },
      reco: 'K',
      cuts: ['kaonID > 0.6'],
      binning: axes,
      jobs: 1,
    });
    // The same candidates, so the difference is smaller than the error; 12 pulls, 4σ: false alarm below 1e-3.
    tables[0].table.cells.forEach((cell, i) => {
      const { value, sources } = cells[i].rate;
      expect(Math.abs(value - cell.rate.value)).toBeLessThan(4 * sources['stat'].up);
    });
  }
});
