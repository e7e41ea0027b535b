// Corrects 1 and 4 million rows of 5 columns with the demo's map, end to end, side by side with Python.
//
//   npm run build && DATAMC_PYTHON=/path/to/python node bench/apply.mjs [--rounds 5] [--dir DIR] [--run DIR] [--inputs parquet,csv,root]
//
// That Python needs onnxruntime, uproot, pyarrow and numpy. A time is that of a whole process: start, read, correct, write Parquet.
// The rate at the margin is 3 million rows over the difference between 4 and 1 million: the start cancels. The ways take turns, and
// a ratio is taken within each round. The floor is the map alone, one session a core, nothing read or written.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const here = path.dirname(fileURLToPath(import.meta.url));
const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string' },
    dir: { type: 'string' },
    run: { type: 'string' },
    inputs: { type: 'string' },
  },
});
const rounds = Number(options.rounds ?? 5);
const dir = options.dir ?? path.join(os.tmpdir(), 'datamc-bench');
const python = process.env.DATAMC_PYTHON ?? 'python3';
const program = path.join(here, '../dist/cli/main.js');
const script = path.join(here, 'apply.py');
mkdirSync(dir, { recursive: true });

function call(command, args) {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status === 0) return stdout.trim();
  console.error(stderr);
  process.exit(2);
}
const datamc = (...args) => call(process.execPath, [program, ...args]);
const peer = (...args) => call(python, [script, ...args]);

const demo = path.join(dir, 'demo');
const run = options.run ?? path.join(dir, 'demo-run');
if (!existsSync(demo)) datamc('demo', 'correction', '--write', demo);
if (!existsSync(path.join(run, 'products'))) datamc('run', path.join(demo, 'correction.yaml'), '--out', run);
peer('make', demo, dir);
const model = path.join(run, 'products/correction.onnx');

const cores = os.availableParallelism();
console.log(`Node ${process.version}, ${os.cpus()[0].model}, ${cores} cores; ${peer('versions')}`);

/** Seconds per million rows that the map takes of one core. */
async function mapAlone() {
  const { openSession } = await import('../dist/graph/session.js');
  const session = await openSession(readFileSync(model), { threads: 1 });
  const rows = 4096;
  const data = Float32Array.from({ length: 2 * rows }, (_, i) => (i % 2 ? 3 + (i % 61) / 10 : 0.01 + (i % 97) / 1000));
  const turn = async (times) => {
    const start = performance.now();
    for (let i = 0; i < times; i++) await session.run({ input: { data, dims: [rows, 2] } });
    return (performance.now() - start) / 1e3 / ((times * rows) / 1e6);
  };
  await turn(20);
  const found = [];
  for (let i = 0; i < 5; i++) found.push(await turn(100));
  await session.close();
  return Math.min(...found);
}

const ways = {
  datamc: (input, out) => datamc('apply', run, input, out),
  'Python, a script': (input, out) => peer('apply', 'script', model, input, out),
  'Python, tuned': (input, out) => peer('apply', 'tuned', model, input, out),
};
const timed = (work) => {
  const start = performance.now();
  work();
  return (performance.now() - start) / 1e3;
};
const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];
const spread = (list, digits) =>
  `${median(list).toFixed(digits)} (${Math.min(...list).toFixed(digits)} to ${Math.max(...list).toFixed(digits)})`;

const floor = cores / (await mapAlone());
console.log(`the map alone: ${(floor / cores).toFixed(2)} M rows/s a core, ${floor.toFixed(2)} on ${cores}`);
console.log(
  '| input | way | s for 1 M | s for 4 M | M rows/s at the margin | of the floor | time over datamc’s, 4 M |',
);
for (const ending of (options.inputs ?? 'parquet,csv,root').split(',')) {
  const inputs = [1, 4].map((millions) => path.join(dir, `in${millions}.${ending}`));
  const out = (way) => path.join(dir, `out-${Object.keys(ways).indexOf(way)}.parquet`);
  const times = Object.fromEntries(Object.keys(ways).map((way) => [way, []]));
  // The first round warms the page cache, and what it writes is compared.
  for (const [way, work] of Object.entries(ways)) work(inputs[0], out(way));
  for (const way of Object.keys(ways).slice(1)) peer('same', out('datamc'), out(way));
  for (let round = 0; round < rounds; round++)
    for (const [way, work] of Object.entries(ways))
      times[way].push(inputs.map((input) => timed(() => work(input, out(way)))));
  for (const [way, list] of Object.entries(times)) {
    const [small, large] = [0, 1].map((k) => list.map((pair) => pair[k]));
    const margin = list.map(([one, four]) => 3 / (four - one));
    const ratios = large.map((s, i) => s / times.datamc[i][1]);
    console.log(
      `| ${ending} | ${way} | ${spread(small, 2)} | ${spread(large, 2)} | ${spread(margin, 2)} | ` +
        `${((100 * median(margin)) / floor).toFixed(0)} % | ${way === 'datamc' ? '' : spread(ratios, 2)} |`,
    );
  }
}
