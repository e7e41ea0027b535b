import { expect, test } from 'vitest';
import { compile } from '../../../src/events/expression/compile.js';
import { expand } from '../../../src/events/expression/expand.js';
import { parse } from '../../../src/events/expression/parse.js';
import type { Scope, ScopeColumn, ValueType } from '../../../src/events/expression/scope.js';
import { evaluate, truth, type Row, type Value } from './evaluate.js';

const row: Row = {
  pt: 4,
  eta: -1.2,
  kaonID: 0.7,
  pionID: 0.1,
  dr: -0.3,
  charge: -1,
  mcPDG: -321,
  nCDCHits: 25,
  isMuon: true,
  cand_type_ML: 5,
  type1: 'EB',
  Muon_pt: [30, 20, 10],
  Muon_charge: [1, -1, 1],
  'V0s.fInvMass': [0.4976, 1.1157],
  daughter__bo0__cm__spp__bc: 2.5,
  'K+:all': 3,
  'K:all': 5,
  'a b': 7,
  genIdx: 2,
  D0_K_kaonID: 0.9,
  D0_pi_kaonID: 0.2,
  missing: NaN,
};
const typeOf = (v: Value): ValueType =>
  Array.isArray(v) ? 'list' : typeof v === 'string' ? 'string' : typeof v === 'boolean' ? 'boolean' : 'real';
const columns: ScopeColumn[] = Object.entries(row).map(([name, v]) => ({ name, type: typeOf(v), sql: `"${name}"` }));
const scope: Scope = {
  columns: new Map(columns.map((c) => [c.name, c])),
  variables: {
    binaryID: (a, b) => `likelihood(${a}) / (likelihood(${a}) + likelihood(${b}))`,
    likelihood: (a) => `D0_${a}_kaonID`,
    probe: () => 'D0_K_kaonID',
    pt: () => 'pt', // a variable may give a column its own name
  },
};

test.each<[string, number | boolean]>([
  ['kaonID > 0.2 & abs(dr)<2', true], // Systematics Framework
  ['0.5 < pt < 10 and nCDCHits > 20', true], // basf2
  ['[pt > 1 and [eta < 2]] or [charge == 1]', true],
  ['[pt > 5] or not [charge == 1]', true],
  ['abs(mcPDG) == 321', true],
  ['formula(pt * 2 + 1)', 9],
  ['-1.5 < eta <= -1.2', true],
  ['daughter(0, p) > 2', true],
  ['conditionalVariableSelector(charge > 0, 1, 2)', 2],
  ['ifNANgiveX(missing, -999)', -999],
  ['binaryID(K,pi) > 0.8', true],
  ['probe', 0.9],
  ['1 < pt and pt < 5 and !isMuon', false],
  ['pt>1&&fabs(eta)<2.4', true], // ROOT
  ['(pt>5)||(eta>0)', false],
  ['TMath::Abs(eta)', 1.2],
  ['TMath::Sqrt(pt)*TMath::Power(2,3)', 16],
  ['TMath::Pi()', Math.PI],
  ['Muon_pt[0]+Muon_pt[1]', 50],
  ['Muon_charge[0]*Muon_charge[1] < 0', true],
  ['V0s.fInvMass[1]', 1.1157],
  ['Muon_pt[genIdx]', 10],
  ['Length$(Muon_pt) == 3', true],
  ['(cand_type_ML & 4) != 0', true],
  ['pt^2', 16],
  ['-pt**2', -16],
  ['2**3**2', 512],
  ['pt > 3 ? 1.5 : 0.5', 1.5],
  ['(pt > 3) * 2.5', 2.5],
  ["type1 == 'EB' and eta < 0", true],
  ['type1 != "EE"', true],
  ['`K+:all` + K:all + `a b`', 15],
  ['not kaonID > 0.8', true],
  ['!(kaonID > 0.8) | pt < 0', true],
  ['NOT pt < 1 AND pt < 10', true],
  ['log(exp(1)) + log10(100)', 3],
  ['1e-3 + .5 + 2. + 0x10', 18.501],
  ['pt % 3', 1],
])('%s', (text, expected) => {
  const source = { text };
  const node = expand(parse(source, scope.columns), source, scope);
  const value = evaluate(node, row);
  if (typeof expected === 'boolean') expect(truth(value)).toBe(expected);
  else expect(value).toBeCloseTo(expected, 12);
  expect(compile(source, scope).native()).not.toBe('');
});

test('an expression names the columns that it reads', () => {
  expect([...compile({ text: 'binaryID(K,pi) > 0.8 and pt > 1' }, scope).columns]).toEqual([
    'D0_K_kaonID',
    'D0_pi_kaonID',
    'pt',
  ]);
});
