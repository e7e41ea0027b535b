import { parse } from 'yaml';
import { describe, expect, test } from 'vitest';
import { explainIssue, worst } from '../../../../src/studies/issues.js';
import { jsonSchema } from '../../../../src/studies/json-schema.js';
import { pidSchema } from '../../../../src/studies/pid/schema/schema.js';

const study = (changes: (text: string) => string = (t) => t): unknown =>
  parse(
    changes(`
study: pid
samples:
  data:       { files: data.root, collection: proc16+prompt }
  simulation: { files: mc.root,   collection: MC16rd_proc16+prompt }
modes:
  Dst:
    select: "0.1439 < deltaM < 0.1469"
    probes: { K: D0_K, pi: D0_pi }
    truth:  { K: "abs(D0_K_mcPDG) == 321" }
    fit:
      variable: D0_M
      range: [1.80, 1.95]
      signal:     { pdf: doubleGaussian, mean: 1.8648 }
      background: { pdf: chebyshev, order: 2 }
      systematic: { background: { pdf: chebyshev, order: 3 } }
      weights: sPlot
tables:
  - { cut: "kaonID > 0.6", efficiency: K, fake: pi, binning: { p: [0.5, 1, 1.5, 2, 3, 4.5], charge: [-2, 0, 2] }, precuts: ["", "nCDCHits > 20"] }
roc:       [{ variable: kaonID, signal: K, background: pi }]
densities: [{ probe: K, variables: [kaonID], given: { p: 20, cosTheta: 10 }, method: kernel }]
`),
  );

const complaint = (raw: unknown) => {
  const parsed = pidSchema.safeParse(raw);
  if (parsed.success) throw new Error('this was taken');
  return explainIssue(worst(parsed.error.issues), raw, jsonSchema(pidSchema));
};

describe('what a study file may say', () => {
  test('the file of the documentation', () => {
    const parsed = pidSchema.parse(study());
    expect(parsed.tables[0]).toMatchObject({ cut: ['kaonID > 0.6'], efficiency: 'K', fake: ['pi'] });
    const { Dst } = parsed.modes;
    expect(Dst).toMatchObject({ probes: { K: [{ prefix: 'D0_K' }] }, fit: { weights: 'sPlot' } });
  });

  test('the shortest: a mode without a fit, samples of its own', () => {
    const short = { study: 'pid', modes: { Z: { probes: { mu: ['plus', { prefix: 'minus', select: 'pt > 1' }] } } } };
    expect(pidSchema.parse(short)).toMatchObject({
      samples: {},
      modes: { Z: { probes: { mu: [{ prefix: 'plus' }, { prefix: 'minus', select: 'pt > 1' }] } } },
    });
  });

  test('a mode may be a file, cuts and particles lists', () => {
    const raw = {
      study: 'pid',
      modes: { Dst: 'modes/Dst.yaml' },
      tables: [{ cut: ['a > 1', 'a > 2'], fake: ['pi', 'p'], binning: { p: { from: 0, to: 1, bins: 2 } } }],
    };
    expect(pidSchema.parse(raw).tables[0]).toMatchObject({ cut: ['a > 1', 'a > 2'], fake: ['pi', 'p'] });
  });

  test('modes without a peak need no fit variable', () => {
    const fit = { weights: 'templates', templates: { qq: { select: 'process == 2', error: 0.2 } } };
    const raw = { study: 'pid', modes: { tau: { probes: { e: 'l' }, fit } } };
    expect(pidSchema.parse(raw).modes['tau']).toMatchObject({ fit: { templates: { qq: { scale: 1, error: 0.2 } } } });
  });

  test('weights by templates need backgrounds, or a fit that tells them', () => {
    const parse = (fit: object) => pidSchema.safeParse({ study: 'pid', modes: { m: { probes: { K: 'a' }, fit } } });
    const whole = { variable: 'M', range: [1, 2], signal: 'gaussian', background: 'chebyshev:1', weights: 'templates' };
    expect(parse(whole).success).toBe(true);
    for (const fit of [{ weights: 'templates' }, { ...whole, background: undefined }]) {
      const read = parse(fit);
      expect(read.error?.issues[0]).toMatchObject({ path: ['modes', 'm', 'fit', 'templates'] });
      expect(JSON.stringify(read.error?.issues)).toContain('needs \\"templates\\"');
    }
  });

  test('an editor is told every key', () => {
    const text = JSON.stringify(jsonSchema(pidSchema));
    for (const key of ['probes', 'systematic', 'fixFromSimulation', 'binning', 'densities', 'doubleGaussian'])
      expect(text).toContain(`"${key}"`);
  });
});

test.each([
  ['a misspelt key of a mode', (t: string) => t.replace('probes:', 'probe:'), 'study.unknown-key', /probes/],
  ['a misspelt density', (t: string) => t.replace('doubleGaussian', 'doubleGausian'), undefined, /doubleGaussian/],
  ['a misspelt parameter', (t: string) => t.replace('mean:', 'maen:'), undefined, /mean/],
  ['edges that fall', (t: string) => t.replace('[0.5, 1,', '[0.5, 0.1,'), 'study.bad-value', /increase/],
  ['a range upside down', (t: string) => t.replace('[1.80, 1.95]', '[1.95, 1.80]'), 'study.bad-value', /low < high/],
  ['a table of nothing', (t: string) => t.replace('efficiency: K, fake: pi,', ''), undefined, /efficiency/],
  [
    'an unknown kind of weight',
    (t: string) => t.replace('weights: sPlot', 'weights: splot'),
    'study.bad-value',
    /sPlot/,
  ],
  [
    'side bands that are not told',
    (t: string) => t.replace('weights: sPlot', 'weights: sideband').replace(/signal: +\{ pdf.*\n/, '\n'),
    undefined,
    /sideband/,
  ],
  [
    'a variation that varies nothing',
    (t: string) => t.replace('{ background: { pdf: chebyshev, order: 3 } }', '{}'),
    undefined,
    /change/,
  ],
])('says what is wrong with %s', (_, change, code, words) => {
  const found = complaint(study(change));
  if (code !== undefined) expect(found.code).toBe(code);
  expect(`${found.message} ${found.expected} ${found.hint}`).toMatch(words);
});
