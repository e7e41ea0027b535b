import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { fromSysvarStudyYaml, type SysvarStudy } from '../../../../src/formats/tables/sysvar-study.js';
import { normals, seedKey, uniforms } from '../../../../src/stats/key.js';
import { sysvarTemplates } from '../../../../src/studies/pid/one-shot/sysvar-templates.js';
import { datamc } from '../../../helpers/command.js';
import { temporaryFolder } from '../../../helpers/toy-run.js';

const dir = temporaryFolder();
const at = (name: string): string => path.join(dir, name);
const [n, variations] = [2000, 30];

const study: SysvarStudy = {
  output_filepath: 'templates.root',
  reco_channel_id_column: 'channel',
  reco_channels: { electron: [0], muon: [1, 2], tau: [3] },
  template_id_column: 'template',
  templates: ['signal', 'bkg', 'other'],
  total_weight: 'total',
  MC_prod: 'MC15rd',
  Nvar: variations,
  bins: {
    electron: { mass: [0, 0.2, 0.7, 1], angle: [-1, 0, 1] },
    muon: { mass: [0, 0.5, 1] },
    tau: { mass: [0, 1] },
  },
  systematics: {
    kID: {
      weight: 'Weight',
      prefices: ['K', 'pi'],
      reco_channels: { include: null, exclude: ['tau'] },
      templates: ['signal', 'bkg'],
    },
  },
};

const [mass, angle, c, t] = ['mass', 'angle', 'c', 't'].map((name) => uniforms(seedKey(1).split(name), n));
const z = normals(seedKey(2), variations * 4);
const rows = Array.from(mass, (m, i) => {
  const channel = Math.floor(4.4 * c[i]);
  const template = ['signal', 'bkg', 'other'][Math.floor(3 * t[i])];
  const K = 0.9 + 0.1 * (channel % 2);
  const pi = 1.05;
  const shift = (v: number, k: number): number => 1 + 0.03 * z[2 * v + k] * (m > 0.5 ? 1 : 0.3);
  return {
    ...{ mass: i < 3 ? 1 : m, angle: 2 * angle[i] - 1, channel, template, K_Weight: K, pi_Weight: pi },
    total: 0.5 * K * pi,
    ...Object.fromEntries(
      Array.from({ length: variations }, (_, v) => [
        [`K_Weight_${v}`, K * shift(v, 0)],
        [`pi_Weight_${v}`, pi * shift(v, 1)],
      ]).flat() as [string, number][],
    ),
  } as Record<string, number | string>;
});
const columns = Object.keys(rows[0]);
writeFileSync(at('events.csv'), [columns.join(','), ...rows.map((r) => columns.map((k) => r[k]).join(','))].join('\n'));

/** Contents of a channel and template, bin after bin, by looking at every row for every bin. */
function contents(channel: 'electron' | 'muon', template: string, weight: (r: Record<string, number>) => number) {
  const [first, second = [-Infinity, Infinity]] = Object.values(study.bins[channel]);
  const inside = (edges: readonly number[], i: number, x: number): boolean =>
    x >= edges[i] && (x < edges[i + 1] || (i + 2 === edges.length && x === edges[i + 1]));
  const out: number[] = [];
  for (let i = 0; i + 1 < first.length; i++)
    for (let j = 0; j + 1 < second.length; j++)
      out.push(
        rows
          .filter((r) => study.reco_channels[channel].includes(r['channel']) && r['template'] === template)
          .map((r) => r as Record<string, number>)
          .filter((r) => inside(first, i, r['mass']) && inside(second, j, r['angle']))
          .reduce((s, r) => s + weight(r), 0),
      );
  return out;
}

test('contents and covariance over all channels and templates are those of the varied weights', async () => {
  const made = await sysvarTemplates({ files: [at('events.csv')], study });
  expect(made.channels.map((ch) => [ch.name, ch.samples.map((s) => s.name)])).toEqual([
    ['electron', ['signal', 'bkg']],
    ['muon', ['signal', 'bkg']],
  ]);
  const parts = (['electron', 'muon'] as const).flatMap((ch) => ['signal', 'bkg'].map((s) => [ch, s] as const));
  const all = (weight: (r: Record<string, number>) => number) => parts.flatMap(([ch, s]) => contents(ch, s, weight));
  const nominal = all((r) => r['total']);
  const samples = made.channels.flatMap((ch) => ch.samples);
  samples.flatMap((s) => s.data).forEach((v, j) => expect(v).toBeCloseTo(nominal[j], 9));
  const varied = Array.from({ length: variations }, (_, v) =>
    all((r) => ((r['total'] / r['K_Weight']) * r[`K_Weight_${v}`] * r[`pi_Weight_${v}`]) / r['pi_Weight']),
  );
  const shifts = Array.from({ length: samples[0].modifiers.length }, (_, k) =>
    samples.flatMap(({ data, modifiers }) => {
      const { data: ends } = modifiers[k] as { data: { hi_data: readonly number[] } };
      return data.map((h, j) => ends.hi_data[j] - h);
    }),
  );
  for (let i = 0; i < nominal.length; i++)
    for (let j = 0; j <= i; j++) {
      const wanted = varied.reduce((s, h) => s + (h[i] - nominal[i]) * (h[j] - nominal[j]), 0) / variations;
      expect(shifts.reduce((s, shift) => s + shift[i] * shift[j], 0)).toBeCloseTo(wanted, 9);
    }
  expect(new Set(samples.flatMap((s) => s.modifiers.map((m) => m.name))).size).toBe(shifts.length);
});

test('the command reads a study; without one it describes the same by options and writes it', async () => {
  const options = ['--channel-column', 'channel', '--channel', 'electron=0', '--channel', 'muon=1,2'];
  const templates = ['--template-column', 'template', '--template', 'signal', '--template', 'bkg'];
  const more = ['--variable', 'mass', '--bins', '0,0.5,1', '--weight', 'K_Weight', '--total-weight', 'total'];
  const first = await datamc(
    ...['pid', 'templates', at('events.csv'), ...options, ...templates, ...more],
    ...['--name', 'kaonID', '--write-sysvar', at('study.yaml'), '--json', '--jobs', '1'],
  );
  expect(first.status).toBe(0);
  const written = fromSysvarStudyYaml(readFileSync(at('study.yaml'), 'utf8'));
  expect(written).toMatchObject({
    reco_channels: { electron: [0], muon: [1, 2] },
    bins: { muon: { mass: [0, 0.5, 1] } },
    systematics: { kaonID: { weight: 'Weight', prefices: ['K'] } },
  });
  const again = await datamc(
    'pid',
    'templates',
    at('events.csv'),
    '--sysvar',
    at('study.yaml'),
    '--json',
    '--jobs',
    '1',
  );
  expect(JSON.parse(again.out)).toEqual(JSON.parse(first.out));
  expect(again.err).toContain('the events have 30 variations, the study says 500');
});

test('what is missing is said', async () => {
  const files = [at('events.csv')];
  await expect(sysvarTemplates({ files, study, systematic: 'kid' })).rejects.toThrow('no systematic "kid"');
  const other = { ...study, systematics: { kID: { ...study.systematics['kID'], prefices: ['mu'] } } };
  await expect(sysvarTemplates({ files, study: other })).rejects.toThrow('no column "mu_Weight"');
});
