import type { Report } from '../../../src/figures/report/report.js';
import { gallery } from '../gallery.js';

const figures = new Map(gallery().map((figure) => [figure.name, figure]));
const figure = (name: string, caption: string) => ({ figure: figures.get(name), caption });

/** A report as the study `correction` writes it, made of the gallery's figures. */
export const exampleReport: Report = {
  title: 'Muon impact parameter: simulation brought to data',
  subtitle: 'Study `correction` of log_{10}(IP / mm) given p_{T}',
  label: {
    experiment: 'LHCb',
    status: 'Work in progress',
    collisions: 'pp',
    energy: '13 TeV',
    luminosity: '5.4 fb⁻¹',
  },
  stamp: 'quick',
  abstract:
    'A monotone map T_{data}^{−1} ∘ T_{sim} was learnt from two spline flows and judged on events that neither has seen.\n\n- Before the correction the impact parameter is **5.9 % too small** in simulation.\n- After it, data and simulation agree within their statistics (p = 0.31).',
  summary: [
    { group: 'Events', name: 'Simulation', value: 100_000 },
    { group: 'Events', name: 'Data', value: 98_731, note: '3 with IP ≤ 0 passed through unchanged' },
    {
      group: 'Agreement on held-out events',
      name: 'Kolmogorov–Smirnov distance, before',
      value: { value: 0.05271, error: 0.00256 },
    },
    {
      group: 'Agreement on held-out events',
      name: 'Kolmogorov–Smirnov distance, after',
      value: { value: 0.00412, error: 0.00199 },
    },
    {
      group: 'Agreement on held-out events',
      name: 'Classifier AUC, after',
      value: { value: 0.50113, error: 0.00382 },
      note: '5-fold; 0.5 is no separation',
    },
    {
      group: 'Map',
      name: 'Shift at the median',
      value: { value: 0.02473, up: 0.00312, down: 0.00214 },
      unit: 'log_{10} mm',
    },
    { group: 'Map', name: 'Largest difference to the quantile map', value: '1.7 σ' },
  ],
  sections: [
    {
      title: 'Before and after',
      text: 'The simulation is scaled to the data. Points in the lower panel carry the error of the data, the hatched band that of the corrected simulation, its map included.',
      figures: [
        figure('headline', 'Data against simulation, before and after the correction of `ip`.'),
        figure('headline-log', 'The same on a logarithmic axis.'),
        figure('multiples', 'In bins of p_{T}.'),
      ],
    },
    {
      title: 'The map',
      figures: [
        figure(
          'map',
          'Map and 68 % band of 20 bootstrap replicas, against the identity, the exact quantile map and the known truth.',
        ),
        figure('density', 'The flow of the simulation against held-out simulation.'),
      ],
      tables: [
        {
          caption: 'Map − identity at quantiles of the simulation',
          columns: ['Quantile', 'log_{10}(IP / mm)', 'Shift', 'Band'],
          rows: [
            ['5 %', -2.38, 0.0213, '+0.004 −0.003'],
            ['50 %', -1.785, 0.0247, '+0.003 −0.002'],
            ['95 %', -1.33, 0.0301, '+0.006 −0.006'],
          ],
        },
      ],
    },
    {
      title: 'Correlations',
      figures: [figure('correlation-difference', 'Data minus simulation, before and after.')],
    },
    {
      title: 'Training',
      collapsed: true,
      figures: [figure('loss', 'Loss of the simulation flow.'), figure('snapshots', 'Six moments of its training.')],
    },
  ],
  provenance: {
    command: 'datamc run ip.yaml --quick --seed 7',
    seed: 7,
    versions: { datamc: '0.1.0', node: '20.20.2', 'onnxruntime-node': '1.30.0' },
    inputs: [
      {
        path: 'mc/zmumu.root',
        sha256: '9f2c51e8a7f0b1d2c3e4f5a6b7c8d9e0f1a2b3c4d5e6f708192a3b4c5d6e7f80',
        events: 100_000,
      },
      {
        path: 'data.parquet',
        sha256: '0a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f9',
        events: 98_731,
      },
    ],
    tasks: [
      { id: 'train/simulation', title: 'Train the flow of the simulation', seconds: 4.21 },
      { id: 'train/data', title: 'Train the flow of the data', seconds: 3.97 },
      { id: 'replicas', title: '20 bootstrap replicas', seconds: 131.4 },
    ],
    warnings: [{ message: 'not positive under log10 in `ip`, passed through unchanged', count: 3 }],
    study:
      'study: correction\nname: ip\nsamples:\n  simulation: mc/*.root\n  data: data.parquet\nvariables: [{ column: ip, transform: log10 }]\ngiven: [pt]\n',
  },
};
