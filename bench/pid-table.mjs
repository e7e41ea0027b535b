// Weighted passed and tried in 16 × 2 and 16 × 2 × 4 bins, side by side with boost-histogram and pandas.
//
//   npm run build && DATAMC_PYTHON=/path/to/python node bench/pid-table.mjs [--rows 1e7] [--rounds 5] [--threads 1,2] [--dir DIR]
//       [--stored pandas]    the file compressed with Snappy, as pandas writes it by default
//       [--alone]    datamc alone: for sizes that the peer cannot hold in memory
//
// That Python needs boost-histogram, pandas, pyarrow and numpy. The sample is one Parquet file, uncompressed by default. datamc reads it in every
// round; the peer has read it into memory before (what that takes is told beside), as PIDCalib2 does. The ways take turns; a ratio is
// taken within each round. Sums of both must agree to 1e-9.

import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import readline from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { openStore } from '../dist/events/store.js';
import { tally } from '../dist/hist/cell-counts.js';

const here = path.dirname(fileURLToPath(import.meta.url));
const { values: options } = parseArgs({
  options: {
    rows: { type: 'string' },
    rounds: { type: 'string' },
    threads: { type: 'string' },
    dir: { type: 'string' },
    alone: { type: 'boolean' },
    stored: { type: 'string' },
  },
});
const rows = Number(options.rows ?? 1e7);
const rounds = Number(options.rounds ?? 5);
const threadCounts = (options.threads ?? '1,2').split(',').map(Number);
const dir = options.dir ?? path.join(os.tmpdir(), 'datamc-bench');
const python = process.env.DATAMC_PYTHON ?? 'python3';
const script = path.join(here, 'pid-table.py');
mkdirSync(dir, { recursive: true });

const stored = options.stored ?? 'bare';
const file = path.join(dir, `pid-table-${rows}${stored === 'bare' ? '' : `-${stored}`}.parquet`);
if (
  !existsSync(file) &&
  spawnSync(python, [script, 'make', file, String(rows), stored], { stdio: 'inherit' }).status !== 0
)
  process.exit(2);

const edges = [3e3, 9300, 15600, 17675, 19500, ...Array.from({ length: 12 }, (_, i) => 2.2e4 + (i * 78e3) / 11)];
const axes = [
  { column: 'p', edges },
  { column: 'eta', edges: [1.5, 3, 5] },
  { column: 'ntr', edges: [0, 50, 200, 300, 500] },
];
const request = (cuts, dimensions) => ({
  axes: axes.slice(0, dimensions),
  closed: 'left',
  conditions: Object.fromEntries(cuts.map((cut) => [`cut ${cut}`, `dll > ${cut} and p > 5000`])),
  weights: { sw: 'sw' },
});
const works = [
  { name: '2 axes, 1 cut', cuts: [0.5], dimensions: 2 },
  { name: '3 axes, 1 cut', cuts: [0.5], dimensions: 3 },
  { name: '3 axes, 8 cuts', cuts: [-1, -0.5, 0, 0.5, 1, 1.5, 2, 2.5], dimensions: 3 },
];

const sum = (values) => values.reduce((a, b) => a + b, 0);
async function ours(table, { cuts, dimensions }) {
  const [start, processor] = [performance.now(), process.cpuUsage()];
  const counts = await table.countCells(request(cuts, dimensions));
  const total = sum(tally(counts, 'sw').sumw);
  const passed = cuts.map((cut) => sum(tally(counts, 'sw', [`cut ${cut}`]).sumw));
  const { user, system } = process.cpuUsage(processor);
  return { total, passed, seconds: (performance.now() - start) / 1e3, processor: (user + system) / 1e6 };
}

function server() {
  const child = spawn(python, [script, 'serve', file], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = readline.createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    ask: async (line) => {
      child.stdin.write(`${line}\n`);
      const { value } = await lines.next();
      return JSON.parse(value);
    },
    close: () => child.stdin.end(),
  };
}

const sorted = (list) => [...list].sort((a, b) => a - b);
const median = (list) => sorted(list)[list.length >> 1];
const shown = (list, digits) => {
  const all = sorted(list);
  return `${median(all).toFixed(digits)} (${all[0].toFixed(digits)} to ${all.at(-1).toFixed(digits)})`;
};

const versions = options.alone
  ? ''
  : `; ${spawnSync(python, [script, 'versions'], { encoding: 'utf8' }).stdout.trim()}`;
console.log(
  `Node ${process.version}, ${os.cpus()[0].model}, ${os.availableParallelism()} cores${versions}; ${rows} rows, ${stored}`,
);
const peer = options.alone ? undefined : server();
const reads = [];
if (peer) {
  for (let i = 0; i < 3; i++) reads.push((await peer.ask('read')).seconds);
  console.log(`the peer reads the file into memory in ${shown(reads, 2)} s`);
}
console.log(
  '| work | threads | datamc, M rows/s | processor ns/row | boost-histogram + pandas, M rows/s | time over datamc’s |',
);
console.log('| --- | --- | --- | --- | --- | --- | --- |');
for (const work of works) {
  for (const threads of threadCounts) {
    const store = await openStore({ cache: path.join(dir, 'cache'), threads });
    const table = await store.open({ files: [file] });
    const [own, processor, theirs, ratios, whole] = [[], [], [], [], []];
    for (let round = 0; round < rounds + 1; round++) {
      const turns = [
        async () => ours(table, work),
        async () => peer?.ask(`fill ${threads} ${work.cuts.join(',')} ${work.dimensions}`),
      ];
      const order = round % 2 ? [1, 0] : [0, 1];
      const got = [];
      for (const k of order) got[k] = await turns[k]();
      const [a, b] = got;
      if (b)
        [a.total, ...a.passed].forEach((value, i) => {
          const other = [b.total, ...b.passed][i];
          if (Math.abs(value / other - 1) > 1e-9) throw new Error(`sums differ: ${value} here, ${other} there`);
        });
      // The first round warms up.
      if (round === 0) continue;
      own.push(rows / a.seconds / 1e6);
      processor.push((1e9 * a.processor) / rows);
      if (b) {
        theirs.push(rows / b.seconds / 1e6);
        ratios.push(b.seconds / a.seconds);
        whole.push((b.seconds + median(reads)) / a.seconds);
      }
    }
    await store.close();
    const other = peer ? `${shown(theirs, 1)} | **${shown(ratios, 2)}** | ${shown(whole, 1)}` : '– | – | –';
    console.log(`| ${work.name} | ${threads} | ${shown(own, 1)} | ${shown(processor, 0)} | ${other} |`);
  }
}
peer?.close();
console.log(`memory of datamc at most: ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`);
