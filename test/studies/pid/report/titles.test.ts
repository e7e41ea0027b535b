import { expect, test } from 'vitest';
import type { TableSummary } from '../../../../src/studies/pid/report/results.js';
import { tableTitle } from '../../../../src/studies/pid/report/words.js';

const table = (reco: string, truth: string, mode: string, precut = ''): TableSummary => ({
  ...{ name: 't', reco, truth, cut: 'muonID > 0.9', precut, modes: [mode], bins: 1, valid: 1, flags: {}, methods: {} },
  ...{ reasons: [], coverage: { data: 1, simulation: 1 }, systematics: {} },
  rates: { data: { value: 1, error: 0 }, simulation: { value: 1, error: 0 }, ratio: { value: 1, error: 0 } },
});

test('tables are called after rate and cut, and after their modes where two would be called alike', () => {
  const all = [table('mu', 'mu', 'Radmumu'), table('mu', 'mu', 'Tau-mu'), table('mu', 'pi', 'Dst', 'p > 1')];
  expect(all.map((t) => tableTitle(t, all))).toEqual([
    'μ efficiency of muonID > 0.9 in Radmumu',
    'μ efficiency of muonID > 0.9 in Tau-mu',
    'π → μ fake rate of muonID > 0.9 after p > 1',
  ]);
});
