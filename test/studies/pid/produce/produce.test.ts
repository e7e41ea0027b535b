import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { inspectFiles } from '../../../../src/events/inspect.js';
import { writeTable } from '../../../../src/events/write-table.js';
import { dstarEvents } from '../../../../src/physics/dstar.js';
import { inlineExecutor } from '../../../../src/runs/inline.js';
import { seedKey } from '../../../../src/stats/key.js';
import { queryCatalogue } from '../../../../src/studies/pid/catalogue/query.js';
import { readCatalogue } from '../../../../src/studies/pid/catalogue/catalogue.js';
import { pidProduce } from '../../../../src/studies/pid/produce/produce.js';
import { readProduction } from '../../../../src/studies/pid/produce/settings.js';
import { tasks } from '../../../../src/studies/pid/produce/tasks.js';
import { userErrorOf } from '../../../events/helpers/scratch.js';
import { datamc } from '../../../helpers/command.js';
import { digest, temporaryFolder } from '../../../helpers/toy-run.js';

const dir = temporaryFolder();
const at = (name: string): string => path.join(dir, name);
const put = (name: string, text: string): void => writeFileSync(at(name), text);
const run = (out = at('run')) => pidProduce(at('settings.json'), { out, executor: inlineExecutor(out, tasks, 1) });
const toy = (seed: number, sample: 'data' | 'simulation') =>
  Object.entries(dstarEvents(seedKey(seed), 500, { sample, likelihoods: false })).map(([name, values]) => ({
    name,
    values,
  }));
const json = (name: string): unknown => JSON.parse(readFileSync(at(name), 'utf8'));

beforeAll(async () => {
  await writeTable(at('a.parquet'), toy(1, 'data'));
  await writeTable(at('b.parquet'), toy(2, 'data'));
  await writeTable(at('mc.csv'), toy(3, 'simulation'));
  put('broken.parquet', 'this is no Parquet file');
  put('Dst_b14.list', '# bucket 14\na.parquet\nbroken.parquet\n\nb.parquet  # the second half\n');
  put('Dst_mc.list', 'mc.csv\n');
  put('L0_grid.list', '/belle/collection/Data/proc13/L0_1\nLFN:/belle/collection/Data/proc13/L0_2\n');
  put(
    'tasks.yaml',
    `- { path: Dst_b14.list, proc: bucket14, short_name: Dst_b14, model: Dst, cms_energy: 4S }
- { path: Dst_mc.list, proc: MC15rd_bucket14, short_name: Dst_mc14, model: Dst, cms_energy: 4S }
- { path: L0_grid.list, proc: proc13, short_name: L0_p13, model: Lambda0, cms_energy: 4S }
`,
  );
  put(
    'settings.json',
    JSON.stringify({ gbasf2_max_retries: 1, gbasf2_release: 'release-08-01-00', particleid_tasks: 'tasks.yaml' }),
  );
});

describe('a production', () => {
  test('makes a tuple of every file, names the one that fails, and goes on', async () => {
    const { outcome } = await run();
    expect(outcome.status).toBe('done');
    expect(outcome.failures.map(({ task }) => task)).toEqual(['skim/Dst_b14/0001']);
    expect(outcome.failures[0].failure.data.message).toMatch(/broken\.parquet.*\(tried 2 times\)$/);
    expect(outcome.summary).toMatchObject({
      'files.done': 3,
      'files.failed': 1,
      'Dst_b14.files': 2,
      'Dst_mc14.files': 1,
      'submit.tasks': 1,
      'submit.datasets': 2,
    });
    const place =
      'ntuples/release=release-08-01-00/model_name=Dst/forMC=False/proc=bucket14/cms_energy=4S/gbasf2_project_name_prefix=Dst_b14/selection=hashed_';
    const catalogue = await readCatalogue(at('run/products/catalogue.yaml'));
    const data = queryCatalogue(catalogue, { collection: 'bucket14', mode: 'Dst' });
    expect(data.map((e) => path.relative(at('run/products'), e.file).slice(0, place.length))).toEqual([place, place]);
    const [summary] = await inspectFiles([data[0].file]);
    expect(summary.rows).toBe(data[0].rows);
    const mass = summary.columns.find((c) => c.name === 'deltaM');
    expect(Number(mass?.max)).toBeLessThan(0.1469);
    expect(queryCatalogue(catalogue, { collection: 'MC15rd_bucket14' })[0].kind).toBe('simulation');
  });

  test('writes what would be submitted for datasets on the grid, and stops there', () => {
    expect(json('run/products/payloads/L0_p13.json')).toMatchObject({
      gbasf2_project_name_prefix: 'L0_p13',
      gbasf2_input_datasets: ['/belle/collection/Data/proc13/L0_1', '/belle/collection/Data/proc13/L0_2'],
      gbasf2_install_directory: '~/gbasf2_install',
      gbasf2_release: 'release-08-01-00',
      gbasf2_cputime: 5,
      gbasf2_max_retries: 1,
      gbasf2_print_status_updates: true,
      gbasf2_download_logs: false,
      model: 'Lambda0',
    });
    expect(readFileSync(at('run/products/payloads/L0_p13.list'), 'utf8').split('\n')).toHaveLength(3);
    const list = json('run/products/tasks.json') as { short_name: string; local: string[]; submit?: string }[];
    expect(list.map((t) => [t.short_name, t.local.length, t.submit])).toEqual([
      ['Dst_b14', 3, undefined],
      ['Dst_mc14', 1, undefined],
      ['L0_p13', 0, 'payloads/L0_p13.json'],
    ]);
  });

  test('resumes: once the file is mended only it is done, with the bytes of a production without a failure', async () => {
    const place = (await readCatalogue(at('run/products/catalogue.yaml'))).entries[0].file;
    const before = (await stat(place)).mtimeMs;
    await writeTable(at('broken.parquet'), toy(4, 'data'));
    const { outcome } = await run();
    expect(outcome.failures).toEqual([]);
    const again = outcome.tasks.filter((t) => t.status === 'done').map((t) => t.id);
    expect(again).toEqual(['skim/Dst_b14/0001', 'index']);
    expect((await stat(place)).mtimeMs).toBe(before);
    await run(at('fresh'));
    expect(await digest(at('fresh'))).toBe(await digest(at('run')));
  });

  test('a selection that leaves nothing makes an empty tuple, not a failure', async () => {
    put('modes.yaml', 'modes:\n  None: { select: "D0_M > 5", probes: { K: D0_K } }\n');
    put('tasks2.yaml', '- { path: Dst_mc.list, proc: p1, short_name: none, model: None }\n');
    put('settings2.json', JSON.stringify({ particleid_tasks: 'tasks2.yaml', modes: 'modes.yaml' }));
    const out = at('none');
    const { outcome } = await pidProduce(at('settings2.json'), { out, executor: inlineExecutor(out, tasks, 1) });
    expect(outcome.summary).toMatchObject({ 'files.done': 1, 'none.events': 0 });
    const [entry] = (await readCatalogue(at('none/products/catalogue.yaml'))).entries;
    expect(entry.columns).toContain('D0_K_kaonID');
    expect(existsSync(entry.file)).toBe(true);
  });
});

