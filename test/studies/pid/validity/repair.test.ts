import { expect, test } from 'vitest';
import { bernsteinTerms } from '../../../../src/fit/cow-terms.js';
import { sPlot } from '../../../../src/fit/splot.js';
import { weightsAt } from '../../../../src/fit/weight-function.js';
import { fitYields } from '../../../../src/fit/yields.js';
import { rateCell, rateOf } from '../../../../src/hist/rate.js';
import { seedKey } from '../../../../src/stats/key.js';
import { sourceName } from '../../../../src/studies/pid/sources.js';
import { looseFit, looseWeights } from '../../../../src/studies/pid/validity/fallback-weights.js';
import { repairCells } from '../../../../src/studies/pid/validity/repair.js';
import { cellValidity } from '../../../../src/studies/pid/validity/validity.js';
import { binOf, massRange, momentumEdges, momentumToy } from '../../../fit/momentum-toy.js';
import { gaussian, mixture } from '../../../fit/shapes.js';

const toy = momentumToy(seedKey(92), 40_000, 0.25, true);
const bins = momentumEdges.length - 1;
const signal = mixture('signal', [
  [0.6, gaussian('narrow', 1.8648, 0.0045, massRange)],
  [0.4, gaussian('wide', 1.8648, 0.0095, massRange)],
]);
const terms = bernsteinTerms('term', 2, massRange);
const { yields } = fitYields([signal, ...terms], { x: toy.mass }, massRange);
const background = mixture(
  'background',
  terms.map((t, k) => [yields[k + 1], t]),
);
const nominal = sPlot([signal, background], { x: toy.mass }, massRange).weights;
const rows = {
  cells: binOf(momentumEdges, toy.p),
  x: toy.mass,
  own: toy.mass.map(() => 1),
  passes: [Float64Array.from(toy.passes)],
};
const empty = { sumw: 0, sumw2: 0, entries: 0, negative: 0 };
const untouched = Array.from({ length: bins }, () => rateCell(rateOf(empty, empty), empty, empty, {}, 'sweights'));

test('side bands of both sides together tell where the weights of a table may not be trusted', () => {
  const saved = { mode: 'Dst', variable: 'm', variants: { nominal } };
  const options = { falseAlarm: 0.01, weighted: { data: false, signal: false } };
  const validity = cellValidity(saved, bins, { data: rows }, options);
  expect(validity[0]).toMatchObject({ status: 'invalid' });
  expect(validity[0].reasons[0]).toContain('side bands: the fit variable');
});

test.each(['cow', 'fit-and-count'])('%s repairs cells, and says so (4 σ)', (method) => {
  const invalid = new Set([0, 1, 2, 3, 4]);
  const instead = { nominal: looseWeights(nominal, 2) };
  const fits = method === 'cow' ? undefined : { nominal: looseFit(nominal, 2) };
  const flags = new Map([...invalid].map((bin) => [bin, ['not-factorising']] as const));
  const options = {
    cut: 0,
    method,
    flags,
    key: seedKey(1),
    interval: 'auto',
    sourceOf: (v: string) => `syst:${v}`,
  } as const;
  const cells = repairCells(untouched, [{ rows, fitted: { nominal }, instead, fits, invalid }], options);
  cells.forEach((cell, bin) => {
    let [all, pass] = [0, 0];
    rows.cells.forEach((b, e) => {
      if (b !== bin || !toy.signal[e]) return;
      all++;
      pass += toy.passes[e];
    });
    expect(cell.method).toBe(method);
    expect(cell.flags).toContain('not-factorising');
    const { value, sources } = cell.rate;
    const error = Math.max(sources['stat'].up, -sources['stat'].down);
    expect(Math.abs(value - pass / all)).toBeLessThan(4 * error);
    expect(error).toBeLessThan(0.1);
  });
});

test('a cell with too few events for a fit of its own is weighted, and says that', () => {
  const few = { ...rows, cells: rows.cells.map((_, e) => (e < 3 ? 0 : -1)) };
  const source = {
    rows: few,
    fitted: { nominal },
    instead: { nominal: looseWeights(nominal, 2) },
    fits: { nominal: looseFit(nominal, 2) },
    invalid: new Set([0]),
  };
  const options = {
    cut: 0,
    method: 'fit-and-count',
    flags: new Map(),
    key: seedKey(1),
    interval: 'auto',
    sourceOf: (v: string) => v,
  } as const;
  expect(repairCells(untouched, [source], options)[0].method).toBe('cow');
});

test('a source whose weights are valid everywhere keeps them where another one is repaired', () => {
  const half = (parity: number) => ({ ...rows, cells: rows.cells.map((cell, e) => (e % 2 === parity ? cell : -1)) });
  const repaired = {
    rows: half(0),
    fitted: { nominal },
    instead: { nominal: looseWeights(nominal, 2) },
    invalid: new Set([1]),
  };
  const valid = { rows: half(1), fitted: { nominal }, instead: {}, invalid: new Set<number>() };
  const options = {
    cut: 0,
    method: 'cow',
    flags: new Map(),
    key: seedKey(1),
    interval: 'auto',
    sourceOf: (v: string) => v,
  } as const;
  const [together, one] = [[repaired, valid], [repaired]].map((sources) => repairCells(untouched, sources, options)[1]);
  const kept = weightsAt(nominal, toy.mass).reduce((sum, w, e) => sum + (valid.rows.cells[e] === 1 ? w : 0), 0);
  expect(together.tried).toBeCloseTo(one.tried + kept, 6);
  expect(together.entries).toBe(rows.cells.filter((cell) => cell === 1).length);
});

test('replicas of the weights are one source in a repaired cell too', () => {
  const variants = { nominal, template_0: looseWeights(nominal, 1), template_1: looseWeights(nominal, 3) };
  const options = {
    cut: 0,
    method: 'cow',
    flags: new Map(),
    key: seedKey(1),
    interval: 'auto',
    sourceOf: sourceName,
  } as const;
  const source = { rows, fitted: variants, instead: variants, invalid: new Set([2]) };
  const { sources } = repairCells(untouched, [source], options)[2].rate;
  expect(Object.keys(sources)).toEqual(['stat', 'syst:templates']);
});
