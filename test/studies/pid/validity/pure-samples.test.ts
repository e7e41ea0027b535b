import { describe, expect, test } from 'vitest';
import { sPlot } from '../../../../src/fit/splot.js';
import { normals, seedKey, uniforms } from '../../../../src/stats/key.js';
import { sideBands, signalShare } from '../../../../src/studies/pid/validity/pure-samples.js';
import { cellValidity } from '../../../../src/studies/pid/validity/validity.js';

const range = [0, 10] as const;
const gauss = {
  name: 'signal',
  density: (x: Float64Array) => x.map((v) => Math.exp(-((v - 5) ** 2) / 0.5) / Math.sqrt(0.5 * Math.PI)),
};
const flat = { name: 'background', density: (x: Float64Array) => x.map(() => 0.1) };
const key = seedKey(4);
const signal = normals(key.split('s'), 4000).map((z) => 5 + 0.5 * z);
const background = uniforms(key.split('b'), 2000).map((u) => 10 * u);
const data = Float64Array.of(...signal, ...background);
const weights = sPlot([gauss, flat], { x: data }, range).weights;

describe('where there is no signal', () => {
  test('side bands begin where signal is a hundredth of all', () => {
    const { lower, upper } = sideBands(weights);
    // 4000 N(x; 5, 0.5)/(… + 200) = 0.01 at z = √(2 ln(4000/(0.5 √(2π) 200 0.0101))) = 3.87.
    expect(lower?.[1]).toBeCloseTo(5 - 0.5 * 3.87, 1);
    expect(upper?.[0]).toBeCloseTo(5 + 0.5 * 3.87, 1);
  });

  test('the share of signal between 1 and 2 σ is that of a normal distribution', () => {
    expect(signalShare(weights, [[5.5, 6]])).toBeCloseTo(0.1359, 4);
  });
});

describe('true tracks of background candidates', () => {
  const rows = (x: Float64Array) => ({
    cells: Int32Array.from(x, (_, i) => i % 2),
    x,
    own: new Float64Array(x.length).fill(1),
    passes: [],
  });
  const options = { falseAlarm: 0.01, weighted: { data: false, signal: false } };
  const tested = (x: Float64Array): string[] =>
    cellValidity(
      { mode: 'm', variable: 'x', variants: { nominal: weights } },
      2,
      { data: rows(data), signal: rows(x) },
      options,
    ).flatMap((bin) => bin.tests.map((t) => t.sample));

  test('are not taken for signal: only a pure sample is tested', () => {
    expect(tested(signal)).toContain('simulated signal');
    expect(tested(data)).not.toContain('simulated signal');
    expect(tested(data)).toContain('side bands');
  });
});
