import type { ExperimentLabel, Figure } from '../../src/figures/figure.js';
import { correlationDifference, correlationMatrix, map2d } from '../../src/figures/makers/maps.js';
import { dataSimulation } from '../../src/figures/makers/data-simulation.js';
import { densityAgainstSample } from '../../src/figures/makers/density-against-sample.js';
import { lossCurve } from '../../src/figures/makers/loss-curve.js';
import { closureOfMap } from '../../src/figures/makers/closure-of-map.js';
import { mapWithBand } from '../../src/figures/makers/map-with-band.js';
import { profile } from '../../src/figures/makers/profile.js';
import { pullPanel } from '../../src/figures/makers/pull-panel.js';
import { roc } from '../../src/figures/makers/roc.js';
import { smallMultiples } from '../../src/figures/makers/small-multiples.js';
import { trainingSnapshots } from '../../src/figures/makers/training-snapshots.js';
import { normals } from '../../src/stats/key.js';
import { edgesOf, histOf, logIp, toyKey } from './toy.js';

const label: ExperimentLabel = {
  experiment: 'datamc',
  status: 'Simulation demo',
  collisions: 'pp',
  energy: '13 TeV',
  luminosity: '5.4 fb⁻¹',
};
const ip = { label: 'log_{10}(IP / mm)' };
const gauss = (x: number, mean: number, sigma: number): number =>
  Math.exp(-0.5 * ((x - mean) / sigma) ** 2) / (sigma * Math.sqrt(2 * Math.PI));

function headline(name: string, n: number, logY: boolean): Figure {
  const edges = edgesOf(-3.2, -0.4, 56);
  const data = histOf(edges, logIp(toyKey.split('data'), n, 1.06));
  const before = histOf(edges, logIp(toyKey.split('simulation'), n));
  const after = histOf(edges, logIp(toyKey.split('after'), n, 1.058));
  const bins = Array.from(after.sumw).slice(1, -1);
  return dataSimulation({
    name,
    label,
    data,
    x: ip,
    logY,
    simulations: [
      { hist: before, label: 'Simulation, before' },
      {
        hist: after,
        label: 'Simulation, after',
        low: bins.map((v) => v * 0.98),
        high: bins.map((v) => v * 1.03),
      },
    ],
    caption: 'Impact parameter before and after the correction.',
  });
}

function stacked(): Figure {
  const edges = [0, 20, 40, 60, 80, 100, 130, 160, 200, 260, 340];
  const draw = (name: string, n: number, scale: number): number[] =>
    Array.from(normals(toyKey.split(name), n), (z) => scale * Math.exp(0.5 * z));
  const parts = [
    { name: 'W + jets', values: draw('w', 600, 50), color: '#f89c20' },
    { name: 'Z/γ* + jets', values: draw('z', 900, 70), color: '#5790fc' },
    { name: 'tt̄ → W⁺b W⁻b̄', values: draw('t', 1500, 110), color: '#e42536' },
  ];
  const data = parts.flatMap((p, i) => draw(`d${i}`, p.values.length, [50, 70, 112][i] ?? 50));
  return dataSimulation({
    name: 'stack',
    label: { ...label, status: 'Preliminary' },
    data: histOf(edges, data, { label: 'p_{T}(ℓℓ)', unit: 'GeV' }),
    stack: true,
    normalise: 'none',
    counted: 'Events',
    simulations: parts.map((p) => ({ hist: histOf(edges, p.values), label: p.name, color: p.color })),
    watermark: 'quick',
  });
}

function density(): Figure {
  const edges = edgesOf(-3.5, -0.5, 50);
  const x = Array.from({ length: 301 }, (_, i) => -3.5 + i * 0.01);
  const y = x.map((v) => 0.8 * gauss(v, -1.76, 0.27) + 0.2 * gauss(v, -1.95, 0.45));
  return densityAgainstSample({
    name: 'density',
    label,
    sample: histOf(edges, logIp(toyKey.split('density'), 10_000)),
    sampleLabel: 'Simulation, held out',
    curve: { x, y, label: 'Flow' },
    x: ip,
    text: ['χ^{2}/ndf = 61.3/41', 'p = 0.021'],
  });
}

