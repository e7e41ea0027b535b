import { expect, test } from 'vitest';
import { COLUMN_TRANSFORMS } from '../../../src/models/column-transform.js';
import { normals, seedKey } from '../../../src/stats/key.js';
import { domainOf, fromScale, toScale } from '../../../src/studies/correction/transform.js';

const anywhere = normals(seedKey(71), 500).map((z) => 20 * z);
const inside = {
  none: anywhere,
  asinh: anywhere,
  log: anywhere.map((v) => Math.exp(v / 3)),
  log10: anywhere.map((v) => Math.exp(v / 3)),
  logit: anywhere.map((v) => 1 / (1 + Math.exp(-v / 4))),
};

test.each(COLUMN_TRANSFORMS)('%s: there and back; its domain is where it is finite', (name) => {
  const values = inside[name];
  const scaled = toScale(name, values);
  fromScale(name, scaled).forEach((v, i) => expect(Math.abs(v - values[i])).toBeLessThan(1e-9 * Math.abs(values[i])));
  const odd = [NaN, Infinity, -Infinity, -1e-300, 0, 1e-300, 0.5, 1, 2, -3];
  for (const x of [...odd, ...values]) {
    const finite = Number.isFinite(x) && Number.isFinite(toScale(name, Float64Array.of(x))[0]);
    expect(domainOf(name).holds(x), `${name}(${x})`).toBe(finite);
  }
});

test.each(COLUMN_TRANSFORMS)('%s rises, so that a range stays a range', (name) => {
  const sorted = inside[name].slice().sort();
  expect(toScale(name, sorted)).toEqual(toScale(name, sorted).slice().sort());
});

test('domains in words', () => {
  expect(COLUMN_TRANSFORMS.map((name) => `${name}: ${domainOf(name).words}`).sort()).toEqual([
    'asinh: finite',
    'log10: positive',
    'log: positive',
    'logit: between 0 and 1',
    'none: finite',
  ]);
});

test('the same numbers as scipy', () => {
  // scipy 1.17.1: numpy.log10(0.02), scipy.special.logit(0.02), numpy.arcsinh(0.02), numpy.log(0.02)
  const x = Float64Array.of(0.02);
  expect(toScale('log10', x)[0]).toBeCloseTo(-1.6989700043360187, 14);
  expect(toScale('logit', x)[0]).toBeCloseTo(-3.8918202981106265, 14);
  expect(toScale('asinh', x)[0]).toBeCloseTo(0.01999866690660954, 14);
  expect(toScale('log', x)[0]).toBeCloseTo(-3.912023005428146, 14);
});
