import { describe, expect, test } from 'vitest';
import { BPLUS_TRUTH, bplusEvents } from '../../src/physics/bplus.js';
import { jpsiEvents } from '../../src/physics/jpsi.js';
import { KSHORT, kshortEvents, LAMBDA, lambdaEvents } from '../../src/physics/lambda.js';
import type { GeneratedColumns } from '../../src/physics/pid/block.js';
import { electronPion, kaonPion, muonPion, protonPion, type PairModel } from '../../src/physics/pid/pair-model.js';
import { SIMULATION_SCALE } from '../../src/physics/pid/peak-mode.js';
import { chebyshevQuantile, kumaraswamy, linear } from '../../src/physics/pid/shapes.js';
import { parseIdCut, trueEfficiency } from '../../src/physics/pid/true-efficiency.js';
import { breakup } from '../../src/physics/pid/two-body.js';
import { seedKey } from '../../src/stats/key.js';
import type { HypothesisName } from '../../src/base/particles.js';

const N = 20_000;

/** How far the number of tracks that pass is from the sum of their true efficiencies, in standard deviations. */
function pull(
  events: GeneratedColumns,
  prefix: string,
  model: PairModel,
  cut: string,
  truth: HypothesisName,
  scale: number,
): number {
  const id = parseIdCut(cut);
  const column = cut.split(' ')[0];
  let [passed, expected, variance] = [0, 0, 0];
  for (let i = 0; i < N; i++) {
    if (!events['isSignal'][i]) continue;
    const [p, cosTheta, charge] = ['p', 'cosTheta', 'charge'].map((name) => events[`${prefix}_${name}`][i]);
    const e = trueEfficiency(model, id, { truth, p, cosTheta, charge, scale });
    expected += e;
    variance += e * (1 - e);
    if (events[`${prefix}_${column}`][i] > id.above) passed++;
  }
  return (passed - expected) / Math.sqrt(variance);
}

