import { expect, test } from 'vitest';
import { densityValues } from '../../src/fit/density-values.js';
import { numberAlgebra } from '../../src/fit/number-algebra.js';
import { singlePdf } from '../../src/fit/compose/single.js';
import { DENSITIES, RANGE } from '../laws/densities.js';

// Not a whole number of blocks, so that the last one is short.
const x = Float64Array.from({ length: 2100 }, (_, i) => RANGE[0] + ((RANGE[1] - RANGE[0]) * i) / 2099);

for (const [name, { density, points }] of Object.entries(DENSITIES))
  test(`${name}: blocks of events have the values of one event at a time, to the last bit`, () => {
    // Without looking templates up: their shapes are formulas too.
    for (const lookUp of [true, false]) {
      const pdf = singlePdf(density, 'x', lookUp);
      const some = lookUp ? x : x.filter((_, i) => i % 50 === 0);
      for (const point of points) {
        const constants = pdf.constants(numberAlgebra, point, 3);
        const columns = pdf.columns.map((look) => look([some]));
        const values = densityValues(pdf, [some], point, 3);
        const single = some.map((v, e) =>
          pdf.density(numberAlgebra, [v, ...columns.map((c) => c[e])], point, constants),
        );
        expect(values).toEqual(single);
      }
    }
  });

test('a density that is the same everywhere, one event, none', () => {
  const pdf = singlePdf(DENSITIES['exponential'].density, 'x');
  for (const n of [0, 1, 2047, 2048, 2049]) {
    const values = densityValues(pdf, [Float64Array.from({ length: n }, () => 1.9)], [0]);
    expect(values.length).toBe(n);
    values.forEach((v) => expect(v).toBeCloseTo(1 / 0.15, 12));
  }
});
