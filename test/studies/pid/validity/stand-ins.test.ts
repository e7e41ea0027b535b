import { describe, expect, it } from 'vitest';
import type { Component } from '../../../../src/fit/component.js';
import { bernsteinTerms } from '../../../../src/fit/cow-terms.js';
import { sideband } from '../../../../src/fit/sideband.js';
import { sPlot } from '../../../../src/fit/splot.js';
import { weightsAt } from '../../../../src/fit/weight-function.js';
import { normals, seedKey, uniforms } from '../../../../src/stats/key.js';
import { fit as fitSchema } from '../../../../src/studies/pid/schema/fit-schema.js';
import { standIns } from '../../../../src/studies/pid/validity/stand-ins.js';
import { gaussian } from '../../../fit/shapes.js';

const range = [0, 10] as const;
const x = Float64Array.from([
  ...normals(seedKey(6), 4000).map((z) => 5 + 0.5 * z),
  ...uniforms(seedKey(7), 4000).map((u) => 10 * u),
]).filter((v) => v > 0 && v < 10);
const [flat] = bernsteinTerms('background', 0, range);
const weightsOf = (signal: Component) => sPlot([signal, flat], { x }, range).weights;
const [narrow, wide] = [0.5, 0.7].map((sigma) => gaussian('signal', 5, sigma, range));
const bands = sideband({
  range,
  window: [3, 7],
  sidebands: [
    [0, 3],
    [7, 10],
  ],
});
const saved = {
  mode: 'Dst',
  variable: 'm',
  variants: { nominal: weightsOf(narrow), systematic: weightsOf(narrow), tail: weightsOf(wide), bands },
};
const peak = { variable: 'm', range: [0, 10], signal: 'gaussian', background: 'chebyshev' };
const settings = (more: object) => fitSchema.parse({ ...peak, ...more });
const [other, same] = [{ signal: { pdf: 'johnson' } }, { background: { pdf: 'exponential' } }];
const middle = Float64Array.of(5, 6.2);

describe('what stands in for weights', () => {
  it('keeps the signal of each column that has one of its own, and a background of one degree more of the systematic one', () => {
    const { instead } = standIns(saved, 'cow', settings({ variants: { tail: other, bands: same } })) ?? { instead: {} };
    expect(Object.keys(instead)).toEqual(['nominal', 'systematic', 'tail']);
    expect(instead['nominal'].components.length).toBe(5);
    expect(instead['systematic'].components.length).toBe(6);
    expect(instead['tail'].components[0].density(middle)).toEqual(wide.density(middle));
    for (const name of ['nominal', 'systematic'])
      expect(instead[name].components[0].density(middle)).toEqual(narrow.density(middle));
    expect(weightsAt(instead['tail'], middle)).not.toEqual(weightsAt(instead['nominal'], middle));
  });

  it('takes the signal of another fit as the systematic one', () => {
    const changed = { ...saved, variants: { ...saved.variants, systematic: weightsOf(wide) } };
    const { fits } = standIns(changed, 'fit-and-count', settings({ systematic: other })) ?? {};
    const fit = fits?.['systematic'];
    if (!fit || typeof fit === 'function') throw new Error('no fit');
    expect(fit.components[0].density(middle)).toEqual(wide.density(middle));
  });

  it('is nothing where bins are to be flagged alone, or no shape is known', () => {
    expect(standIns(saved, 'flag', undefined)).toBeUndefined();
    expect(standIns({ ...saved, variants: { nominal: bands } }, 'cow', undefined)).toBeUndefined();
    expect(Object.keys(standIns(saved, 'sideband', undefined)?.instead ?? {})).toEqual(['nominal']);
  });
});
