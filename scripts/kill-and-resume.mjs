// Kills the demo at random moments (`kill -9` of the process and all its workers) and gives the same command again, until
// it ends; over and over, until so many kills have happened. Each outcome must have the bytes of a run left alone.
//
//   node scripts/kill-and-resume.mjs [--kills 100] [--seed 1] [--full]
//
// --full: the whole demo rather than the quick one, so that kills fall into the middle of trainings. Needs a build.
import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { sha256 } from '../dist/base/hash.js';
import { seedKey, uniforms } from '../dist/stats/key.js';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '100' },
    seed: { type: 'string', default: '1' },
    full: { type: 'boolean', default: false },
  },
});
const wanted = Number(values.kills);
const main = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
const home = await mkdtemp(path.join(tmpdir(), 'datamc-kill-'));
const mode = values.full ? [] : ['--quick'];

/** Runs datamc; after `ms`, kills it and its workers. Tells whether it came to its end. */
function datamc(args, ms) {
  const child = spawn(process.execPath, [main, ...args], {
    cwd: home,
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  });
  const timer = ms === undefined ? undefined : setTimeout(() => process.kill(-child.pid, 'SIGKILL'), ms);
  let said = '';
  child.stderr.on('data', (data) => (said += data));
  return new Promise((resolve, reject) => {
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      if (code === 0 || signal === 'SIGKILL') resolve(code === 0);
      else reject(new Error(`datamc ended with status ${code}:\n${said}`));
    });
  });
}

/** Name and checksum of every file that a user takes from a run, one a line. */
async function outcome(dir) {
  const lines = [];
  for (const place of ['products', 'figures', 'report.html', 'summary.json']) {
    const folder = path.join(home, dir, place);
    const names = await readdir(folder, { recursive: true }).catch(() => ['']);
    for (const name of names) lines.push(`${place}/${name} ${sha256(await readFile(path.join(folder, name)))}`);
  }
  return lines.sort();
}

const run = (dir) => ['run', 'demo/correction.yaml', '--out', dir, '--jobs', '2', ...mode];
await datamc(['demo', 'correction', '--write', 'demo', ...mode]);
const began = performance.now();
await datamc(run('whole'));
const whole = performance.now() - began;
const expected = await outcome('whole');
console.log(`left alone: ${(whole / 1000).toFixed(1)} s, ${expected.length} files`);

// Some lives are longer than any task, so that there is an end to it; most are shorter.
const lives = uniforms(seedKey(Number(values.seed)).split('lives'), 40 * wanted);
let [kills, life, ends, different] = [0, 0, 0, 0];
while (kills < wanted) {
  const before = kills;
  while (!(await datamc(run('killed'), kills < wanted ? 200 + whole * lives[life++] : undefined))) kills++;
  ends++;
  const got = await outcome('killed');
  const wrong = got.filter((line, i) => line !== expected[i]);
  if (got.length !== expected.length || wrong.length) {
    different++;
    console.log(`DIFFERENT after ${kills - before} kills:\n  ${wrong.join('\n  ')}`);
  }
  await rm(path.join(home, 'killed'), { recursive: true, force: true });
  console.log(`${kills} kills, ${ends} runs to the end, ${different} with other bytes`);
}
await rm(home, { recursive: true, force: true });
process.exitCode = different ? 1 : 0;
