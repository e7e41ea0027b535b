import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openStore } from '../../../src/events/store.js';
import { writeTable } from '../../../src/events/write-table.js';
import { distortedLog10Ip, recordedMuons, simulatedMuons } from '../../../src/physics/impact-parameter.js';
import { seedKey } from '../../../src/stats/key.js';
import { hasSharedData, sharedData } from '../../helpers/shared-data.js';
import { checksums } from '../../helpers/killed.js';

const program = path.resolve('dist/cli/main.js');
const dir = mkdtempSync(path.join(os.tmpdir(), 'datamc-correction-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const datamc = (...args: string[]) => spawnSync(process.execPath, [program, ...args], { cwd: dir, encoding: 'utf8' });
const ROWS = 6000;
const study = `study: correction
samples: { simulation: { files: mc.parquet, weight: w }, data: data.csv }
variables: [{ column: ip, transform: log10 }]
given: [{ column: pt, transform: log }]
flow: { hidden: [16], bins: 8, epochs: 12, batch: 256, patience: 3 }
replicas: 6
`;

beforeAll(async () => {
  const simulation = simulatedMuons(seedKey(1), ROWS);
  const data = recordedMuons(seedKey(2), ROWS);
  const ip = Float64Array.from(simulation.ip);
  [ip[3], ip[10], ip[20], ip[30]] = [NaN, -999, 0, Infinity];
  // One weight in twenty is negative, as in a sample of a next-to-leading-order generator.
  const w = ip.map((_, i) => (i % 20 === 7 ? -1 : 1));
  const put = (name: string, from: number, to: number) =>
    writeTable(path.join(dir, name), [
      { name: 'ip', values: ip.slice(from, to) },
      { name: 'pt', values: simulation.pt.slice(from, to) },
      { name: 'w', values: w.slice(from, to) },
    ]);
  await put('mc.parquet', 0, ROWS);
  await put('mc-1.parquet', 0, 2500);
  await put('mc-2.csv', 2500, ROWS);
  await writeTable(path.join(dir, 'data.csv'), [
    { name: 'ip', values: data.ip },
    { name: 'pt', values: data.pt },
  ]);
  writeFileSync(path.join(dir, 'study.yaml'), study);
});

async function columns(file: string, names: readonly string[]): Promise<Record<string, Float64Array>> {
  const store = await openStore({ cache: path.join(dir, 'cache') });
  try {
    const table = await store.open({ files: [file] });
    return await table.read(Object.fromEntries(names.map((n) => [n, n])));
  } finally {
    await store.close();
  }
}

describe('a study from file to product', () => {
  test('runs, and its summary has every promised key', () => {
    const run = datamc('run', 'study.yaml', '--out', 'one', '--jobs', '2');
    expect(run.stderr + run.stdout).toContain('report');
    expect(run.status).toBe(0);
    const summary = JSON.parse(readFileSync(path.join(dir, 'one/summary.json'), 'utf8')) as Record<string, unknown>;
    const promised = [
      'events.simulation',
      'events.data',
      'joint.auc.before',
      'joint.auc.after',
      'closure.ks',
      'ip.pValue.after',
    ];
    for (const measure of ['ks', 'wasserstein', 'chi2ndf'])
      promised.push(`ip.${measure}.before`, `ip.${measure}.after`);
    for (const key of promised) expect(summary).toHaveProperty([key]);
    expect(summary['events.simulation']).toBe(ROWS - 4);
  });

  test('its report says what was run, on what, and what was warned of', () => {
    const html = readFileSync(path.join(dir, 'one/report.html'), 'utf8');
    const text = html.replace(/<(style|script|svg)\b.*?<\/\1>/gs, '').replace(/<[^>]+>/g, ' ');
    const sum = createHash('sha256')
      .update(readFileSync(path.join(dir, 'mc.parquet')))
      .digest('hex');
    for (const part of [
      'was learnt by two normalising flows',
      'Before',
      'Closure',
      'datamc run study.yaml',
      'variables: [ { column: ip, transform: log10 } ]',
      'files: [ mc.parquet ]',
      sum,
      'onnxruntime-node',
      'NaN in &quot;ip&quot; of simulation: not used, passed through unchanged',
    ])
      expect(text).toContain(part);
    expect(text).not.toContain('undefined');
    expect(html).not.toContain(dir);
  });

  test('every figure stands in four forms, with text as text', () => {
    const names = readdirSync(path.join(dir, 'one/figures'));
    const figures = names.filter((name) => name.endsWith('.json')).map((name) => name.replace('.json', ''));
    for (const wanted of ['before-after-ip', 'bins-ip', 'map-ip', 'closure-ip', 'correlations'])
      expect(figures).toContain(wanted);
    for (const sample of ['simulation', 'data'])
      for (const kind of [`density-${sample}-ip`, `training-${sample}`, `snapshots-${sample}`])
        expect(figures).toContain(kind);
    for (const figure of figures) {
      for (const kind of ['svg', 'png', 'pdf']) expect(names).toContain(`${figure}.${kind}`);
      const svg = readFileSync(path.join(dir, 'one/figures', `${figure}.svg`), 'utf8');
      expect(svg).toMatch(/<text /);
      expect(svg).not.toMatch(/NaN|Infinity|undefined/);
    }
  });

  test('rows in are rows out: what cannot be corrected is unchanged and flagged, the rest moves towards the truth', async () => {
    const before = await columns(path.join(dir, 'mc.parquet'), ['ip', 'pt']);
    const after = await columns(path.join(dir, 'one/products/simulation.parquet'), [
      'ip',
      'pt',
      'ip_corrected',
      'ip_corrected_up',
      'ip_corrected_down',
      'ip_flag',
    ]);
    expect(after['ip']).toEqual(before['ip']);
    expect(after['pt']).toEqual(before['pt']);
    for (const row of [3, 10, 20, 30]) {
      expect(after['ip_corrected'][row]).toBe(before['ip'][row]);
      expect(after['ip_flag'][row]).toBe(1);
    }
    let [moved, left] = [0, 0];
    before['ip'].forEach((ip, row) => {
      if (after['ip_flag'][row] !== 0) return;
      const truth = distortedLog10Ip(Math.log10(ip), before['pt'][row]);
      moved += Math.abs(Math.log10(after['ip_corrected'][row]) - truth);
      left += Math.abs(Math.log10(ip) - truth);
      expect(after['ip_corrected_up'][row]).toBeGreaterThanOrEqual(after['ip_corrected_down'][row]);
    });
    expect(moved).toBeLessThan(0.6 * left);
  });

  test('run directory, ONNX file and correctionlib file correct alike; every replica on request', async () => {
    for (const [product, out] of [
      ['one', 'a.parquet'],
      ['one/products/correction.onnx', 'b.parquet'],
      ['one/products/correction.json', 'c.csv'],
    ])
      expect(datamc('apply', product, 'mc.parquet', out).status).toBe(0);
    const [a, b, c] = await Promise.all(
      ['a.parquet', 'b.parquet', 'c.csv'].map((f) =>
        columns(path.join(dir, f), ['ip_corrected', 'ip_corrected_up', 'ip_flag']),
      ),
    );
    expect(b).toEqual(a);
    // The correctionlib file interpolates between knots: within the band nearly everywhere.
    const outside = a['ip_corrected'].filter((value, row) => {
      const band = Math.abs(a['ip_corrected_up'][row] - value);
      return a['ip_flag'][row] === 0 && Math.abs(c['ip_corrected'][row] - value) > band + 0.002 * value;
    });
    expect(outside.length / ROWS).toBeLessThan(0.01);
    expect(datamc('apply', 'one', 'mc.parquet', 'r.parquet', '--replicas').status).toBe(0);
    expect(
      Object.keys(await columns(path.join(dir, 'r.parquet'), ['ip_corrected_replica_0', 'ip_corrected_replica_5'])),
    ).toHaveLength(2);
  });

  test('one worker, or killed twice and resumed: the same bytes', async () => {
    const args = [program, 'run', 'study.yaml', '--out', 'two', '--jobs', '1'];
    for (const after of [2500, 2000]) {
      const child = spawn(process.execPath, args, { cwd: dir, stdio: 'ignore' });
      await new Promise((resolve) => setTimeout(resolve, after));
      child.kill('SIGKILL');
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    execFileSync(process.execPath, args, { cwd: dir, stdio: 'ignore' });
    expect(checksums(path.join(dir, 'two/products'))).toEqual(checksums(path.join(dir, 'one/products')));
    expect(checksums(path.join(dir, 'two/figures'))).toEqual(checksums(path.join(dir, 'one/figures')));
    expect(readFileSync(path.join(dir, 'two/summary.json'), 'utf8')).toBe(
      readFileSync(path.join(dir, 'one/summary.json'), 'utf8'),
    );
  });

  test('the exact map alone, of a sample of two files with weights of either sign', async () => {
    writeFileSync(
      path.join(dir, 'exact.yaml'),
      study
        .replace('files: mc.parquet', 'files: ["mc-*"]')
        .replace(/given:.*\n/, '')
        .replace(/flow:.*\n/, 'method: quantile\n'),
    );
    const run = datamc('run', 'exact.yaml', '--out', 'exact');
    expect(run.stderr).not.toContain('error');
    expect(run.status).toBe(0);
    expect(readdirSync(path.join(dir, 'exact/products'))).toEqual(
      expect.arrayContaining(['correction.json', 'correction.onnx', 'simulation.parquet']),
    );
    const before = await columns(path.join(dir, 'mc.parquet'), ['ip', 'w']);
    const after = await columns(path.join(dir, 'exact/products/simulation.parquet'), [
      'ip',
      'w',
      'ip_corrected',
      'ip_flag',
    ]);
    expect(after['ip']).toEqual(before['ip']);
    expect(after['w']).toEqual(before['w']);
    for (const row of [3, 10, 20, 30]) expect(after['ip_flag'][row]).toBe(1);
    // The map rises: in the order of the values before, those after do not fall.
    const rows = Array.from(before['ip'].keys()).filter((row) => after['ip_flag'][row] !== 1);
    rows.sort((a, b) => before['ip'][a] - before['ip'][b]);
    rows.slice(1).forEach((row, i) => {
      expect(after['ip_corrected'][row]).toBeGreaterThanOrEqual(after['ip_corrected'][rows[i]]);
    });
    // Data lie higher at every momentum: by 6 % and more.
    expect(after['ip_corrected'][rows[2000]] / before['ip'][rows[2000]]).toBeGreaterThan(1.03);
  });
});

test.each([
  ['a misspelt column', study.replace('column: ip', 'column: ipp'), /unknown column "ipp"[\s\S]*"ip"/],
  ['a misspelt key', study.replace('replicas', 'replica'), /replica[\s\S]*replicas/],
  ['a missing file', study.replace('mc.parquet', 'mcc.parquet'), /mcc\.parquet/],
  ['a cut that leaves nothing', `${study}select: "pt < 0"\n`, /nothing|no row|empty/i],
  ['two variables for the exact map', study.replace('given:', 'method: quantile\ngiven:'), /quantile/],
  ['weights that add up to nothing', study.replace('weight: w', 'weight: "-1"'), /weight/],
])('exit status 2 for %s', (name, text, message) => {
  const file = `${name.replaceAll(' ', '-')}.yaml`;
  writeFileSync(path.join(dir, file), text);
  const run = datamc('run', file, '--out', `bad-${file}`);
  expect(run.stderr).toMatch(message);
  expect(run.status).toBe(2);
});

describe.skipIf(!hasSharedData)('recorded events', () => {
  const example = (name: string, files: readonly string[]) => {
    for (const file of files) symlinkSync(sharedData(file), path.join(dir, path.basename(file)));
    const text = readFileSync(`examples/correction/${name}.yaml`, 'utf8').replace('epochs: 60', 'epochs: 20');
    writeFileSync(path.join(dir, `${name}.yaml`), `${text}replicas: 4\n`);
    expect(datamc('run', `${name}.yaml`, '--out', name).status).toBe(0);
    const summary = JSON.parse(readFileSync(path.join(dir, name, 'summary.json'), 'utf8')) as Record<
      string,
      { value: number }
    >;
    return (key: string): number => summary[key].value ?? Number(summary[key]);
  };

  test('ALICE: full simulation is brought to data', () => {
    const value = example('alice-dstar', [
      'alice-dstar/SmallSkimmed_Dstar_pp5TeV_MC_train307.root',
      'alice-dstar/SmallSkimmed_Dstar_pp5TeV_train308.root',
    ]);
    expect(value('ip.ks.after')).toBeLessThan(0.6 * value('ip.ks.before'));
    expect(value('joint.auc.before')).toBeGreaterThan(0.515);
    expect(Math.abs(value('joint.auc.after') - 0.5)).toBeLessThan(0.02);
    const applied = datamc(
      'apply',
      'alice-dstar',
      'SmallSkimmed_Dstar_pp5TeV_MC_train307.root',
      'alice.parquet',
      '--tree',
      'fTreeDstarFlagged',
      '--json',
    );
    expect(JSON.parse(applied.stdout)).toMatchObject({ rows: 26902 });
  });

  test('LHCb: recorded events corrected to others of their kind stay as they are', () => {
    const value = example('lhcb-closure', [
      'lhcb-zmumu/batch_1.root',
      'lhcb-zmumu/batch_2.root',
      'lhcb-zmumu/batch_3.root',
    ]);
    // Both p-values are those of true hypotheses: below 1e-4 once in ten thousand seeds.
    expect(value('muon1_IP_OWNPV.pValue.before')).toBeGreaterThan(1e-4);
    expect(value('muon1_IP_OWNPV.pValue.after')).toBeGreaterThan(1e-4);
    expect(Math.abs(value('joint.auc.after') - 0.5)).toBeLessThan(0.06);
  });
});
