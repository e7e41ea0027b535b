import { expect, test } from 'vitest';
import { both } from '../../../src/studies/pid/both.js';

test('cuts stay as they were written, in brackets only where there are several', () => {
  expect(both()).toBeUndefined();
  expect(both(undefined, '', '  ')).toBeUndefined();
  expect(both('a or b')).toBe('a or b');
  expect(both('', 'a or b', undefined)).toBe('a or b');
  expect(both('a or b', ' ', 'c')).toBe('(a or b) and (c)');
});
