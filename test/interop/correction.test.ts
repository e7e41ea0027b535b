import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { evaluateCorrection } from '../../src/formats/correctionlib/evaluate.js';
import { readCorrectionSet } from '../../src/formats/correctionlib/file.js';
import { openStore } from '../../src/events/store.js';
import { writeTable } from '../../src/events/write-table.js';
import { recordedMuons, simulatedMuons } from '../../src/physics/impact-parameter.js';
import { seedKey } from '../../src/stats/key.js';

const python = process.env['DATAMC_PYTHON'] ?? 'python3';
const dir = mkdtempSync(path.join(os.tmpdir(), 'datamc-interop-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

test('Python’s onnxruntime and correctionlib give what datamc apply writes', async () => {
  const put = (name: string, tracks: ReturnType<typeof simulatedMuons>) =>
    writeTable(path.join(dir, name), [
      { name: 'ip', values: tracks.ip },
      { name: 'pt', values: tracks.pt },
    ]);
  await put('mc.csv', simulatedMuons(seedKey(1), 4000));
  await put('data.csv', recordedMuons(seedKey(2), 4000));
  writeFileSync(
    path.join(dir, 'map.yaml'),
    'study: correction\nsamples: { simulation: mc.csv, data: data.csv }\nvariables: [{ column: ip, transform: log10 }]\ngiven: [{ column: pt, transform: log }]\nflow: { hidden: [16], epochs: 10 }\nreplicas: 4\n',
  );
  execFileSync(process.execPath, [path.resolve('dist/cli/main.js'), 'run', 'map.yaml', '--out', 'run'], {
    cwd: dir,
    stdio: 'pipe',
  });
  const products = path.join(dir, 'run/products');
  const found = JSON.parse(
    execFileSync(python, [path.resolve('test/interop/correction.py'), products, path.join(dir, 'mc.csv'), 'map'], {
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    }),
  ) as { columns: string[]; onnx: Record<string, number[]>; alone: number[]; json: Record<string, number[]> };

  const store = await openStore({ cache: path.join(dir, 'cache') });
  const table = await store.open({ files: [path.join(products, 'simulation.parquet')] });
  const names = ['ip', 'pt', 'ip_corrected', 'ip_corrected_up', 'ip_corrected_down'];
  const ours = await table.read(Object.fromEntries(names.map((n) => [n, n])));
  await store.close();
  expect(found.columns).toEqual(['ip', 'pt']);
  const same = (a: ArrayLike<number>, b: ArrayLike<number>, relative: number) =>
    expect(Math.max(...Array.from(a, (v, i) => Math.abs(v / b[i] - 1)))).toBeLessThan(relative);
  same(found.onnx['output'], ours['ip_corrected'], 2e-5);
  same(found.onnx['up'], ours['ip_corrected_up'], 2e-5);
  same(found.onnx['down'], ours['ip_corrected_down'], 2e-5);
  same(found.alone, found.onnx['output'].slice(0, 20), 2e-5);
  const [correction] = (await readCorrectionSet(path.join(products, 'correction.json'))).corrections;
  for (const variation of ['nominal', 'up', 'down'])
    same(found.json[variation], evaluateCorrection(correction, { variation, ip: ours['ip'], pt: ours['pt'] }), 1e-9);
});
