import { describe, expect, it } from 'vitest';
import { abstract } from '../../../src/studies/correction/abstract.js';
import type { CommonParams } from '../../../src/studies/correction/params.js';
import type { PrepareResult } from '../../../src/studies/correction/prepare.js';
import { summaryRows } from '../../../src/studies/correction/summary-rows.js';

const params = {
  method: 'flow',
  variables: [{ column: 'ip', transform: 'log10', label: 'IP', unit: 'mm' }],
  given: [{ column: 'pt', transform: 'log', label: 'p_{T}' }],
  prepare: { holdOut: 0.3 },
} as unknown as CommonParams;

const rows = { rows: 10_000, used: 10_000, heldOut: 3000, sumOfWeights: 10_000, effective: 10_000, bad: {} };
const prepared: PrepareResult = { samples: { simulation: rows, data: { ...rows, used: 9000 } } };
const summary = {
  'events.simulation': 10_000,
  'events.data': 10_000,
  'events.simulation.heldOut': 3000,
  'events.data.heldOut': 3000,
  'events.simulation.effective': 10_000,
  'events.data.effective': 10_000,
  'ip.ks.before': { value: 0.0677, error: 0.0034 },
  'ip.ks.after': { value: 0.0109, error: 0.0028 },
  'ip.chi2ndf.before': 10.3217,
  'ip.chi2ndf.after': 1.1302,
  'ip.pValue.before': 1.1003e-78,
  'ip.pValue.after': 0.2449,
  'joint.auc.before': { value: 0.544, error: 0.002 },
  'joint.auc.after': { value: 0.503, error: 0.002 },
};

describe('summaryRows', () => {
  const found = summaryRows(params, summary);
  const row = (name: string) => found.find((r) => r.name.startsWith(name));

  it('pairs before with after, and keeps the digits that numbers without errors deserve', () => {
    expect(row('Kolmogorov')).toMatchObject({ before: { value: 0.0677 }, value: { value: 0.0109 } });
    expect(row('χ²')).toMatchObject({ before: 10.3, value: 1.13 });
    expect(row('p-value')).toMatchObject({ before: 1.1e-78, value: 0.24 });
  });

  // √(π/2) ln 2 √(2/3000) = 0.0224
  it('says what distance equal samples of this size have', () =>
    expect(row('Kolmogorov')?.note).toContain('about 0.02 for equal ones'));

  it('leaves out what was not measured', () => {
    expect(row('Distance to the true map')).toBeUndefined();
    expect(row('Closure')).toBeUndefined();
  });
});

describe('abstract', () => {
  const text = abstract(params, prepared, summary);

  it('says what was learnt from what, judged on what, and the numbers', () => {
    expect(text).toContain('log_{10}(IP / mm), given p_{T}, was learnt by two normalising flows');
    expect(text).toContain('7\u202f000 simulated and 6\u202f000 recorded events');
    expect(text).toContain('from **0.0677** to **0.0109**, χ²/ndf from **10.3** to **1.13** (p = 0.245)');
    expect(text).not.toContain('NaN');
  });

  it('speaks of the truth where it is known', () => {
    const known = { ...summary, 'ip.truth.rms.before': 0.054, 'ip.truth.rms.after': 0.0064, 'ip.truth.coverage': 0.66 };
    expect(abstract(params, prepared, known)).toContain('**0.66** of the events');
    expect(text).not.toContain('true map');
  });
});
