import { expect, test } from 'vitest';
import { studentQuantile } from '../../../src/stats/special/student.js';

// python -c "from scipy.stats import t; print(t.ppf(p, ndf))" (SciPy 1.17.1)
test.each([
  [0.8413447460685429, 1, 1.837337201471583],
  [0.8413447460685429, 4, 1.141626629090954],
  [0.8413447460685429, 20, 1.025632791536945],
  [0.975, 10, 2.228138851986274],
  [0.995, 3, 5.840909309733355],
  [0.6, 1000, 0.25341451583949876],
])('at probability %d with %d degrees of freedom', (p, ndf, expected) => {
  expect(studentQuantile(p, ndf)).toBeCloseTo(expected, 10);
});

test('one degree of freedom is the Cauchy distribution; the median is 0', () => {
  for (const p of [0.51, 0.7, 0.99]) expect(studentQuantile(p, 1)).toBeCloseTo(Math.tan(Math.PI * (p - 0.5)), 9);
  expect(studentQuantile(0.5, 7)).toBe(0);
});
