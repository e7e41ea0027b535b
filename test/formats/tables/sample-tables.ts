import type { Estimate } from '../../../src/hist/estimate.js';
import type { Particle, TableAxis, WeightTable } from '../../../src/hist/weight-table.js';
import { hole, rateCell } from '../../../src/formats/tables/estimates.js';
import { cellsOf } from '../../../src/formats/tables/grid.js';
import { seedKey, uniforms } from '../../../src/stats/key.js';

export const K: Particle = { name: 'K', pdg: 321 };
export const PI: Particle = { name: 'pi', pdg: 211 };

export const AXES: readonly TableAxis[] = [
  { column: 'p', edges: [0.2, 0.58, 1.1, 4.5] },
  { column: 'cosTheta', edges: [-0.866, 0, 0.9563] },
  { column: 'charge', edges: [-2, 0, 2] },
];

export interface SampleOptions {
  readonly axes?: readonly TableAxis[];
  readonly reco?: Particle;
  readonly truth?: Particle;
  readonly threshold?: number;
  readonly seed?: number;
  readonly side?: WeightTable['side'];
  /** Cells without a weight. */
  readonly holes?: readonly number[];
  /** Up and down equal. */
  readonly symmetric?: boolean;
  /** Sources and the size of their shifts relative to the statistical one; `stat` is always there. */
  readonly sources?: Readonly<Record<string, number>>;
}

/** A weight table with random numbers, as a format's reader would make it. */
export function sampleTable(options: SampleOptions = {}): WeightTable {
  const { axes = AXES, reco = K, truth = reco, threshold = 0.6, seed = 1, holes = [] } = options;
  const n = cellsOf(axes);
  const sources = { stat: 1, ...(options.sources ?? { 'syst:all': 0.5 }) };
  const u = uniforms(seedKey(seed), n * 3 * (1 + 2 * Object.keys(sources).length));
  let next = 0;
  const estimate = (value: number): Estimate => ({
    value: value + 0.1 * u[next++],
    sources: Object.fromEntries(
      Object.entries(sources).map(([name, size]) => {
        const up = 0.01 * size * (1 + u[next++]);
        const down = 0.01 * size * (1 + u[next++]);
        return [name, { up, down: options.symmetric ? -up : -down }];
      }),
    ),
  });
  const cells = Array.from({ length: n }, (_, i) => {
    const [ratio, data, simulation] = [estimate(0.95), estimate(0.8), estimate(0.85)];
    if (holes.includes(i)) return hole();
    return { ratio, data: rateCell(data), simulation: rateCell(simulation), flags: [] };
  });
  return {
    axes,
    reco,
    truth,
    variable: 'kaonID',
    threshold,
    cut: `kaonID > ${threshold}`,
    precut: '',
    side: options.side ?? 'identified',
    cells,
  };
}
