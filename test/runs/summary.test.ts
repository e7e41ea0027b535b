import { describe, expect, test } from 'vitest';
import type { Json } from '../../src/base/json.js';
import { parseSummary } from '../../src/runs/summary.js';

describe('a summary', () => {
  test('is flat: numbers, alone, with an error or with a band', () => {
    const summary = {
      'ip.ks.after': 0.01,
      'yield.signal': { value: 20209.1, error: 228 },
      rate: { down: 1, up: 2, value: 3 },
    };
    expect(parseSummary(summary, 'report')).toEqual(summary);
  });

  test.each<[string, Json]>([
    ['a text', { x: 'big' }],
    ['nested names', { x: { y: { value: 1, error: 1 } } }],
    ['half a band', { x: { value: 1, up: 1 } }],
    ['an error too many', { x: { value: 1, error: 1, up: 1, down: 1 } }],
    ['no error', { x: { value: 1, error: null } }],
    ['a list', { x: [1, 2] }],
    ['a truth', { x: true }],
  ])('does not hold %s', (_, summary) => {
    expect(() => parseSummary(summary, 'report')).toThrow('summary entry "x" is not a finite number');
  });

  test.each<[string, Json]>([
    ['a list', [1]],
    ['nothing', null],
    ['a number', 1],
  ])('is not %s', (_, summary) => {
    expect(() => parseSummary(summary, 'report')).toThrow('an object of names and numbers');
  });
});
