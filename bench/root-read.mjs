// Reads 28 million values (160 MB) from ROOT files of four compressions, side by side with uproot.
//
//   npm run build && DATAMC_PYTHON=/path/to/python node bench/root-read.mjs [--rounds 7] [--dir DIR] [--threads N] [--codecs lz4,zstd]
//
// That Python needs uproot and numpy. A read is: open the file, decode all seven branches, close. Both sides keep their
// process; their reads alternate, and a ratio is taken within each round.

import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const here = path.dirname(fileURLToPath(import.meta.url));
const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string' },
    dir: { type: 'string' },
    threads: { type: 'string' },
    dist: { type: 'string' },
    codecs: { type: 'string' },
  },
});
const rounds = Number(options.rounds ?? 7);
const dir = options.dir ?? path.join(os.tmpdir(), 'datamc-bench');
const python = process.env.DATAMC_PYTHON ?? 'python3';
const { openRoot } = await import(path.resolve(options.dist ?? path.join(here, '../dist'), 'events/root/reader.js'));

mkdirSync(dir, { recursive: true });
const script = path.join(here, 'root-read.py');
const made = spawnSync(python, [script, 'make', dir], { stdio: 'inherit' });
if (made.status !== 0) process.exit(2);

const peer = spawn(python, [script, 'serve'], { stdio: ['pipe', 'pipe', 'inherit'] });
const lines = createInterface({ input: peer.stdout })[Symbol.asyncIterator]();
const next = async () => (await lines.next()).value;
console.log(`Node ${process.version}, ${os.availableParallelism()} cores; ${await next()}`);

async function uproot(mode, file) {
  peer.stdin.write(`${mode} ${file}\n`);
  const [ms, total] = (await next()).split(' ').map(Number);
  return { ms, total };
}

async function ours(threads, file) {
  const start = performance.now();
  const root = await openRoot(file, threads ? { threads } : {});
  const tree = await root.tree('t');
  const columns = await tree.read(tree.branches.map((branch) => branch.name));
  root.close();
  const ms = performance.now() - start;
  let total = 0;
  for (const n of columns.get('n').values) total += n;
  return { ms, total: columns.get('v0').values.at(-1) + total };
}

const threads = options.threads ? Number(options.threads) : undefined;
const ways = {
  datamc: (file) => ours(threads, file),
  'datamc, 1 thread': (file) => ours(1, file),
  'uproot arrays()': (file) => uproot('arrays', file),
  'uproot per branch': (file) => uproot('branches', file),
  'uproot arrays(), threads': (file) => uproot('threads', file),
};
const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];

for (const codec of (options.codecs ?? 'zlib,lz4,zstd,lzma').split(',')) {
  const file = path.join(dir, `big_${codec}.root`);
  const times = Object.fromEntries(Object.keys(ways).map((way) => [way, []]));
  for (let round = -1; round < rounds; round++) {
    const totals = new Set();
    for (const [way, read] of Object.entries(ways)) {
      const { ms, total } = await read(file);
      totals.add(total);
      // The first round warms both sides.
      if (round >= 0) times[way].push(ms);
    }
    if (totals.size !== 1) throw new Error(`the readers disagree: ${[...totals]}`);
  }
  for (const [way, list] of Object.entries(times)) {
    const ratios = list.map((ms, i) => ms / times.datamc[i]);
    const speed = 28e3 / median(list);
    const spread = `${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}`;
    console.log(
      `| ${codec} | ${way} | ${median(list).toFixed(0)} (${Math.min(...list).toFixed(0)} to ${Math.max(...list).toFixed(0)}) | ` +
        `${speed.toFixed(0)} | ${way === 'datamc' ? '' : `${median(ratios).toFixed(2)} (${spread})`} |`,
    );
  }
}
peer.stdin.end();
