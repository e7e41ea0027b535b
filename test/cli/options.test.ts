import { describe, expect, test } from 'vitest';
import { assignments, integer, list, number, positiveInteger, range, seed } from '../../src/cli/options.js';
import { grouped } from '../../src/cli/io.js';
import { duration } from '../../src/cli/progress-line.js';
import { summaryText, valueText } from '../../src/cli/summary-text.js';

describe('options', () => {
  test('parse', () => {
    expect([positiveInteger('3'), seed('0'), integer('-2'), number('1e-3')]).toEqual([3, 0, -2, 0.001]);
    expect(list('a, b[0,1],max(c, d),')).toEqual(['a', 'b[0,1]', 'max(c, d)']);
    expect(range('1.80,1.95')).toEqual([1.8, 1.95]);
    expect(assignments('b=x == 2', assignments('a=1'))).toEqual({ a: '1', b: 'x == 2' });
  });

  test.each([
    ['0', positiveInteger],
    ['', seed],
    ['4294967296', seed],
    ['1.5', integer],
    ['inf', number],
    ['2,1', range],
    ['1', range],
    ['=x', assignments],
  ])('%j is refused', (text, parse) => {
    expect(() => parse(text)).toThrow('expected');
  });
});

describe('numbers for people', () => {
  test.each([
    [3, '3'],
    [0.123456789, '0.12346'],
    [{ value: 0.123456, error: 0.0123 }, '0.123 ± 0.012'],
    [{ value: 1234.5, error: 56 }, '1235 ± 56'],
    [{ value: 1, error: 0 }, '1 ± 0'],
    [{ value: 1.2345, up: 0.1, down: 0.02 }, '1.234 +0.100 −0.020'],
  ])('%j is %s', (value, text) => {
    expect(valueText(value)).toBe(text);
  });

  test('parts of an error stand in the line of the whole, where there are several', () => {
    const summary = {
      'a.ratio': { value: 0.976, error: 0.002 },
      'a.ratio.stat': 0.00169,
      'a.ratio.sweights': 0.00105,
      'b.auc': { value: 0.97, error: 0.01 },
      'b.auc.stat': 0.01,
      'a.valid': 1,
    };
    expect(summaryText(summary).split('\n')).toEqual([
      'a.ratio  0.9760 ± 0.0020 (stat 0.0017, sweights 0.001)',
      'b.auc    0.970 ± 0.010',
      'a.valid  1',
    ]);
  });

  test('times and counts', () => {
    expect([0.4, 59.4, 75, 3725].map(duration)).toEqual(['0 s', '59 s', '1 min 15 s', '1 h 2 min']);
    expect(grouped(1234567)).toBe('1\u202f234\u202f567');
  });
});
