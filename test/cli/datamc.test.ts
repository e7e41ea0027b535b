import { spawn, spawnSync } from 'node:child_process';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { takeLock } from '../../src/runs/lock.js';
import { layout } from '../../src/runs/layout.js';
import { temporaryFolder, toyInputs } from '../helpers/toy-run.js';

const home = temporaryFolder();
const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const module = fileURLToPath(new URL('../helpers/toy/study.mjs', import.meta.url));
const head = `study: ${module}\nsamples: { x: { files: ["*.txt"] } }\n`;

interface Said {
  readonly out: string;
  readonly err: string;
  readonly status: number | null;
}

const datamc = (...args: string[]): Said => {
  const done = spawnSync(process.execPath, [main, ...args], { cwd: home, encoding: 'utf8' });
  return { out: done.stdout, err: done.stderr, status: done.status };
};
const json = (...args: string[]): Record<string, unknown> =>
  JSON.parse(datamc(...args, '--json').out) as Record<string, unknown>;
const study = async (text: string, name = 'bad.yaml'): Promise<string> => {
  await writeFile(path.join(home, name), text);
  return name;
};

beforeAll(async () => {
  toyInputs(home);
  await study(`${head}blocks: 3\n`, 'toy.yaml');
});

describe('datamc run', () => {
  test('ends with the summary and the path of the report', () => {
    const { out, err, status } = datamc('run', 'toy.yaml', '--jobs', '1');
    expect(status).toBe(0);
    expect(out).toMatch(
      /^mean {6} +\d+\.\d ± 1\.0\nblocks +3\nband\.mean .* \+1\.0 −2\.0\n\ndone in .*\nreport {2}runs\/toy\/report\.html\n$/,
    );
    // Not a terminal: a plain line per finished task, a warning once with its count.
    expect(err).toMatch(/^\[1\/5\] block 0 \(\d+\.\d s\)$/m);
    expect(err).toMatch(/^warning {2}block\/0: a short file \(3\)$/m);
    expect(err).not.toContain('\x1b');
  });

  test('with --json prints one object on stdout', () => {
    const { out, err } = datamc('run', 'toy.yaml', '--json');
    expect(out.trim().split('\n').length).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      status: 'done',
      quick: false,
      summary: { blocks: 3 },
      tasks: { total: 5, cached: 5 },
    });
    expect(err).toContain('5 of 5 tasks are in the cache');
  });

  test('takes --seed, --quick and --out, and stamps what is quick', async () => {
    const done = json('run', 'toy.yaml', '--seed', '7', '--quick', '--out', 'elsewhere');
    expect(done).toMatchObject({ quick: true, summary: { quick: 1 }, dir: path.join(home, 'elsewhere') });
    const record = JSON.parse(await readFile(path.join(home, 'elsewhere', 'run.json'), 'utf8')) as object;
    expect(record).toMatchObject({ seed: 7, quick: true, command: 'datamc run toy.yaml --quick --seed 7' });
  });

  test('exits 1 when a task breaks, naming it and what did not run', async () => {
    const { err, out, status } = datamc('run', await study(`${head}fail: { block/1: crash }\n`));
    expect(status).toBe(1);
    expect(err).toContain('error  toy tasks may break (block/1)\n');
    expect(err).toContain('1 of 6 tasks failed: block/1; 2 that need them did not run\n');
    expect(out).toBe('');
  });

  test("exits 2 when a task finds what the user can mend, with the task's own words", async () => {
    const name = await study(`${head}select: x > 9\nfail: { block/1: user }\n`);
    const { err, status } = datamc('run', name);
    expect(status).toBe(2);
    expect(err).toContain('error  the cut "x > 9" leaves nothing (bad.yaml:3:1, select)\n       loosen it\n');
    expect(json('run', name)).toMatchObject({
      status: 'failed',
      failures: [{ task: 'block/1', error: { code: 'toy.cut' } }],
    });
  });

  test('exits 130 on Ctrl-C, telling how to go on; then goes on', async () => {
    const name = await study(`${head}steps: 40\ndelay: 15\n`, 'slow.yaml');
    const child = spawn(process.execPath, [main, 'run', name, '--jobs', '2', '--json'], { cwd: home });
    let [out, err] = ['', ''];
    child.stdout.on('data', (data: Buffer) => (out += data.toString()));
    child.stderr.on('data', (data: Buffer) => (err += data.toString()));
    while (!existsSync(path.join(home, 'runs/slow/run.json'))) await new Promise((resolve) => setTimeout(resolve, 50));
    setTimeout(() => child.kill('SIGINT'), 300);
    const status = await new Promise((resolve) => child.on('exit', resolve));
    expect(status).toBe(130);
    expect(JSON.parse(out)).toMatchObject({ status: 'interrupted' }); // one object, also now
    expect(err).toContain('interrupted: what is done is kept; the same command goes on from there\n');
    expect(JSON.parse(await readFile(path.join(home, 'runs/slow/run.json'), 'utf8'))).toMatchObject({
      status: 'interrupted',
    });
    expect(existsSync(path.join(home, 'runs/slow/lock'))).toBe(false);
    expect(json('run', name)).toMatchObject({ status: 'done' });
  });

  test('names who holds the directory with --no-wait', async () => {
    await mkdir(path.join(home, 'held'), { recursive: true });
    const give = await takeLock(layout(path.join(home, 'held')).lock);
    const { err, status } = datamc('run', 'toy.yaml', '--out', 'held', '--no-wait');
    await give();
    expect(status).toBe(2);
    expect(err).toContain(`error  another run writes into this directory: process ${process.pid} on `);
  });

  test('shows the submit files for Slurm and runs nothing', () => {
    const { out, status } = datamc(
      'run',
      'toy.yaml',
      '--out',
      'never',
      '--executor',
      'slurm',
      '--dry-run',
      '--sbatch',
      '--mem=2G --time 10',
    );
    expect(status).toBe(0);
    expect(out).toMatch(/^# 3 tasks: block\/0 block\/1 block\/2\n#!\/bin\/bash\n/);
    expect(out).toMatch(/^#SBATCH --array=1-3$/m);
    expect(out).toMatch(/^#SBATCH --mem=2G\n#SBATCH --time 10$/m);
    expect(datamc('run', 'toy.yaml', '--dry-run').status).toBe(2);
  });
});

describe('datamc check', () => {
  test('prints the graph, what is cached, and the cost; leaves nothing behind', () => {
    const { out, status } = datamc('check', 'toy.yaml', '--out', 'unmade', '--jobs', '2');
    expect(status).toBe(0);
    expect(out).toMatch(/^ {2}block\/0 +~ 3 s$/m);
    expect(out).toMatch(/^ {2}merge +← block\/0, block\/1, block\/2$/m);
    expect(out).toContain('5 tasks, 0 of them in the cache of unmade\n');
    expect(out).toContain('about 9 s of one core; with --jobs 2 about 5 s\n');
    expect(existsSync(path.join(home, 'unmade'))).toBe(false);
    expect(datamc('check', 'toy.yaml').out).toContain('5 of them in the cache of runs/toy');
  });

  test('many alike take one line', async () => {
    const { out } = datamc('check', await study(`${head}blocks: 50\n`, 'many.yaml'));
    expect(out).toMatch(/^ {2}block\/0 and 49 more of toy\/block +~ 2 min 30 s$/m);
    expect(out).toMatch(/← block\/0, block\/1, block\/2, 47 more$/m);
  });
});

describe('datamc explain', () => {
  test('knows a product in its run, moved, stamped, and by checksum', async () => {
    const there = json('explain', 'runs/toy/products/means.json');
    expect(there).toMatchObject({
      by: 'place in its run',
      unchanged: true,
      command: 'datamc run toy.yaml',
      study: 'toy',
    });
    expect(there).toMatchObject({ provenance: { seed: 1, task: 'merge' } });
    expect(Object.keys((there['provenance'] as { inputs: object }).inputs)).toEqual(['a.txt', 'b.txt']);

    await mkdir(path.join(home, 'away'), { recursive: true });
    const copy = async (from: string, to: string) =>
      copyFile(path.join(home, 'runs/toy', from), path.join(home, 'away', to));
    await copy('figures/means.svg', 'x.svg');
    await copy('products/means.json', 'm.json');
    const stamped = spawnSync(process.execPath, [main, 'explain', path.join(home, 'away/x.svg'), '--json'], {
      cwd: '/',
      encoding: 'utf8',
    });
    expect(JSON.parse(stamped.stdout)).toMatchObject({ by: 'stamp in the file', provenance: { task: 'report' } });
    expect(json('explain', 'away/m.json')).toMatchObject({ by: 'checksum in a run', place: 'products/means.json' });
    expect(json('explain', 'away/m.json', '--run', 'runs/toy')).toMatchObject({ by: 'checksum in a run' });
    await copy('products/provenance.json', 'provenance.json');
    expect(json('explain', 'away/m.json', '--run', 'nowhere')).toMatchObject({ by: 'provenance.json beside it' });
  });

  test('says when a product was changed, and when nothing is known', async () => {
    datamc('run', 'toy.yaml', '--out', 'changed');
    await writeFile(path.join(home, 'changed/products/means.json'), '[]');
    expect(json('explain', 'changed/products/means.json')).toMatchObject({ unchanged: false });
    expect(datamc('explain', 'a.txt')).toMatchObject({ status: 2 });
    expect(datamc('explain', 'none').err).toContain('error  there is no file "none"\n');
  });
});

describe('datamc apply', () => {
  test('hands a run to its study', () => {
    const { out, err, status } = datamc('apply', 'runs/toy', 'a.txt', 'o.txt', '--study', module);
    expect(status).toBe(0);
    expect(out).toBe('rows              10\ncoverage.inside   7\ncoverage.outside  3\n');
    expect(err).toBe('warning  outside the table (3)\n');
  });

  test('says what it cannot apply', () => {
    expect(datamc('apply', 'none', 'a', 'b').err).toContain('error  there is no "');
    expect(datamc('apply', 'runs', 'a', 'b').err).toContain('is not a run directory');
  });
});

describe('the command line', () => {
  test.each([
    [['rn', 'toy.yaml'], "error  unknown command 'rn'\n       did you mean run?"],
    [['run', 'toy.yaml', '--quik'], "error  unknown option '--quik'\n       did you mean --quick?"],
    [['run'], "error  missing required argument 'study'"],
    [['run', 'toy.yaml', '--jobs', '0'], 'expected a whole number above 0'],
    [['run', 'toy.yaml', '--seed', '1.5'], 'expected a whole number from 0 to 4294967295'],
    [['run', 'toy.yaml', '--executor', 'slrum'], 'Allowed choices are local, slurm, inline'],
    [['run', 'none.yaml'], 'error  cannot read "none.yaml"'],
    [['run', 'toy.yaml', '--out', 'a.txt'], 'a.txt: a part of its path is a file'],
    [['check', '--schema', 'a.txt/deep/er'], 'a.txt/deep/er: a part of its path is a file'],
    [['pid', 'fit', 'a', '--varible', 'x'], "error  unknown option '--varible'\n       did you mean --variable?"],
    [['pid', 'fit', 'a', '--varible=x', '--range', '5'], 'did you mean --variable?'],
    [['pid', 'fit', 'a', '—variable', 'x'], 'did you mean --variable?'],
    [['pid', 'fit', 'a', '--signal', '--varible'], "error  required option '--variable <expression>' not specified"],
    [['pid', 'kde', '--', 'a', '--varible'], "error  required option '--variables <names>' not specified"],
    [['pid', 'generate', '--evnts', '5'], 'did you mean --events?'],
    [['pid', 'fitt', 'a'], 'did you mean fit?'],
    [['pid', '--seed', '1'], 'options stand after the command'],
    [['run', 'runs'], 'is a folder, not a study file'],
    [['demo', 'corection'], 'did you mean "correction"?'],
    [['task', 'runs/toy', 'blok/1'], 'error  the run has no task "blok/1"'],
    [['task', 'away', 'x'], 'holds no prepared run'],
  ])('%j: two lines and exit 2', (args, text) => {
    const { err, out, status } = datamc(...args);
    expect(status).toBe(2);
    expect(out).toBe('');
    expect(err).toContain(text);
    expect(err.trimEnd().split('\n').length).toBeLessThanOrEqual(2);
    expect(err).not.toMatch(/^ +at /m);
  });

  // Node's own recursive mkdir never comes back there.
  test.runIf(process.platform === 'linux')('nothing hangs where the system lets nobody make folders', () => {
    for (const args of [
      ['run', 'toy.yaml', '--out'],
      ['pid', 'generate', 'Dst'],
      ['demo', 'correction', '--write'],
    ]) {
      const { err, status } = datamc(...args, '/proc/datamc/x');
      expect(status).toBe(2);
      expect(err).toBe(
        'error  cannot write /proc/datamc/x: nothing can be made there\n       name another place; for an outcome: --out\n',
      );
    }
  });

  test('errors are data with --json, and have a stack with --debug', () => {
    expect(json('run', 'none.yaml')).toMatchObject({ error: { code: 'study.unreadable' } });
    expect(datamc('run', 'none.yaml', '--debug').err).toMatch(/^ +at /m);
  });

  test('help and version', () => {
    expect(datamc('--help')).toMatchObject({ status: 0, err: '' });
    expect(datamc().out).toBe(datamc('--help').out);
    expect(datamc('--version').out).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(datamc('run', '--help').out).toContain('Options of every command:');
  });
});
