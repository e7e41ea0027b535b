// One training step of the reference flow (6 features, 5 coupling transforms, hidden 64 × 64, 8 bins, ±4), side by side
// with flowjax on the same machine in the same minutes.
//
//   npm run build && BENCH_PYTHON=/path/to/python node bench/flow-step.mjs [--rounds 7] [--batches 128,512,2048,8192] [--threads 1,2]
//
// That Python needs flowjax: python3 -m venv .venv-bench && .venv-bench/bin/pip install flowjax optax equinox jax
// Without BENCH_PYTHON only datamc and its floor are timed. With one thread, both sides are held on one core (taskset).
//
// datamc is timed inside its own train(): drawing the order, gathering minibatches, loss, gradient, gradient norm, AdamW,
// and handing back every epoch's parameters. flowjax is timed as its jitted step, called from Python on batches that lie
// ready. After each of our epochs the peer does as many steps; a ratio is taken within each round. The floor is the
// network's matrix products alone, in a loop in ONNX Runtime.

import { spawn, spawnSync } from 'node:child_process';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const here = path.dirname(fileURLToPath(import.meta.url));
const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '7' },
    batches: { type: 'string', default: '128,512,2048,8192' },
    threads: { type: 'string', default: '1,2' },
    dist: { type: 'string', default: path.join(here, '../dist') },
  },
});
const load = (file) => import(path.resolve(options.dist, file));
const { Graph } = await load('graph/graph.js');
const { gemm } = await load('graph/ops/linear.js');
const { slice } = await load('graph/ops/reshape.js');
const { openSession } = await load('graph/session.js');
const { dim } = await load('graph/shape.js');
const { train } = await load('graph/train.js');
const { flowColumns, flowObjective } = await load('models/flow-objective.js');
const { flowSpec } = await load('models/flow-spec.js');
const { normals, seedKey } = await load('stats/key.js');

const FEATURES = 6;
const spec = flowSpec({
  kind: 'coupling',
  features: FEATURES,
  transforms: 5,
  bins: 8,
  hidden: [64, 64],
  bound: 4,
  tails: 'identity',
});
const key = seedKey(1);
const rounds = Number(options.rounds);
const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];
const range = (list, digits) =>
  `${median(list).toFixed(digits)} (${Math.min(...list).toFixed(digits)}–${Math.max(...list).toFixed(digits)})`;

/** Six features, each bending the one before it. */
function events(rows) {
  const noise = normals(key.split('events'), FEATURES * rows);
  const columns = [noise.slice(0, rows)];
  for (let j = 1; j < FEATURES; j++)
    columns.push(columns[j - 1].map((v, i) => Math.min(3, 0.5 * v * v - 0.7 + 0.5 * noise[j * rows + i])));
  const unit = { location: new Array(FEATURES).fill(0), scale: new Array(FEATURES).fill(1) };
  return { columns: flowColumns(spec, { features: unit, context: { location: [], scale: [] } }, columns, []), rows };
}

/** Keeps this process, all its threads, and peers started from now on, on so many cores. */
function holdOn(cores) {
  spawnSync('taskset', ['-acp', `0-${cores - 1}`, String(process.pid)]);
}

