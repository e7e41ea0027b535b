// Extended unbinned fits, errors included, side by side with zfit and with iminuit + numba-stats on the same events.
//
//   npm run build && DATAMC_ZFIT=/path/to/python DATAMC_IMINUIT=/path/to/python node bench/fit.mjs [--events 1000000] [--rounds 3]
//     [--peers zfit,iminuit] [--models Voigt,dimensions] [--dir DIR]
//
// zfit wants an environment of its own; the other Python needs iminuit and numba-stats. Events lie in memory when the clock starts.
// Every fit is a process of its own. datamc's time holds the making and compiling of its graphs and the χ²; that of the peers
// neither their compilation nor a χ². The ways take turns; a ratio is taken within each round.

import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { fit, models, write } from './fit-models.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const { values: options } = parseArgs({
  options: {
    events: { type: 'string' },
    rounds: { type: 'string' },
    peers: { type: 'string' },
    models: { type: 'string' },
    dir: { type: 'string' },
    one: { type: 'string' },
    at: { type: 'string' },
  },
});

/** What a worker of its own says: one fit, from a cold start. */
if (options.one !== undefined) {
  const { seconds, result } = await fit(options.one, options.at);
  const { signal } = result.yields;
  console.log(JSON.stringify({ seconds, valid: result.status === 'converged', signal: [signal.value, signal.error] }));
  process.exit(0);
}

const events = Number(options.events ?? 1_000_000);
const rounds = Number(options.rounds ?? 3);
const dir = options.dir ?? path.join(os.tmpdir(), 'datamc-bench');
mkdirSync(dir, { recursive: true });
const pythons = { zfit: process.env.DATAMC_ZFIT, iminuit: process.env.DATAMC_IMINUIT };
const peers = (options.peers ?? 'zfit,iminuit').split(',').filter((name) => pythons[name]);
const wanted = Object.keys(models).filter((name) =>
  (options.models ?? '').split(',').some((part) => name.includes(part)),
);

function call(command, args) {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 26 });
  if (status === 0) return JSON.parse(stdout.trim().split('\n').at(-1));
  console.error(stderr);
  process.exit(2);
}
const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];
const spread = (list, digits) => {
  const [low, high] = [Math.min(...list), Math.max(...list)].map((v) => v.toPrecision(digits));
  return `${median(list).toPrecision(digits)} (${low} to ${high})`;
};

console.log(
  `Node ${process.version}, ${os.cpus()[0].model}, ${os.availableParallelism()} cores; ${events} events, ${rounds} rounds`,
);
console.log('| fit | way | seconds | time over datamc’s | yield |\n| --- | --- | --- | --- | --- |');
for (const name of wanted) {
  const at = path.join(dir, `fit-${name.replace(/\W/g, '')}-${events}`);
  write(name, events, at);
  const ways = ['datamc', ...peers.filter((peer) => models[name].peers.includes(peer))];
  const found = Object.fromEntries(ways.map((way) => [way, []]));
  for (let round = 0; round < rounds; round++) {
    for (let k = 0; k < ways.length; k++) {
      const way = ways[(k + round) % ways.length];
      found[way].push(
        way === 'datamc'
          ? call(process.execPath, [fileURLToPath(import.meta.url), '--one', name, '--at', at])
          : call(pythons[way], [path.join(here, `fit-${way}.py`), name, at]),
      );
    }
  }
  for (const way of ways) {
    const ratios = found[way].map((run, i) => run.seconds / found.datamc[i].seconds);
    const { signal, valid, versions } = found[way].at(-1);
    const cells = [
      way === ways[0] ? name : '',
      way === 'datamc' ? '**datamc**' : versions,
      spread(
        found[way].map((run) => run.seconds),
        3,
      ),
      way === 'datamc' ? '' : spread(ratios, 3),
      `${signal[0].toFixed(1)} ± ${signal[1]?.toFixed(1) ?? '?'}${valid ? '' : ' (not valid)'}`,
    ];
    console.log(`| ${cells.join(' | ')} |`);
  }
}
