import { expect, test } from 'vitest';
import { DatamcError } from '../../../src/base/error.js';
import { compile } from '../../../src/events/expression/compile.js';
import { pointInto } from '../../../src/events/expression/errors.js';
import type { Scope, ScopeColumn, ValueType } from '../../../src/events/expression/scope.js';

const types: Readonly<Record<string, ValueType>> = {
  pt: 'real',
  eta: 'real',
  kaonID: 'real',
  nHits: 'integer',
  isMuon: 'boolean',
  type1: 'string',
  Muon_pt: 'list',
};
const columns = Object.entries(types).map(([name, type]): ScopeColumn => ({ name, type, element: 'real', sql: name }));
const broken: ScopeColumn = { name: 'track', type: 'real', sql: '', unreadable: 'class TRef has no reader' };
const scope: Scope = {
  columns: new Map([...columns, broken].map((c) => [c.name, c])),
  variables: { loop: () => 'hoop + 1', hoop: () => 'loop', two: (a, b) => `${a} + ${b}`, odd: () => 'kaonId > 1' },
  origin: 'mc.root',
};

const told = (text: string): string => {
  try {
    const compiled = compile({ text, path: 'samples.data.select' }, scope);
    return compiled.truth();
  } catch (error) {
    if (!(error instanceof DatamcError)) throw error;
    expect(error.status).toBe(2);
    const { code, message, path, got, hint } = error.data;
    return [`${code} (${path})`, message, got, hint && `hint: ${hint}`].filter(Boolean).join('\n');
  }
};

test.each([
  'kaonId > 0.6',
  'pt > 1 and xyzzy < 2',
  'pt = 3',
  'pt === 3',
  'pt > 1 &&',
  '',
  '(pt > 1',
  'pt > 1)',
  'Muon_pt[0',
  'pt > > 1',
  'pt 3',
  '3pt > 1',
  'pt > 1 and "EB',
  'pt > €5',
  'sqr(pt)',
  'sqrt(pt, 2)',
  'sqrt > 2',
  'pt(0)',
  'Muon_pt > 20',
  'pt[0]',
  'Muon_pt[-1]',
  'type1 > 3',
  'type1 + 1 > 2',
  'type1',
  'nHits & pt > 3',
  'nHits & 1 == 1',
  'a < b == c',
  'pt ? 1',
  'isMuon ? 1 : "EB"',
  'loop > 1',
  'two(pt) > 1',
  'odd',
  'track > 1',
  'pt << 2',
  'pt <> 2',
  'pt@2',
  'constructor > 1',
  '__proto__',
  `${'pt + '.repeat(40)}ptt > 1`,
])('%s', (text) => {
  expect(`\n${told(text)}\n`).toMatchSnapshot();
});

test('ten thousand brackets are an error, not a crash', () => {
  expect(told(`${'('.repeat(10_000)}pt`)).toContain('nested too deeply');
  expect(told(`${'!'.repeat(10_000)}pt`)).toContain('expression.syntax');
  expect(told(`${'2**'.repeat(10_000)}pt > 1`)).toContain('expression.syntax');
});

test('the caret stands under the named place', () => {
  expect(pointInto('pt > 1 and xyzzy', { start: 11, end: 16 })).toBe('pt > 1 and xyzzy\n           ^^^^^');
});
