import { expect, test } from 'vitest';
import type { TableSummary } from '../../../../src/studies/pid/report/results.js';
import { tableTitle } from '../../../../src/studies/pid/report/words.js';

const RATE = { value: 1, error: 0, parts: { stat: 0 } };

const table = (reco: string, truth: string, mode: string, precut = ''): TableSummary => ({
  ...{ name: 't', reco, truth, cut: 'muonID > 0.9', precut, modes: [mode], bins: 1, valid: 1, flags: {}, methods: {} },
  ...{ reasons: [], coverage: { data: 1, simulation: 1 }, systematics: {} },
  rates: { data: RATE, simulation: RATE, ratio: RATE },
});

test('tables are called after rate and cut, and after their modes where two would be called alike', () => {
  const all = [table('mu', 'mu', 'Radmumu'), table('mu', 'mu', 'Tau-mu'), table('mu', 'pi', 'Dst', 'p > 1')];
  expect(all.map((t) => tableTitle(t, all))).toEqual([
    'μ efficiency of muonID > 0.9 in Radmumu',
    'μ efficiency of muonID > 0.9 in Tau-mu',
    'π → μ fake rate of muonID > 0.9 after p > 1',
  ]);
});