function transferMap(): Figure {
  const x = Array.from({ length: 121 }, (_, i) => -3 + i * 0.02);
  const truth = x.map((v) => v + 0.025 + 0.01 * Math.tanh(3 * (v + 1.6)));
  const y = truth.map((v, i) => v + 0.0025 * Math.sin(i / 9));
  const width = x.map((v) => 0.003 + 0.012 * ((v + 1.75) / 1.2) ** 4);
  return mapWithBand({
    name: 'map',
    label,
    x,
    y,
    low: y.map((v, i) => v - (width[i] ?? 0)),
    high: y.map((v, i) => v + (width[i] ?? 0)),
    mapLabel: 'Flow',
    others: [
      { x, y: truth.map((v, i) => v + 0.004 * Math.sin(i * 1.7)), label: 'Quantile map' },
      { x, y: truth, label: 'Truth' },
    ],
    events: histOf(edgesOf(-3.2, -0.4, 56), logIp(toyKey.split('events'), 10_000)),
    from: { label: 'log_{10}(IP / mm), simulation' },
    to: { label: 'log_{10}(IP / mm), corrected' },
  });
}

function closure(): Figure {
  const x = Array.from({ length: 81 }, (_, i) => -2.6 + i * 0.02);
  const sigma = x.map((v) => 0.002 + 0.02 * (v + 1.75) ** 4);
  return closureOfMap({
    name: 'closure',
    label,
    x,
    y: x.map((v, i) => v + 1.4 * (sigma[i] ?? 0) * Math.sin(i / 7)),
    sigma,
    mapLabel: 'Simulation → simulation',
    events: histOf(edgesOf(-3.2, -0.4, 56), logIp(toyKey.split('events'), 10_000)),
    from: ip,
  });
}

function losses(): Figure[] {
  const noise = normals(toyKey.split('loss'), 400);
  const member = (m: number) => {
    const epochs = 60 + 5 * m;
    const train = Array.from(
      { length: epochs },
      (_, i) => 0.312 + 0.9 * Math.exp(-i / 4) + 0.001 * (noise[i + m] ?? 0),
    );
    const validation = train.map((v, i) => v + 0.0015 + 0.00004 * i + 0.0025 * Math.abs(noise[i + 100 + m] ?? 0));
    return { train, validation, bestEpoch: validation.indexOf(Math.min(...validation)) + 1 };
  };
  const one = lossCurve({ name: 'loss', label, members: [member(0)], lossLabel: 'Negative log-likelihood' });
  return [
    one,
    lossCurve({
      name: 'loss-ensemble',
      label,
      members: [0, 1, 2, 3, 4].map(member),
      lossLabel: 'Negative log-likelihood',
      reference: { value: 0.3116, label: 'Entropy of the truth' },
    }),
  ];
}

function snapshots(): Figure {
  const edges = edgesOf(-4, 0, 50);
  const target = histOf(edges, logIp(toyKey.split('target'), 10_000));
  return trainingSnapshots({
    name: 'snapshots',
    label,
    target,
    targetLabel: 'Simulation',
    x: ip,
    snapshots: [0, 2, 5, 10, 20, 40].map((epoch) => {
      const t = Math.exp(-epoch / 6);
      const shape = Array.from(edges).map(
        (e) => 400 * ((1 - t) * 1.8 * gauss(e + 0.04, -1.8, 0.31) + t * gauss(e, -1.4, 0.9)),
      );
      return {
        text: `Epoch ${epoch}\nLoss ${(0.3134 + t).toFixed(3)}`,
        model: { axes: target.axes, sumw: [0, ...shape], sumw2: [0, ...shape] },
      };
    }),
  });
}

function multiples(): Figure {
  const edges = edgesOf(-3.2, -0.6, 13);
  const ranges = ['0.5', '1', '2', '4', '6', '10', '20'];
  return smallMultiples({
    name: 'multiples',
    label,
    x: ip,
    cells: ranges.slice(1).map((high, i) => ({
      text: `${ranges[i]} < p_{T} < ${high} GeV`,
      data: histOf(edges, logIp(toyKey.split('data', i), 4000, 1.12 - 0.04 * i)),
      simulations: [
        { hist: histOf(edges, logIp(toyKey.split('before', i), 4000, 1 - 0.04 * i)), label: 'Before' },
        { hist: histOf(edges, logIp(toyKey.split('after', i), 4000, 1.11 - 0.04 * i)), label: 'After' },
      ],
    })),
  });
}

const names = ['log_{10}(IP)', 'p_{T}', 'η', 'φ', 'χ^{2}_{IP}', 'nHits'];
const correlations = (shift: number): number[] =>
  names.flatMap((_, i) =>
    names.map((_, j) => (i === j ? 1 : Math.cos(1.3 * (i + 1) * (j + 1)) * 0.6 + shift * Math.sin(i + j))),
  );

