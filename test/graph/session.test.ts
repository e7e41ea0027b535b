import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { Graph } from '../../src/graph/graph.js';
import { exp } from '../../src/graph/ops/functions.js';
import { dim } from '../../src/graph/shape.js';
import { temporaryFolder } from '../helpers/toy-run.js';

const home = temporaryFolder();

test('a session leaves nothing in the home folder: no telemetry', () => {
  const graph = new Graph({ dtype: 'float32' });
  graph.output('y', exp(graph.input('x', [dim('row', 'N')])));
  const model = path.join(home, 'exp.onnx');
  writeFileSync(model, graph.compile());
  const empty = path.join(home, 'user');
  mkdirSync(empty);
  const session = new URL('../../dist/graph/session.js', import.meta.url).href;
  const script = `
    import { readFileSync } from 'node:fs';
    import { openSession } from ${JSON.stringify(session)};
    const session = await openSession(readFileSync(${JSON.stringify(model)}), { threads: 1 });
    const { y } = await session.run({ x: { data: Float32Array.of(0), dims: [1] } });
    console.log(y.data[0]);`;
  const env = { PATH: process.env['PATH'], HOME: empty };
  const done = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8', env });
  expect([done.stdout, done.stderr]).toEqual(['1\n', '']);
  expect(readdirSync(empty, { recursive: true })).toEqual([]);
});
