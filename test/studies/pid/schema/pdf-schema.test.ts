import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { DatamcError } from '../../../../src/base/error.js';
import { type ErrorData } from '../../../../src/base/error.js';
import { FAMILY_NAMES } from '../../../../src/fit/densities/families.js';
import { buildPdf } from '../../../../src/fit/pdf-spec.js';
import { explainIssue, worst } from '../../../../src/studies/issues.js';
import { jsonSchema } from '../../../../src/studies/json-schema.js';
import { parsePdf, pdf } from '../../../../src/studies/pid/schema/pdf-schema.js';

const whole = z.strictObject({ signal: pdf });
const read = (signal: unknown) => whole.parse({ signal }).signal;

function problem(signal: unknown): ErrorData & { readonly keys: readonly PropertyKey[] } {
  const parsed = whole.safeParse({ signal });
  if (parsed.success) throw new Error('was accepted');
  return explainIssue(worst(parsed.error.issues), { signal }, jsonSchema(whole));
}

describe('what a study file may say of a density', () => {
  test.each<[unknown, unknown]>([
    [
      { pdf: 'doubleGaussian', mean: 1.8648 },
      { pdf: 'doubleGaussian', parameters: { mean: { start: 1.8648 } } },
    ],
    [
      { pdf: 'gaussian', mean: [1.865, 1.86, 1.87], sigma: { fixed: 0.01 } },
      { pdf: 'gaussian', parameters: { mean: { start: 1.865, low: 1.86, high: 1.87 }, sigma: { fixed: 0.01 } } },
    ],
    [
      { pdf: 'chebyshev', order: 3, c3: 'c1 / 2' },
      { pdf: 'chebyshev', order: 3, parameters: { c3: { expression: 'c1 / 2' } } },
    ],
    [
      { pdf: 'breitWigner', resolution: 0.8 },
      { pdf: 'breitWigner', parameters: {}, resolution: { start: 0.8 } },
    ],
    [
      { pdf: 'crystalBall', tail: 'right' },
      { pdf: 'crystalBall', tail: 'right', parameters: {} },
    ],
    [
      { pdf: 'histogram', sample: 'simulation', select: 'isSignal == 1', bins: 20 },
      { pdf: 'histogram', bins: 20, parameters: {}, template: { sample: 'simulation', select: 'isSignal == 1' } },
    ],
    [
      { pdf: 'histogram', edges: [0, 1, 2], contents: [3, 4] },
      { pdf: 'histogram', parameters: {}, template: { edges: [0, 1, 2], contents: [3, 4] } },
    ],
    [
      { sum: ['gaussian', { pdf: 'crystalBall', name: 'tail' }], mean: 1.86, fractions: [0.7] },
      {
        sum: [
          { pdf: 'gaussian', parameters: {} },
          { pdf: 'crystalBall', name: 'tail', parameters: {} },
        ],
        fractions: [{ start: 0.7 }],
        parameters: { mean: { start: 1.86 } },
      },
    ],
    ['chebyshev:2', { pdf: 'chebyshev', order: 2, parameters: {} }],
  ])('%j', (written, spec) => {
    expect(JSON.parse(JSON.stringify(read(written)))).toEqual(spec);
  });

  test.each(FAMILY_NAMES)('%s needs nothing but its name, templates their data', (name) => {
    const template = name === 'histogram' || name === 'kde' ? { sample: 'simulation' } : {};
    const spec = read({ pdf: name, ...template });
    const events = { values: Float64Array.of(1.82, 1.86, 1.87, 1.9) };
    const { pdf: built } = buildPdf(spec, { ranges: { m: [1.8, 1.95] }, template: () => events });
    expect(built.variables).toEqual([{ name: 'm', range: [1.8, 1.95] }]);
  });
});

describe('what is wrong is said with its place and a way out', () => {
  test.each<[unknown, string, Partial<ErrorData>]>([
    [{ pdf: 'gauss' }, 'signal.pdf: unknown density "gauss"', {}],
    [{ pdf: 'cb' }, 'did you mean "crystalBall"?', {}],
    ['chebishev:2', 'did you mean "chebyshev"?', {}],
    [{ pdf: 'chebyshev', ordr: 2 }, 'unknown key "ordr" in signal', { hint: 'did you mean "order"?' }],
    [{ pdf: 'gaussian', alpha: 3 }, 'gaussian has no "alpha"; its parameters are mean, sigma', {}],
    [{ pdf: 'chebyshev', order: 1, c2: 0.1 }, 'chebyshev has no "c2"; its parameters are c1', {}],
    [{ pdf: 'chebyshev', order: 99 }, 'signal.order has a wrong value', { expected: 'at most 12' }],
    [{ pdf: 'gaussian', mean: [3, 1, 2] }, 'must be [start, low, high]', {}],
    [{ sum: [{ pdf: 'gaussian' }, { pdf: 'argos' }] }, 'signal.sum[1].pdf: unknown density', {}],
    [{ pdf: 'histogram', edges: [0, 1], contents: [1, 2] }, 'one edge more than contents', {}],
    [{ pdf: 'kde' }, 'a kernel density needs a sample', {}],
    [{ order: 2 }, 'a density has one of the keys pdf, sum and product', {}],
    [3, 'signal has a wrong value', { got: '3' }],
  ])('%j', (written, message, more) => {
    const told = problem(written);
    expect(told.message).toContain(message);
    expect(told).toMatchObject(more);
    expect(told.keys[0]).toBe('signal');
  });
});

describe('on the command line', () => {
  test('the short form, sums, and braces', () => {
    expect(parsePdf(' doubleGaussian ')).toEqual({ pdf: 'doubleGaussian', parameters: {} });
    expect(parsePdf('gaussian + crystalBall:right')).toMatchObject({ sum: [{ pdf: 'gaussian' }, { tail: 'right' }] });
    expect(parsePdf('{ pdf: gaussian, mean: [1.865, 1.86, 1.87] }')).toMatchObject({
      parameters: { mean: { start: 1.865, low: 1.86, high: 1.87 } },
    });
  });

  test.each([
    ['gaus', 'unknown density "gaus": did you mean'],
    ['chebyshev:x', 'a whole number from 0 to 12, not "x"'],
    ['crystalBall:up', 'left or right, not "up"'],
    ['gaussian:3', 'takes nothing after a colon'],
    ['chebyshev:2:3', 'one number or word'],
    ['', 'a density is named'],
    ['{ pdf: gaus }', 'unknown density "gaus"'],
    ['{ pdf', 'not valid YAML'],
    ['{ pdf: gaussian, sgma: 3 }', 'unknown key "sgma"'],
  ])('%j is refused', (written, message) => {
    const attempt = (): unknown => parsePdf(written);
    expect(attempt).toThrow(message);
    try {
      attempt();
    } catch (error) {
      expect((error as DatamcError).status).toBe(2);
    }
  });
});

test('an editor is offered every density and every parameter', () => {
  const schema = JSON.stringify(jsonSchema(whole));
  for (const word of [...FAMILY_NAMES, 'sigma1', 'alphaL', 'c12', 'resolution', 'sample', 'order'])
    expect(schema).toContain(`"${word}"`);
});