function profiles(): Figure {
  const edges = [0.5, 1, 1.5, 2, 3, 4, 6, 8, 10];
  const at = edges.slice(1).map((e, i) => (e + (edges[i] ?? 0)) / 2);
  const z = normals(toyKey.split('profile'), 40);
  const resolution = (scale: number, o: number) => at.map((p, i) => scale * (12 + 24 / p) + 0.25 * (z[i + o] ?? 0));
  const error = at.map((_, i) => 0.25 + 0.03 * i * i);
  return profile({
    name: 'profile',
    label,
    edges,
    x: { label: 'p_{T}', unit: 'GeV' },
    y: { label: 'Median IP', unit: 'μm', from: 0 },
    compare: 'ratio',
    series: [
      { label: 'Data', value: resolution(1.07, 0), low: error, high: error },
      { label: 'Simulation, before', value: resolution(1, 10), low: error, high: error },
      { label: 'Simulation, after', value: resolution(1.068, 20), low: error, high: error },
    ],
  });
}

function curves(): Figure {
  const t = Array.from({ length: 201 }, (_, i) => i / 200);
  return roc({
    name: 'roc',
    label,
    curves: [
      { background: t, signal: t.map((v) => v ** 0.25), label: 'Classifier, before (AUC 0.80)' },
      { background: t, signal: t.map((v) => v ** 0.96), label: 'Classifier, after (AUC 0.510 ± 0.004)' },
    ],
    workingPoints: [{ background: 0.1, signal: 0.1 ** 0.25, label: 'Working point' }],
  });
}

function pulls(): Figure {
  const values = Array.from(normals(toyKey.split('pulls'), 50));
  values[7] = 6.5;
  return pullPanel({
    name: 'pulls',
    label,
    edges: edgesOf(-3.5, -0.5, 50),
    pulls: values,
    x: ip,
    text: ['χ^{2}/ndf = 48.1/50'],
  });
}

function twoDimensions(): Figure {
  const [a, b] = [normals(toyKey.split('a'), 20_000), normals(toyKey.split('b'), 20_000)];
  const edges = edgesOf(-3, 3, 30);
  const n = 32;
  const sumw = new Float64Array(n * n);
  a.forEach((v, i) => {
    const w = 0.6 * v + 0.8 * (b[i] ?? 0);
    const place = (x: number): number => Math.min(n - 1, Math.max(0, Math.floor((x + 3) * 5) + 1));
    sumw[place(v) * n + place(w)] += 1;
  });
  const axes = [
    { name: 'eta', edges, label: 'η' },
    { name: 'phi', edges, label: 'φ', unit: 'rad' },
  ];
  return map2d({ name: 'map2d', label, hist: { axes, sumw, sumw2: sumw }, log: true });
}

/** Few events, an empty denominator, ratios far off: arrows and flags. */
function sparse(): Figure {
  const edges = edgesOf(0, 10, 10);
  const count = (counts: readonly number[]) => counts.flatMap((n, i) => Array.from({ length: n }, () => i + 0.5));
  return dataSimulation({
    name: 'sparse',
    data: histOf(edges, count([12, 30, 41, 22, 9, 14, 3, 0, 2, 1]), { label: 'm', unit: 'GeV' }),
    simulations: [{ hist: histOf(edges, count([15, 28, 45, 20, 11, 5, 4, 2, 0, 3])), label: 'Simulation' }],
    ratio: [0.5, 1.5],
  });
}

/** Large numbers: the power of ten stands apart. */
function large(): Figure {
  const edges = edgesOf(0, 100_000, 20);
  const shape = Array.from({ length: 20 }, (_, i) => Math.round(4e6 * Math.exp(-i / 6)));
  const hist = {
    axes: [{ name: 'e', edges, label: 'E', unit: 'MeV' }],
    sumw: [0, ...shape, 0],
    sumw2: [0, ...shape, 0],
  };
  return dataSimulation({ name: 'large', label, data: hist, simulations: [{ hist, label: 'Simulation' }] });
}

/** Every maker once, on a deterministic toy. */
export const gallery = (): Figure[] => [
  headline('headline', 100_000, false),
  headline('headline-log', 100_000, true),
  stacked(),
  sparse(),
  large(),
  density(),
  transferMap(),
  closure(),
  ...losses(),
  snapshots(),
  multiples(),
  profiles(),
  twoDimensions(),
  correlationMatrix({ name: 'correlation', label, variables: names, matrix: correlations(0) }),
  correlationDifference({
    name: 'correlation-difference',
    label,
    variables: names,
    data: correlations(0.1),
    before: correlations(0),
    after: correlations(0.09),
  }),
  pulls(),
  curves(),
];