test('the mode’s own variables, in its file or in a module beside it, hold in its cut and derived columns', async () => {
  put(
    'own.mjs',
    "export const variables = [{ name: 'soft', arguments: [1, 1], run: (p) => p.map((x) => Math.exp(-x)) }];\n",
  );
  put(
    'own.yaml',
    `variables: [own.mjs, { "asym(a, b)": (a - b) / (a + b) }]
modes:
  Own:
    define: { A: "asym(D0_K_p, D0_pi_p)" }
    select: "A > 0 and soft(D0_K_p) < 0.5"
    probes: { K: D0_K }
`,
  );
  put('tasks4.yaml', '- { path: Dst_mc.list, proc: p1, short_name: own, model: Own }\n');
  put('settings4.json', JSON.stringify({ particleid_tasks: 'tasks4.yaml', modes: 'own.yaml' }));
  const out = at('own-run');
  await pidProduce(at('settings4.json'), { out, executor: inlineExecutor(out, tasks, 1) });
  const [entry] = (await readCatalogue(at('own-run/products/catalogue.yaml'))).entries;
  const [summary] = await inspectFiles([entry.file]);
  const least = (name: string): number => Number(summary.columns.find((c) => c.name === name)?.min);
  expect(entry.rows).toBeGreaterThan(50);
  expect(least('A')).toBeGreaterThan(0);
  expect(least('D0_K_p')).toBeGreaterThan(Math.log(2));
});

describe('what is wrong is told where it stands', () => {
  const wrong = async (list: string, settings: object = {}) => {
    put('bad.yaml', list);
    put('bad.json', JSON.stringify({ particleid_tasks: 'bad.yaml', ...settings }));
    return userErrorOf(() => pidProduce(at('bad.json'), { out: at('bad') }));
  };

  test('in settings and lists', async () => {
    expect(await wrong('- { path: a, proc: b, short_name: c, modl: Dst }\n')).toMatchObject({
      path: 'bad.yaml:1:38',
      hint: 'did you mean "model"?',
    });
    expect(await wrong('path: a\n')).toMatchObject({ code: 'produce.list' });
    expect(await wrong('- { path: Dst_mc.list, proc: b, short_name: c, model: Dst }\n'.repeat(2))).toMatchObject({
      code: 'produce.short-name',
    });
    expect(await wrong('- { path: Dst_mc.list, proc: b, short_name: c, model: Dts }\n')).toMatchObject({
      code: 'modes.unknown',
      hint: expect.stringContaining('did you mean "Dst"') as unknown,
    });
    expect(await wrong('- { path: none.list, proc: b, short_name: c, model: Dst }\n')).toMatchObject({
      code: 'produce.list-file',
    });
    expect(await wrong('[]', { gbasf2_max_retry: 3 })).toMatchObject({ hint: 'did you mean "gbasf2_max_retries"?' });
    expect((await readProduction(at('settings.json'))).settings.gbasf2_cputime).toBe(5);
  });

  test('on the command line: files that are not there do not stop the others, and the status is 1', async () => {
    put('some.list', 'mc.csv\ngone.csv\n');
    put('tasks3.yaml', '- { path: some.list, proc: MC1, short_name: s, model: Dst }\n');
    put('settings3.json', JSON.stringify({ particleid_tasks: 'tasks3.yaml' }));
    const dry = await datamc('pid', 'produce', at('settings3.json'), '--dry-run', '--json');
    expect(JSON.parse(dry.out)).toMatchObject({ tasks: [{ local: 1, absent: 1 }] });
    const said = await datamc('pid', 'produce', at('settings3.json'), '--executor', 'inline', '--out', at('cli'));
    expect(said.status).toBe(1);
    expect(said.out).toMatch(/1 tuple, \d+ events/);
    expect(said.err).toContain('there is no file "gone.csv"');
    const bad = await datamc('pid', 'produce', at('none.json'));
    expect([bad.status, bad.err.trim().split('\n').length]).toEqual([2, 2]);
  });
});
