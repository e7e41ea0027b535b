// Reads ROOT files of four compressions side by side with uproot, and writes them as Parquet side by side with uproot and pyarrow.
//
//   npm run build && DATAMC_PYTHON=/path/to/python node bench/root-read.mjs [--rounds 7] [--dir DIR] [--files big_lz4,nano_zstd]
//     [--ways "datamc,uproot arrays()"] [--threads N]
//
// That Python needs uproot, awkward, numpy and pyarrow. `big` has 28 million single values (160 MB), `nano` lists in small baskets
// (27 columns, 400 000 events). A read is: open the file, decode all branches, close. Both sides keep their process; their reads
// alternate, and a ratio is taken within each round. The clock counts what a user waits for; processor time, of all threads, says
// how much work it was, and suffers less from other work on the machine.

import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
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
    files: { type: 'string' },
    ways: { type: 'string' },
  },
});
const rounds = Number(options.rounds ?? 7);
const dir = options.dir ?? path.join(os.tmpdir(), 'datamc-bench');
const python = process.env.DATAMC_PYTHON ?? 'python3';
const dist = path.resolve(options.dist ?? path.join(here, '../dist'));
const { openRoot } = await import(path.join(dist, 'events/root/reader.js'));
const { openStore } = await import(path.join(dist, 'events/store.js'));

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
  const [ms, cpu, total] = (await next()).split(' ').map(Number);
  return { ms, cpu, total };
}

/** Milliseconds of the clock and of all threads. */
async function timed(work) {
  const [start, before] = [performance.now(), process.cpuUsage()];
  const total = await work();
  const ms = performance.now() - start;
  const { user, system } = process.cpuUsage(before);
  return { ms, cpu: (user + system) / 1000, total: total() };
}

const readAll = async (tree, reuse) =>
  tree.read(
    tree.branches.map((branch) => branch.name),
    undefined,
    reuse,
  );

function sum(columns) {
  const [last, counts] = columns.has('v0') ? ['v0', 'n'] : ['MET0', 'nJet'];
  let total = 0;
  for (const n of columns.get(counts).values) total += n;
  return columns.get(last).values.at(-1) + total;
}

const ours = (threads, file) =>
  timed(async () => {
    const root = await openRoot(file, threads ? { threads } : {});
    const columns = await readAll(await root.tree('t'));
    root.close();
    return () => sum(columns);
  });

/** A read into the memory of the read before, as streams of ranges do it. */
async function again(threads, file) {
  const root = await openRoot(file, threads ? { threads } : {});
  const tree = await root.tree('t');
  await readAll(tree, 0);
  const taken = await timed(async () => {
    const columns = await readAll(tree, 0);
    return () => sum(columns);
  });
  root.close();
  return taken;
}

/** What `inspect`, `convert` and a run do first. */
async function cached(file) {
  const cache = path.join(dir, 'cache');
  const taken = await timed(async () => {
    const store = await openStore({ cache, temporary: true });
    const table = await store.open({ files: [file] });
    await table.relation(table.columns.map((column) => column.name));
    await store.close();
    return () => 0;
  });
  rmSync(cache, { recursive: true });
  return taken;
}

const threads = options.threads ? Number(options.threads) : undefined;
const reading = {
  datamc: (file) => ours(threads, file),
  'datamc, 1 thread': (file) => ours(1, file),
  'datamc, 1 thread, memory used again': (file) => again(1, file),
  'uproot arrays()': (file) => uproot('arrays', file),
  'uproot, branch by branch': (file) => uproot('branches', file),
  'uproot arrays(), threads': (file) => uproot('threads', file),
};
const writing = {
  'datamc, to Parquet': cached,
  'uproot + pyarrow, to Parquet': (file) => uproot('parquet', file),
};
const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];
const spread = (list, digits = 0) =>
  `${median(list).toFixed(digits)} (${Math.min(...list).toFixed(digits)} to ${Math.max(...list).toFixed(digits)})`;
const wanted = options.ways?.split(',').map((way) => way.trim());

const names = options.files ?? 'big_zlib,big_lz4,big_zstd,big_lzma,nano_zlib,nano_lz4,nano_zstd,nano_lzma';
console.log('| file | way | ms | processor ms | time over datamc’s | processor time over datamc’s |');
for (const name of names.split(',')) {
  const file = path.join(dir, `${name}.root`);
  for (const group of [reading, writing]) {
    const ways = Object.entries(group).filter(([way]) => !wanted || wanted.some((each) => way.startsWith(each)));
    const times = new Map(ways.map(([way]) => [way, { ms: [], cpu: [] }]));
    for (let round = -1; round < rounds; round++) {
      const totals = new Set();
      // Each way follows another one in every round: what ran before leaves caches and freed memory behind.
      for (let turn = 0; turn < ways.length; turn++) {
        const [way, read] = ways[(turn + round + 1) % ways.length];
        const { ms, cpu, total } = await read(file);
        totals.add(total);
        // The first round warms both sides.
        if (round < 0) continue;
        times.get(way).ms.push(ms);
        times.get(way).cpu.push(cpu);
      }
      if (totals.size > 1) throw new Error(`the readers disagree: ${[...totals]}`);
    }
    const [first] = times.values();
    const over = (list, base) =>
      spread(
        list.map((value, i) => value / base[i]),
        2,
      );
    for (const [way, { ms, cpu }] of times) {
      const ratios = ms === first.ms ? ' | ' : `${over(ms, first.ms)} | ${over(cpu, first.cpu)}`;
      console.log(`| ${name} | ${way} | ${spread(ms)} | ${spread(cpu)} | ${ratios} |`);
    }
  }
}
peer.stdin.end();