// False-alarm rate of every bound on a pull: 1e-4 (3.9 standard deviations).
describe('modes that a cut is measured on', () => {
  const off = { likelihoods: false } as const;

  test.each(['data', 'simulation'] as const)('pass as often as their true efficiency says: %s', (sample) => {
    const scale = sample === 'data' ? 1 : SIMULATION_SCALE;
    const lambda = lambdaEvents(seedKey(1), N, { sample, ...off });
    const kshort = kshortEvents(seedKey(1), N, { sample, ...off });
    const muons = jpsiEvents(seedKey(1), N, { sample, lepton: 'mu', ...off });
    const electrons = jpsiEvents(seedKey(1), N, { sample, lepton: 'e', ...off });
    const bplus = bplusEvents(seedKey(1), N, { sample, ...off });
    for (const z of [
      pull(lambda, 'p', protonPion, 'protonID > 0.8', 'p', scale),
      pull(lambda, 'pi', protonPion, 'protonID > 0.1', 'pi', scale),
      pull(kshort, 'pi_0', kaonPion, 'pionID > 0.6', 'pi', scale),
      pull(kshort, 'pi_1', kaonPion, 'kaonID > 0.6', 'pi', scale),
      pull(muons, 'mu_0', muonPion, 'muonID > 0.9', 'mu', scale),
      pull(electrons, 'e_1', electronPion, 'electronID > 0.9', 'e', scale),
      pull(bplus, 'K', kaonPion, 'kaonID > 0.6', 'K', scale),
      pull(bplus, 'Jpsi_mu_1', muonPion, 'muonID > 0.5', 'mu', scale),
    ]) {
      expect(Math.abs(z)).toBeLessThan(3.9);
    }
  });

  test('have the masses and shares that they say, and the codes of their charges', () => {
    for (const [mode, events] of [
      [LAMBDA, lambdaEvents(seedKey(2), N, { sample: 'data', ...off })] as const,
      [KSHORT, kshortEvents(seedKey(2), N, { sample: 'data', ...off })] as const,
    ]) {
      const signal = [...events['M'].keys()].filter((i) => events['isSignal'][i] === 1);
      expect(Math.abs(signal.length - N * mode.signalFraction)).toBeLessThan(3.9 * Math.sqrt(N / 4));
      const mean = signal.reduce((s, i) => s + events['M'][i], 0) / signal.length;
      const variance = mode.fraction * mode.sigma1 ** 2 + (1 - mode.fraction) * mode.sigma2 ** 2;
      expect(Math.abs(mean - mode.mean)).toBeLessThan(3.9 * Math.sqrt(variance / signal.length));
    }
    const lambda = lambdaEvents(seedKey(2), 500, { sample: 'data', ...off });
    for (let i = 0; i < 500; i++) {
      if (!lambda['isSignal'][i]) continue;
      expect(lambda['p_mcPDG'][i]).toBe(2212 * lambda['p_charge'][i]);
      expect(lambda['pi_mcPDG'][i]).toBe(-211 * lambda['p_charge'][i]);
    }
    const muons = jpsiEvents(seedKey(2), 500, { sample: 'data', ...off });
    for (let i = 0; i < 500; i++)
      if (muons['isSignal'][i]) expect(muons['mu_0_mcPDG'][i]).toBe(-13 * muons['mu_0_charge'][i]);
  });

  test('B⁺ → K⁺J/ψ: beam-constrained mass and ΔE peak where they must, helicity angles follow sin²θ', () => {
    const b = bplusEvents(seedKey(3), N, { sample: 'data', ...off });
    const signal = [...b['Mbc'].keys()].filter((i) => b['isSignal'][i] === 1);
    const mean = (name: string): number => signal.reduce((s, i) => s + b[name][i], 0) / signal.length;
    expect(Math.abs(mean('Mbc') - BPLUS_TRUTH.B)).toBeLessThan(3e-4);
    expect(Math.abs(mean('deltaE'))).toBeLessThan(2e-3);
    expect(Math.abs(mean('Jpsi_M') - BPLUS_TRUTH.Jpsi)).toBeLessThan(1e-3);
    expect(Math.max(...b['Mbc'].filter((_, i) => !b['isSignal'][i]))).toBeLessThan(BPLUS_TRUTH.beam);
    // Energies of the muons in the rest frame of the kaon and both: E = (E_psi ± β-term cosθ)/2, so ⟨cos²θ⟩ = 1/5 for sin²θ.
    const cos = signal.map((i) => helicity(b, i));
    const square = cos.reduce((s, c) => s + c * c, 0) / cos.length;
    // Var(cos²θ) = ⟨c⁴⟩ − ⟨c²⟩² = 3/35 − 1/25
    expect(Math.abs(square - 0.2)).toBeLessThan(0.002 + 3.9 * Math.sqrt((3 / 35 - 1 / 25) / cos.length));
  });

  /** cosθ of a muon from squared masses alone: m²(K μ₀) is linear in it. */
  function helicity(b: GeneratedColumns, i: number): number {
    const v = (t: string, m: number): number[] => {
      const [x, y, z] = ['px', 'py', 'pz'].map((of) => b[`${t}_${of}`][i]);
      return [x, y, z, Math.hypot(x, y, z, m)];
    };
    const [K, m0, m1] = [v('K', BPLUS_TRUTH.K), v('Jpsi_mu_0', BPLUS_TRUTH.mu), v('Jpsi_mu_1', BPLUS_TRUTH.mu)];
    const s = (a: number[], c: number[]): number =>
      (a[3] + c[3]) ** 2 - (a[0] + c[0]) ** 2 - (a[1] + c[1]) ** 2 - (a[2] + c[2]) ** 2;
    const psi2 = s(m0, m1);
    const psi = Math.sqrt(psi2);
    const M2 = s(K, [m0[0] + m1[0], m0[1] + m1[1], m0[2] + m1[2], m0[3] + m1[3]]);
    const EK = (M2 - psi2 - BPLUS_TRUTH.K ** 2) / (2 * psi);
    const q = Math.sqrt(EK ** 2 - BPLUS_TRUTH.K ** 2);
    return (s(K, m0) - s(K, m1)) / (4 * q * breakup(psi, BPLUS_TRUTH.mu, BPLUS_TRUTH.mu));
  }
});

describe('shapes', () => {
  const integral = (f: (x: number) => number, low: number, high: number, n = 20_000): number => {
    let sum = 0;
    for (let k = 0; k < n; k++) sum += f(low + ((high - low) * (k + 0.5)) / n);
    return (sum * (high - low)) / n;
  };

  test('the integral of the density up to a quantile is its probability', () => {
    const shapes = [
      kumaraswamy(0.3, 4, 2, 3),
      kumaraswamy(0.3, 4, 1, 3),
      linear(-0.866, 0.956, 0.3),
      linear(0, 1, -1),
      linear(0, 1, 0),
    ];
    for (const shape of shapes) {
      for (const u of [0.01, 0.3, 0.5, 0.99])
        expect(integral((x) => shape.density(x), shape.low, shape.quantile(u))).toBeCloseTo(u, 6);
    }
    for (const [c1, c2] of [
      [-0.2, 0.02],
      [0.3, -0.33],
      [0, 0],
      [0.9, 0.05],
    ]) {
      const norm = 2 * (1 - c2 / 3);
      for (const u of [0, 0.01, 0.5, 0.99, 1]) {
        const x = chebyshevQuantile(u, c1, c2);
        expect(integral((y) => (1 + c1 * y + c2 * (2 * y * y - 1)) / norm, -1, x)).toBeCloseTo(u, 6);
      }
    }
  });

  test('the momentum of a two-body decay', () => {
    // Particle Data Group 2022: B⁺ → J/ψ K⁺, p = 1684 MeV
    expect(breakup(5.27934, 3.0969, 0.493677)).toBeCloseTo(1.684, 3);
    expect(breakup(1, 0.6, 0.6)).toBe(0);
  });
});
