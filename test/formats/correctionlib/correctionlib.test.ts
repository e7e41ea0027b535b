import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { evaluateCorrection } from '../../../src/formats/correctionlib/evaluate.js';
import {
  findCorrection,
  parseCorrectionSet,
  readCorrectionSet,
  writeCorrectionSet,
} from '../../../src/formats/correctionlib/file.js';
import { compileFormula } from '../../../src/formats/correctionlib/formula.js';
import { serialize } from '../../../src/formats/correctionlib/serialize.js';
import { EXAMPLE } from './example.js';

// python: correctionlib 2.9.0, schemav2.Correction(..., data=Formula(expression, variables=["x", "y"])).to_evaluator().evaluate(3., 2.)
test.each([
  ['-x^2', 9],
  ['x^-y', 1 / 9],
  ['2^3^2', 512],
  ['x-y-1', 0],
  ['x/y/2', 0.75],
  ['-x*y', -6],
  ['-x^y^2', 81],
  ['1-2+3', 2],
  ['3-2^2', -1],
  ['x>=3==1', 1],
  ['1<2&&0', 0],
  ['1||0&&0', 1],
  ['x<y==0', 1],
  ['2*-x', -6],
  ['atan2(x,y)', 0.982793723247329],
  ['abs(-x)+1e3*x', 3003],
])('formula %s is %d at x = 3, y = 2', (expression, value) => {
  expect(compileFormula(expression)([3, 2])).toBeCloseTo(value, 14);
});

test.each([
  ['x +* y', 'position 4'],
  ['foo(x)', 'unknown function'],
  ['[2]', 'needs parameter [2]'],
  ['max(x)', 'expected ","'],
  ['(x', 'expected ")"'],
  ['x $ y', 'position 2'],
  ['!x', 'position 1'],
  ['x y', 'cannot read'],
])('formula "%s" is refused: %s', (expression, message) => {
  let text = '';
  try {
    compileFormula(expression, [1]);
  } catch (error) {
    text = `${(error as Error).message} ${JSON.stringify((error as { data: object }).data)}`;
  }
  expect(text.replaceAll('\\"', '"')).toContain(message);
});

test('bins: lower edge included, flows as in correctionlib', () => {
  const bins = findCorrection(EXAMPLE, 'bins');
  const x = Float64Array.of(-0.5, 0, 1, 3.5, 4, 9.7);
  const of = (mode: string): number[] => [...evaluateCorrection(bins, { x, mode })];
  // python: correctionlib 2.9.0, Binning(edges=[0, 1, 2, 4], flow=...).evaluate at the same values
  expect(of('clamp')).toEqual([10, 10, 20, 30, 30, 30]);
  expect(of('wrap')).toEqual([30, 10, 20, 30, 10, 20]);
  expect(of('uniform')).toEqual([2, 3, 1, 2, 3, 2]);
  expect(of('value')).toEqual([1, 2, 2, -7.5, -7.5, -7.5]);
  expect(of('else')[0]).toBeCloseTo(0.75, 14);
});

test('an integer input that is transformed stays an integer: halves are rounded away from zero', () => {
  const nested = findCorrection(EXAMPLE, 'nested');
  const at = (charge: number): number => evaluateCorrection(nested, { x: 1, y: 2, charge })[0];
  expect(at(-1)).toBeCloseTo(0.8427007929497149 + Math.log10(3.5) / Math.sqrt(3), 13);
  expect(at(5)).toBe(99);
  expect(at(1)).toBe(1);
});

test.each(['corrections.json', 'corrections.json.gz'])('%s: written, read, the same', async (name) => {
  const dir = await mkdtemp(join(tmpdir(), 'datamc-'));
  await writeCorrectionSet(join(dir, name), EXAMPLE);
  expect(await readCorrectionSet(join(dir, name))).toEqual(EXAMPLE);
  await rm(dir, { recursive: true });
});

const broken = (change: (bins: Record<string, unknown>) => object): unknown => {
  const binning = { nodetype: 'binning', input: 'x', edges: [0, 1, 2], content: [1, 2], flow: 'clamp' };
  const correction = {
    name: 'a',
    version: 1,
    inputs: [{ name: 'x', type: 'real' }],
    output: { name: 'w', type: 'real' },
  };
  return { schema_version: 2, corrections: [{ ...correction, data: change(binning) }] };
};

test.each<[string, unknown]>([
  ['an unknown key', broken((b) => ({ ...b, colour: 'red' }))],
  ['edges that fall', broken((b) => ({ ...b, edges: [0, 2, 1] }))],
  ['too few contents', broken((b) => ({ ...b, content: [1] }))],
  ['an undeclared input', broken((b) => ({ ...b, input: 'z' }))],
  ['an unknown flow', broken((b) => ({ ...b, flow: 'ignore' }))],
  ['an unknown node', broken((b) => ({ ...b, nodetype: 'bin' }))],
  ['an infinite content', broken((b) => ({ ...b, content: [1, Infinity] }))],
  ['a formula of no such index', broken(() => ({ nodetype: 'formularef', index: 0, parameters: [] }))],
  [
    'keys of two types',
    broken(() => ({
      nodetype: 'category',
      input: 'x',
      content: [
        { key: 1, value: 1 },
        { key: 'a', value: 2 },
      ],
    })),
  ],
  ['another schema version', { schema_version: 1, corrections: [] }],
  ['two corrections of one name', { schema_version: 2, corrections: [EXAMPLE.corrections[0], EXAMPLE.corrections[0]] }],
])('%s is refused', (_, value) => {
  expect(() => parseCorrectionSet(value)).toThrow();
});

test('evaluation says what is missing or outside', () => {
  const bins = findCorrection(EXAMPLE, 'bins');
  expect(() => evaluateCorrection(bins, { x: 1 })).toThrow('needs the input "mode" (string)');
  const strict = parseCorrectionSet(broken((b) => ({ ...b, flow: 'error' }))).corrections[0];
  expect(() => evaluateCorrection(strict, { x: 2 })).toThrow('outside the bins');
  expect(() => findCorrection(EXAMPLE, 'bin')).toThrow('no correction "bin"');
});

test('numbers are written so that correctionlib reads them: reals with a point, integers without', () => {
  const text = serialize(EXAMPLE);
  expect(JSON.parse(text)).toEqual(EXAMPLE);
  expect(text).toContain('"edges":[0.0,1.0,2.0,4.0]');
  expect(text).toContain('"edges":{"n":4,"low":-1.0,"high":1.0}');
  expect(text).toContain('{"key":-2,');
  expect(text).toContain('"schema_version":2');
});
