import { describe, expect, test } from 'vitest';
import { pidFit, type PidFitOptions } from '../../../src/studies/pid/fit-file.js';
import { parsePdf } from '../../../src/studies/pid/pdf-schema.js';
import { hasSharedData, sharedData } from '../../helpers/shared-data.js';

const energy = (i: number, mass: number): string => `sqrt(${mass}^2 + H${i}_PX^2 + H${i}_PY^2 + H${i}_PZ^2)`;
const along = (axis: string): string => `(H1_P${axis} + H2_P${axis} + H3_P${axis})^2`;
const mB = `sqrt((${energy(1, 139.57039)} + ${energy(2, 493.677)} + ${energy(3, 493.677)})^2 - ${['X', 'Y', 'Z'].map(along).join(' - ')})`;
const opening = 'cosh(Muon_eta[0] - Muon_eta[1]) - cos(Muon_phi[0] - Muon_phi[1])';
const upsilon = (mass: string, sigma?: string): string =>
  `{ pdf: crystalBall, mean: ${mass}, ${sigma ? `sigma: "${sigma}", ` : ''}alpha: { fixed: 1.6 }, n: { fixed: 2.5 } }`;
const ratio = (r: number): string => upsilon(`"upsilon1S.mean * ${r}"`, `upsilon1S.sigma * ${r}`);

interface Case {
  readonly files: readonly string[];
  readonly options: Omit<PidFitOptions, 'files' | 'components'>;
  readonly components: Readonly<Record<string, string>>;
  /** Of a parameter: the world's mean (Particle Data Group 2024) and what calibration may move it by. */
  readonly mass: readonly [name: string, value: number, by: number];
  /** Signal: at least so many errors from nothing. */
  readonly significance: number;
}

const cases: Readonly<Record<string, Case>> = {
  'B⁺ → K⁺K⁻π⁺': {
    files: ['lhcb-bkkpi/KKP_signal.root'],
    options: { define: { mB }, variable: 'mB', range: [5080, 5580], bins: 50 },
    components: {
      signal: 'gaussian',
      partial: '{ pdf: gaussian, mean: [5100, 5000, 5180], sigma: [40, 15, 120] }',
      background: 'exponential',
    },
    // Momenta of these open data are not calibrated.
    mass: ['signal.mean', 5279.4, 12],
    significance: 9,
  },
  'Z → μμ': {
    files: [1, 2, 3].map((i) => `lhcb-zmumu/batch_${i}.root`),
    options: { define: { m: 'Z_M / 1000' }, variable: 'm', range: [60, 120], bins: 60 },
    components: { signal: 'doubleCrystalBall', background: 'exponential' },
    mass: ['signal.mean', 91.188, 0.3],
    significance: 20,
  },
  'Υ(1S, 2S, 3S) → μμ': {
    files: ['cms-upsilon/upsilon_OS_SR_data_OS.csv'],
    options: { variable: 'dimu_mass', range: [9, 10.6], bins: 80 },
    components: {
      upsilon1S: upsilon('[9.46, 9.4, 9.52]'),
      upsilon2S: ratio(10.0234 / 9.4604),
      upsilon3S: ratio(10.3551 / 9.4604),
      background: 'chebyshev:2',
    },
    mass: ['upsilon1S.mean', 9.4604, 0.02],
    significance: 12,
  },
  'J/ψ → μμ': {
    files: ['cms-dimuon/open-data-example.root'],
    options: {
      define: { m: `sqrt(2 * Muon_pt[0] * Muon_pt[1] * (${opening}))` },
      select: 'nMuon == 2 and Muon_charge[0] != Muon_charge[1]',
      variable: 'm',
      range: [2.85, 3.35],
      bins: 50,
    },
    components: { signal: 'doubleCrystalBall', background: 'exponential' },
    mass: ['signal.mean', 3.0969, 0.015],
    significance: 20,
  },
  'K⁰s → ππ': {
    files: ['alice-v0-mc/uproot-issue187.root'],
    options: { explode: 'V0s', variable: 'V0s.fInvMass[0]', range: [0.45, 0.55], bins: 50 },
    components: { signal: 'doubleGaussian', background: 'chebyshev:1' },
    mass: ['signal.mean', 0.49761, 0.0006],
    significance: 20,
  },
  'Λ → pπ': {
    files: ['alice-v0-mc/uproot-issue187.root'],
    options: { explode: 'V0s', variable: 'V0s.fInvMass[1]', range: [1.085, 1.15], bins: 65 },
    components: { signal: 'gaussian', background: 'chebyshev:3' },
    mass: ['signal.mean', 1.11568, 0.0005],
    significance: 6,
  },
};

describe.runIf(hasSharedData)('fits of real and fully simulated detector data', () => {
  test.each(Object.entries(cases))('%s', async (_, { files, options, components, mass, significance }) => {
    const densities = Object.fromEntries(Object.entries(components).map(([name, text]) => [name, parsePdf(text)]));
    const { fit } = await pidFit({ ...options, files: files.map(sharedData), components: densities, jobs: 1 });
    expect(fit.status, fit.message).toBe('converged');
    expect(fit.goodness.pValue).toBeGreaterThan(0.01);
    const [name, value, by] = mass;
    expect(Math.abs(fit.parameters[name].value - value)).toBeLessThan(by);
    const [signal] = Object.values(fit.yields);
    expect(signal.value / signal.error).toBeGreaterThan(significance);
    const total = Object.values(fit.yields).reduce((sum, { value: n }) => sum + n, 0);
    expect(total / fit.events['data'].used).toBeCloseTo(1, 5);
    for (const { error } of Object.values(fit.parameters)) expect(Number.isFinite(error)).toBe(true);
  });
});
