import { describe, expect, test } from 'vitest';
import type { BlockForm } from '../../../src/events/expression/block-form.js';
import { blockForm } from '../../../src/events/expression/block-form.js';
import { BlockProgram } from '../../../src/events/expression/block-program.js';
import { check } from '../../../src/events/expression/check.js';
import { compile } from '../../../src/events/expression/compile.js';
import { scope } from './columns.js';
import { evaluate, truth, type Row } from './evaluate.js';
import { lcg, logical, numeric } from './random-tree.js';

const special = [NaN, Infinity, -Infinity, 0, -0, -1, 1, 2.5, -0.5, 1e-300, -999];
const random = lcg(21);
// Not a multiple of 4: conditions are worked out four rows at a time.
const ROWS = 301;
const rows: Row[] = Array.from({ length: ROWS }, () => {
  const real = (): number =>
    random() < 0.4 ? special[Math.floor(random() * special.length)] : (random() - 0.5) * 10 ** (random() * 6 - 3);
  const whole = (): number | null => (random() < 0.1 ? null : Math.floor(random() * 12) - 4);
  return { x: real(), y: real(), n: whole(), m: whole(), b: random() < 0.1 ? null : random() < 0.5 };
});

/** Runs forms on the rows, in blocks of 100. */
function run(forms: readonly BlockForm[], as: 'number' | 'condition'): number[][] {
  const program = new BlockProgram(100);
  const results = forms.map((form) => (as === 'number' ? program.numbers(form) : program.truths(form)));
  const out = forms.map((): number[] => []);
  for (let from = 0; from < ROWS; from += 100) {
    const block = rows.slice(from, from + 100);
    for (const [name, values] of program.columns)
      values.set(block.map((row) => (row[name] === null ? NaN : Number(row[name]))));
    program.run(block.length);
    results.forEach((values, k) => out[k].push(...values.subarray(0, block.length)));
  }
  return out;
}

// 0 and −0 are one: which of them min and max choose is nobody's business.
const plain = (values: readonly number[]): number[] => values.map((v) => v + 0);

describe('block programs equal an independent evaluator', () => {
  test('random numbers and conditions, all in one program', () => {
    for (const [as, make] of [
      ['number', numeric],
      ['condition', logical],
    ] as const) {
      const trees = Array.from({ length: 1500 }, () => make(random, 4));
      const formed = trees.flatMap((tree) => {
        const form = blockForm(tree, check(tree, { text: '' }, scope), scope, as);
        return form ? [{ tree, form }] : [];
      });
      // The others have lists, remainders, bits, signs or rounding in them.
      expect(formed.length).toBeGreaterThan(300);
      const got = run(
        formed.map(({ form }) => form),
        as,
      );
      formed.forEach(({ tree }, k) => {
        const want = rows.map((row) => {
          const value = evaluate(tree, row);
          return as === 'condition' ? Number(truth(value)) : value === null ? NaN : Number(value);
        });
        expect(plain(got[k])).toEqual(plain(want));
      });
    }
  });

  test.each([
    ['0.5 < x <= 2 and not b', (r: Row) => Number(r['x']) > 0.5 && Number(r['x']) <= 2 && r['b'] !== true],
    ['x', (r: Row) => r['x'] !== 0 && !Number.isNaN(r['x'])],
    ['x != y', (r: Row) => r['x'] !== r['y']],
    ['b', (r: Row) => r['b'] === true],
    ['n == -3 or isnan(n)', (r: Row) => r['n'] === -3 || r['n'] === null],
    ['(x > 1) + (y > 1) == 2', (r: Row) => Number(r['x']) > 1 && Number(r['y']) > 1],
    ['(b ? x : y) > 0', (r: Row) => Number(r['b'] === true ? r['x'] : r['y']) > 0],
    ['true', () => true],
  ] as const)('%s', (text, want) => {
    const form = compile({ text }, scope).form('condition');
    expect(form).toBeDefined();
    expect(run([form as BlockForm], 'condition')[0]).toEqual(rows.map((row) => Number(want(row))));
  });
});

test('what several expressions have in common is worked out once', () => {
  const forms = ['x * y > 1', 'x * y > 2', 'x * y'].map((text) => compile({ text }, scope).form('number') as BlockForm);
  const program = new BlockProgram(4);
  const [, , product] = forms.map((form) => program.numbers(form));
  expect(program.numbers(compile({ text: 'x*y' }, scope).form('number') as BlockForm)).toBe(product);
});

test.each([
  'log(x)',
  'exp(x)',
  'x ** 2',
  'hypot(x, y)',
  'sin(x)',
  'n % 3',
  'n & 3',
  'v[0]',
  'length(v)',
  'round(x)',
  'x + 9007199254740993',
])('%s is left to SQL, whose last digit may differ', (text) => {
  expect(compile({ text }, scope).form('number')).toBeUndefined();
});

test('text is left to SQL', () => {
  expect(compile({ text: "s == 'EB'" }, scope).form('condition')).toBeUndefined();
});
