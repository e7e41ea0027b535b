import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { correctionSchema } from '../../../src/studies/correction/schema.js';

const read = (text: string) =>
  correctionSchema.safeParse(parse(`study: correction\nsamples: { simulation: a.root, data: b.csv }\n${text}`));
const value = (text: string) => {
  const result = read(text);
  if (!result.success) throw result.error;
  return result.data;
};

test('three lines are a study; every default', () => {
  expect(value('variables: [ip]\n')).toEqual({
    study: 'correction',
    name: 'study',
    seed: 1,
    label: {},
    samples: { simulation: { files: ['a.root'] }, data: { files: ['b.csv'] } },
    define: {},
    variables: [{ column: 'ip', transform: 'none' }],
    given: [],
    method: 'flow',
    flow: {
      transforms: 1,
      bins: 16,
      hidden: [64, 64],
      activation: 'silu',
      tails: 'linear',
      standardise: true,
      epochs: 60,
      batch: 1024,
      learningRate: 3e-3,
      schedule: 'anneal',
      patience: 6,
      validation: 0.15,
      clipNorm: 10,
      weightDecay: 0,
      threads: 1,
    },
    replicas: { count: 20, allowFailed: 0.1 },
    holdOut: 0.3,
    closure: true,
    truth: {},
  });
});

describe('both spellings of a column are one', () => {
  test.each(['variables', 'given'])('%s', (key) => {
    const rest = key === 'given' ? 'variables: [x]\n' : '';
    expect(value(`${rest}${key}: [{ column: ip }]\n`)).toEqual(value(`${rest}${key}: [ip]\n`));
  });

  test('all that may be said of one', () => {
    const { variables, given } = value(`
variables: [{ column: ip, transform: log10, label: IP, unit: mm, bins: { from: -3, to: 0, bins: 30 } }, chi2]
given: [{ column: pt, transform: log, label: "p_{T}", unit: GeV, bins: { quantiles: 4 } }]
`);
    expect(variables).toEqual([
      {
        column: 'ip',
        transform: 'log10',
        label: 'IP',
        unit: 'mm',
        bins: { from: -3, to: 0, bins: 30, log: false },
      },
      { column: 'chi2', transform: 'none' },
    ]);
    expect(given).toEqual([{ column: 'pt', transform: 'log', label: 'p_{T}', unit: 'GeV', bins: { quantiles: 4 } }]);
  });
});

test('both spellings of replicas are one', () => {
  expect(value('variables: [x]\nreplicas: { count: 7 }\n')).toEqual(value('variables: [x]\nreplicas: 7\n'));
});

test('a schema’s own output is input that means the same', () => {
  const first = value(
    'variables: [ip]\ngiven: [{ column: pt, transform: log }]\nflow: { batch: full, kind: affine }\n',
  );
  expect(correctionSchema.parse(first)).toEqual(first);
});

test('a truth may be a number or an expression', () => {
  expect(value('variables: [x, y]\ntruth: { x: 2, y: x + 1 }\n').truth).toEqual({ x: '2', y: 'x + 1' });
});

describe('refused', () => {
  test.each([
    ['no variables', 'variables: []\n', ['variables']],
    ['none at all', 'given: [x]\n', ['variables']],
    ['an empty name', 'variables: [""]\n', ['variables', 0]],
    ['an unknown key', 'variables: [x]\nreplica: 3\n', []],
    ['an unknown method', 'variables: [x]\nmethod: qantile\n', ['method']],
    ['half a replica', 'variables: [x]\nreplicas: 2.5\n', ['replicas']],
    ['fewer than none', 'variables: [x]\nreplicas: -1\n', ['replicas']],
    [
      'replicas that nearly all may fail',
      'variables: [x]\nreplicas: { count: 9, allowFailed: 0.9 }\n',
      ['replicas', 'allowFailed'],
    ],
    ['nearly all held out', 'variables: [x]\nholdOut: 0.95\n', ['holdOut']],
    ['one bin of a spline', 'variables: [x]\nflow: { bins: 1 }\n', ['flow', 'bins']],
    ['no epoch', 'variables: [x]\nflow: { epochs: 0 }\n', ['flow', 'epochs']],
    ['a batch of none', 'variables: [x]\nflow: { batch: 0 }\n', ['flow', 'batch']],
    ['a batch in words', 'variables: [x]\nflow: { batch: all }\n', ['flow', 'batch']],
    ['a network of half a unit', 'variables: [x]\nflow: { hidden: [0.5] }\n', ['flow', 'hidden', 0]],
    ['a misspelt flow key', 'variables: [x]\nflow: { epoch: 3 }\n', ['flow']],
    ['no learning rate', 'variables: [x]\nflow: { learningRate: 0 }\n', ['flow', 'learningRate']],
    ['more validation than training', 'variables: [x]\nflow: { validation: 0.6 }\n', ['flow', 'validation']],
    ['a yes that is a text', 'variables: [x]\nclosure: "no"\n', ['closure']],
    ['compare that is no list', 'variables: [x]\ncompare: y\n', ['compare']],
  ])('%s', (_, text, path) => {
    const result = read(text);
    expect(result.success).toBe(false);
    expect(result.error?.issues[0].path).toEqual(path);
  });

  test('a transform that is none', () => {
    const result = read('variables: [{ column: x, transform: log11 }]\n');
    expect(result.success).toBe(false);
    expect(JSON.stringify(result.error?.issues)).toContain('transform');
  });
});
