// Densities of an identification for given momentum and angle: made, sampled and transformed, side by side with the way of PIDGen2 in
// NumPy and SciPy, and with scipy.stats.gaussian_kde.
//
//   npm run build && DATAMC_PYTHON=/path/to/python node bench/densities.mjs [--rows 2e5] [--events 20000] [--rounds 5] [--dir DIR]
//
// That Python needs numpy and scipy. Both sides have the columns in memory and use one thread; the ways take turns, and a ratio is taken
// within each round. New values of both must have the same quantiles, within 0.01 of the probability.

import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import readline from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { newApplyCounts, resampler, transformer } from '../dist/density/apply-block.js';
import { templateFromColumns } from '../dist/density/from-blocks.js';
import { normals, seedKey, uniforms } from '../dist/stats/key.js';

const here = path.dirname(fileURLToPath(import.meta.url));
const { values: options } = parseArgs({
  options: {
    rows: { type: 'string' },
    events: { type: 'string' },
    rounds: { type: 'string' },
    dir: { type: 'string' },
  },
});
const rows = Number(options.rows ?? 2e5);
const events = Math.min(rows, Number(options.events ?? 20_000));
const rounds = Number(options.rounds ?? 5);
const dir = options.dir ?? path.join(os.tmpdir(), 'datamc-bench');
const python = process.env.DATAMC_PYTHON ?? 'python3';
const script = path.join(here, 'densities.py');
mkdirSync(dir, { recursive: true });

function sample(seed, scale) {
  const key = seedKey(seed);
  const p = uniforms(key.split('p'), rows).map((u) => 0.3 - 1.1 * Math.log(1 - u * (1 - Math.exp(-3.7 / 1.1))));
  const cosTheta = uniforms(key.split('c'), rows).map((u) => -0.866 + 1.822 * u);
  const z = normals(key.split('z'), rows);
  const kaonID = z.map((v, i) => {
    const d = (scale * 4 * (1 + 0.3 * cosTheta[i])) / (0.6 + p[i] ** 2);
    return 1 / (1 + Math.exp(-(d + Math.sqrt(2 * d) * v)));
  });
  return { p, cosTheta, kaonID };
}
const [data, simulation] = [sample(1, 1), sample(2, 1.15)];
const file = path.join(dir, `densities-${rows}.f64`);
writeFileSync(
  file,
  Buffer.concat(
    [data, simulation].flatMap((s) => Object.values(s).map((c) => Buffer.from(c.buffer, c.byteOffset, c.byteLength))),
  ),
);

const base = { name: 'bench', replicas: 0, widthsFactor: 1, atoms: 0 };
const histogram = {
  ...base,
  method: 'histogram',
  variables: [{ name: 'kaonID' }],
  given: [{ name: 'p' }, { name: 'cosTheta' }],
};
const kernel = {
  ...base,
  method: 'kernel',
  variables: [{ name: 'kaonID', nodes: 100 }],
  given: [
    { name: 'p', nodes: 20 },
    { name: 'cosTheta', nodes: 10 },
  ],
  widths: [0.2, 0.3, 0.2],
};
const few = Object.fromEntries(Object.entries(data).map(([name, c]) => [name, c.slice(0, events)]));
const to = (await templateFromColumns(data, histogram)).template;
const of = (await templateFromColumns(simulation, histogram, { axes: to })).template;
const block = { rows, first: 0, given: [simulation.p, simulation.cosTheta], variables: [simulation.kaonID] };
const apply = (applier) => applier.apply(block, newApplyCounts())['kaonID_n'];
const settings = { key: seedKey(3), suffix: 'n', outside: 'clamp' };
const works = {
  build: async () => void (await templateFromColumns(data, histogram)),
  resample: async () => apply(resampler(to, settings)),
  transform: async () => apply(transformer(of, to, settings)),
  kernel: async () => void (await templateFromColumns(few, kernel)),
};
const words = {
  build: `smoothed histogram, 70 × 70 × 70 bins, ${rows} events`,
  resample: `resampled from it, ${rows} rows`,
  transform: `transformed, ${rows} rows`,
  kernel: `kernel density, ${events} events, 20 × 10 × 100 nodes`,
};

async function ours(name) {
  const [start, processor] = [performance.now(), process.cpuUsage()];
  const values = await works[name]();
  const { user, system } = process.cpuUsage(processor);
  return { seconds: (performance.now() - start) / 1e3, processor: (user + system) / 1e6, values };
}

const child = spawn(python, [script, 'serve', file, String(rows), String(events)], {
  stdio: ['pipe', 'pipe', 'inherit'],
});
const lines = readline.createInterface({ input: child.stdout })[Symbol.asyncIterator]();
async function theirs(name) {
  child.stdin.write(`${name}\n`);
  return JSON.parse((await lines.next()).value);
}

/** Shares of our values below the peer's quantiles: 0.05, 0.10, … */
function compare(values, quantiles) {
  const sorted = values.filter(Number.isFinite).sort();
  quantiles.forEach((q, i) => {
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sorted[middle] <= q) low = middle + 1;
      else high = middle;
    }
    const wanted = 0.05 * (i + 1);
    if (Math.abs(low / sorted.length - wanted) > 0.01)
      throw new Error(`quantile ${wanted.toFixed(2)} of the peer is ${(low / sorted.length).toFixed(3)} of ours`);
  });
}

const ascending = (list) => [...list].sort((a, b) => a - b);
const shown = (list, digits) => {
  const all = ascending(list);
  return `${all[all.length >> 1].toFixed(digits)} (${all[0].toFixed(digits)} to ${all.at(-1).toFixed(digits)})`;
};

const versions = spawnSync(python, [script, 'versions'], { encoding: 'utf8' }).stdout.trim();
console.log(`Node ${process.version}, ${os.cpus()[0].model}, ${os.availableParallelism()} cores; ${versions}`);
console.log('| work | datamc, s | NumPy and SciPy, s | time over datamc’s | processor time over datamc’s |');
console.log('| --- | --- | --- | --- | --- |');
for (const name of Object.keys(works)) {
  const [own, other, ratios, processor] = [[], [], [], []];
  for (let round = 0; round < rounds + 1; round++) {
    const turns = [() => ours(name), () => theirs(name)];
    const got = [];
    for (const k of round % 2 ? [1, 0] : [0, 1]) got[k] = await turns[k]();
    const [a, b] = got;
    if (a.values) compare(a.values, b.quantiles);
    // The first round warms up.
    if (round === 0) continue;
    own.push(a.seconds);
    other.push(b.seconds);
    ratios.push(b.seconds / a.seconds);
    processor.push(b.processor / a.processor);
  }
  console.log(
    `| ${words[name]} | ${shown(own, 2)} | ${shown(other, 2)} | **${shown(ratios, 1)}** | ${shown(processor, 1)} |`,
  );
}
child.stdin.end();
