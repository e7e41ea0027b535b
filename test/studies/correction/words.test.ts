import { expect, it } from 'vitest';
import { fileName, rangeLabel, scaleLabel, valueLabel } from '../../../src/studies/correction/words.js';

const pt = { column: 'pt', transform: 'log' as const, label: 'p_{T}', unit: 'GeV' };

it('names axes on the learning scale, with the unit inside the logarithm', () => {
  expect(scaleLabel({ column: 'ip', transform: 'log10', label: 'IP', unit: 'mm' })).toBe('log_{10}(IP / mm)');
  expect(scaleLabel({ column: 'm', transform: 'none', unit: 'GeV' })).toBe('m [GeV]');
  expect(scaleLabel({ column: 'm', transform: 'none' })).toBe('m');
});

it('names ranges in the unit of the column, open where they are infinite', () => {
  expect(rangeLabel(pt, Math.log(4), Math.log(5.5))).toBe('4 < p_{T} < 5.5 GeV');
  expect(rangeLabel(pt, -Infinity, Math.log(4))).toBe('p_{T} < 4 GeV');
  expect(rangeLabel(pt, Math.log(4), Infinity)).toBe('p_{T} > 4 GeV');
  expect(rangeLabel(pt, -Infinity, Infinity)).toBe('all p_{T}');
  expect(rangeLabel({ column: 'eta', transform: 'none' }, -2.5, 0)).toBe('−2.5 < eta < 0');
});

it('makes file names of any expression', () => {
  expect(fileName('abs(ip)')).toBe('absip');
  expect(fileName('√')).toBe('variable');
});

it('gives values in the unit of the column, with three digits', () => {
  expect(valueLabel({ column: 'ip', transform: 'log10' }, -1.6234)).toBe('0.0238');
  expect(valueLabel({ column: 'n', transform: 'none' }, -12345)).toBe('−12300');
  expect(valueLabel(pt, 0)).toBe('1');
});