async function peerFor(threads) {
  if (!process.env.BENCH_PYTHON) return undefined;
  const env = { ...process.env, DATAMC_BENCH_THREADS: String(threads) };
  const child = spawn(process.env.BENCH_PYTHON, [path.join(here, 'flow-step.py')], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env,
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ask = async (text) => {
    if (text) child.stdin.write(`${text}\n`);
    const { value } = await lines.next();
    if (value === undefined) throw new Error('the peer ended: does BENCH_PYTHON have flowjax?');
    return value;
  };
  return { name: await ask(), ask, end: () => child.stdin.end() };
}

/** The products of one step, forward and backward: weights against activations, and nothing else. */
async function floorOf(batch, steps, threads) {
  const graph = new Graph({ dtype: 'float32' });
  const [half, hidden, out] = [dim('half', 3), dim('hidden', 64), dim('out', 23 * 3)];
  const x = graph.input('x', [half, dim('batch', batch)]);
  const weights = Array.from({ length: 5 }, (_, t) => [
    graph.input(`a${t}`, [half, hidden]),
    graph.input(`b${t}`, [hidden, dim('before', 64)]),
    graph.input(`c${t}`, [out, hidden]),
  ]);
  const corner = (t) => slice(slice(t, t.shape[0].name, 0, 1), t.shape[1].name, 0, 1);
  const { scans } = graph.loop(steps, [x], (_inner, _round, [start]) => {
    // The activations come in as the loop's state: what depends on the outside alone would be computed only once.
    let at = start;
    const kept = [];
    weights.forEach(([a, b, c], t) => {
      const h = gemm(a, at, undefined, { transposeA: true });
      const k = gemm(b, h, undefined);
      const o = gemm(c, k, undefined);
      const gk = gemm(c, o, undefined, { transposeA: true });
      const gh = gemm(b, gk, undefined, { transposeA: true });
      const products = [
        gemm(o, k, undefined, { transposeB: true }),
        gemm(gk, h, undefined, { transposeB: true }),
        gemm(at, gh, undefined, { transposeB: true }),
      ];
      kept.push(...products.map(corner));
      at = gemm(a, gh, undefined);
      if (t === 4) kept.push(corner(at));
    });
    return { state: [start], scans: kept };
  });
  scans.forEach((s, i) => graph.output(`s${i}`, s));
  const session = await openSession(graph.compile(), { threads });
  const feeds = { x: { data: Float32Array.from(normals(key, 3 * batch)), dims: [3, batch] } };
  weights.flat().forEach((w) => {
    const dims = w.shape.map((d) => d.size);
    const size = dims[0] * dims[1];
    feeds[w.id] = { data: Float32Array.from(normals(key.split(w.id), size), (z) => z / 8), dims };
  });
  return {
    async run() {
      const start = performance.now();
      await session.run(feeds);
      return (performance.now() - start) / steps;
    },
    close: () => session.close(),
  };
}

async function compare(batch, threads, peer) {
  const steps = Math.ceil(65536 / batch);
  const floor = await floorOf(batch, steps, threads);
  if (peer) await peer.ask(`${batch} ${steps}`);
  const times = { ours: [], peer: [], floor: [] };
  let start = 0;
  const { history } = await train(flowObjective(spec), events(batch * steps + 1), {
    epochs: rounds + 2,
    batch,
    learningRate: 1e-3,
    schedule: 'constant',
    key,
    threads,
    async onEpoch({ epoch }) {
      const ours = (performance.now() - start) / steps;
      const products = await floor.run();
      const theirs = peer ? Number(await peer.ask(`${batch} ${steps}`)) : NaN;
      // The floor's threads look for more work for a while before they sleep.
      await setTimeout(150);
      // The first two rounds warm all sides.
      if (epoch > 2) {
        times.ours.push(ours);
        times.peer.push(theirs);
        times.floor.push(products);
      }
      start = performance.now();
    },
  });
  await floor.close();
  return { ...times, ratio: times.peer.map((p, i) => p / times.ours[i]), loss: history.at(-1).train };
}

const rows = [];
let names = '';
for (const threads of options.threads.split(',').map(Number)) {
  holdOn(threads === 1 ? 1 : os.cpus().length);
  const peer = await peerFor(threads);
  if (peer) names = peer.name;
  for (const batch of options.batches.split(',').map(Number)) {
    const result = await compare(batch, threads, peer);
    const distance = median(result.ours) / median(result.floor);
    rows.push(
      `| ${batch} | ${threads} | ${range(result.ours, 2)} | ${peer ? range(result.peer, 2) : '–'} | ` +
        `${peer ? `**${range(result.ratio, 1)}**` : '–'} | ${median(result.floor).toFixed(2)} | ${distance.toFixed(1)} |`,
    );
    console.error(rows.at(-1), `loss ${result.loss.toFixed(3)}`);
  }
  peer?.end();
}
console.log(
  `Node ${process.version}, ${os.cpus()[0].model}, ${os.availableParallelism()} cores${names && `; ${names}`}`,
);
console.log(`Milliseconds a step: median (least–most) of ${rounds} interleaved rounds.\n`);
console.log('| batch | threads | datamc | flowjax | flowjax / datamc | floor | datamc / floor |');
console.log('|---|---|---|---|---|---|---|');
console.log(rows.join('\n'));
