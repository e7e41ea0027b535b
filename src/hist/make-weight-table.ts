import { userError } from '../base/error.js';
import { SYSTEMATIC, type Estimate, type Shift } from './estimate.js';
import type { RateCell, RateTable, WeightCell, WeightTable } from './weight-table.js';

/**
 * R = ε_data/ε_simulation of one bin. Statistics: both samples in quadrature, each on the side on which it moves R.
 * Systematics: the ratio with the shifted rates minus the ratio, signed; a source that both samples name moves both at
 * once.
 */
export function ratioOfRates(data: RateCell, simulation: RateCell): WeightCell {
  const [d, s] = [data.rate, simulation.rate];
  const value = s.value === 0 ? NaN : d.value / s.value;
  const flags = [
    ...data.flags.map((f) => `data:${f}`),
    ...simulation.flags.map((f) => `simulation:${f}`),
    ...(Number.isFinite(value) ? [] : ['undefined']),
  ];
  return { ratio: ratioOfEstimates(d, s), data, simulation, flags };
}

/** The ratio of two rates with the shifts of its sources, as `ratioOfRates` tells; NaN without any where it is not finite. */
export function ratioOfEstimates(d: Estimate, s: Estimate): Estimate {
  const value = s.value === 0 ? NaN : d.value / s.value;
  if (!Number.isFinite(value)) return { value: NaN, sources: {} };
  const sources: Record<string, Shift> = { stat: statisticalShift(value, d, s) };
  const names = new Set([...Object.keys(d.sources), ...Object.keys(s.sources)]);
  for (const name of names) {
    if (!name.startsWith(SYSTEMATIC)) continue;
    const [a, b] = [d.sources[name] as Shift | undefined, s.sources[name] as Shift | undefined];
    const moved = (side: 'up' | 'down'): number => (d.value + (a?.[side] ?? 0)) / (s.value + (b?.[side] ?? 0)) - value;
    sources[name] = { up: moved('up'), down: moved('down') };
  }
  return { value, sources };
}

/**
 * σ(R)² = (σ_d/ε_s)² + (R σ_s/ε_s)²: right also where ε_d is 0. Which side of a rate raises R follows from ∂R/∂ε_d = 1/ε_s and
 * ∂R/∂ε_s = −R/ε_s: rates of signed weights may be negative.
 */
function statisticalShift(ratio: number, d: Estimate, s: Estimate): Shift {
  const sides = ({ up, down }: Shift, slope: number) => (slope >= 0 ? { up, down } : { up: -down, down: -up });
  const [top, bottom] = [sides(d.sources['stat'], s.value), sides(s.sources['stat'], -ratio * s.value)];
  const scale = 1 / Math.abs(s.value);
  return {
    up: scale * Math.hypot(top.up, ratio * bottom.up),
    down: -scale * Math.hypot(top.down, ratio * bottom.down),
  };
}

/** The rate of those that fail: 1 − ε, its shifts reversed. */
export function complement(cell: RateCell): RateCell {
  const sources = Object.fromEntries(
    Object.entries(cell.rate.sources).map(([name, { up, down }]): [string, Shift] =>
      // `stat` stays up ≥ 0 ≥ down; a systematic source keeps its sign: it lowers what it raised.
      name === 'stat' ? [name, { up: -down, down: -up }] : [name, { up: -up, down: -down }],
    ),
  );
  const flags = cell.flags.map((flag) =>
    flag === 'negative' ? 'above-one' : flag === 'above-one' ? 'negative' : flag,
  );
  return { ...cell, rate: { value: 1 - cell.rate.value, sources }, passed: cell.tried - cell.passed, flags };
}

/**
 * Weights that make simulation pass as often as data: ε_d/ε_s of each bin (`identified`), or (1 − ε_d)/(1 − ε_s) for
 * candidates that fail the cut (`notIdentified`).
 *
 * @throws userError where the two tables differ in axes, cut, precut or particles
 */
export function weightTable(
  data: RateTable,
  simulation: RateTable,
  side: 'identified' | 'notIdentified' = 'identified',
): WeightTable {
  const head = (t: RateTable): string => JSON.stringify([t.axes, t.cut, t.precut, t.reco.name, t.truth.name, t.side]);
  if (head(data) !== head(simulation) || data.cells.length !== simulation.cells.length) {
    throw userError({
      code: 'hist.tables-differ',
      message: 'a ratio needs two tables of the same bins, cut and particles',
      got: head(simulation),
      expected: head(data),
    });
  }
  const turn = (cell: RateCell): RateCell => (side === 'identified' ? cell : complement(cell));
  const { axes, cut, variable, threshold, reco, truth, precut } = data;
  const cells = data.cells.map((cell, i) => ratioOfRates(turn(cell), turn(simulation.cells[i])));
  return { axes, cut, variable, threshold, reco, truth, precut, side, cells };
}
