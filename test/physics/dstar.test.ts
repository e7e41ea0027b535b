import { describe, expect, test } from 'vitest';
import {
  DSTAR_SPECTRA,
  DSTAR_TRUTH,
  dstarBackground,
  dstarBinEfficiency,
  dstarEfficiency,
  dstarEvents,
} from '../../src/physics/dstar.js';
import { DETECTORS, HYPOTHESES } from '../../src/base/particles.js';
import { seedKey } from '../../src/stats/key.js';
import { chi2Survival } from '../../src/stats/special/gamma.js';
import { normalCdf } from '../../src/stats/special/erf.js';

const N = 60_000;
const data = dstarEvents(seedKey(11), N, { sample: 'data' });
const simulation = dstarEvents(seedKey(11), N, { sample: 'simulation', likelihoods: false });

/** Pearson's χ² of counts against expected counts, as a p-value. */
function pValue(observed: readonly number[], expected: readonly number[], ndf: number): number {
  const chi2 = observed.reduce((sum, n, i) => sum + (n - expected[i]) ** 2 / expected[i], 0);
  return chi2Survival(chi2, ndf);
}

describe('the D* toy', () => {
  test('the same key gives the same events, and more events begin with the fewer ones', () => {
    const more = dstarEvents(seedKey(11), 70_000, { sample: 'data' });
    const again = dstarEvents(seedKey(11), 1_000, { sample: 'data' });
    for (const [name, values] of Object.entries(again)) {
      expect(more[name].subarray(0, 1_000), name).toEqual(values);
      expect(data[name].subarray(0, 1_000), name).toEqual(values);
    }
    expect(dstarEvents(seedKey(12), 10, { sample: 'data' })['D0_M']).not.toEqual(again['D0_M'].subarray(0, 10));
  });

  test('leaving out likelihoods and truth leaves the rest as it is', () => {
    const bare = dstarEvents(seedKey(11), 500, { sample: 'data', likelihoods: false, truth: false });
    expect(bare['D0_K_kaonID']).toEqual(data['D0_K_kaonID'].subarray(0, 500));
    expect(Object.keys(bare).filter((name) => /LogL|mcPDG|isSignal/.test(name))).toEqual([]);
  });

  test('the six identification numbers sum to 1 and are what the likelihoods of all detectors say', () => {
    for (const prefix of ['D0_K', 'D0_pi']) {
      for (let i = 0; i < 300; i++) {
        const total = HYPOTHESES.map((h) => DETECTORS.reduce((s, d) => s + data[`${prefix}_${h.word}LogL_${d}`][i], 0));
        const largest = Math.max(...total);
        const sum = total.reduce((s, l) => s + Math.exp(l - largest), 0);
        let ids = 0;
        HYPOTHESES.forEach((h, k) => {
          const id = data[`${prefix}_${h.word}ID`][i];
          ids += id;
          expect(Math.abs(id - Math.exp(total[k] - largest) / sum)).toBeLessThan(1e-9);
        });
        expect(Math.abs(ids - 1)).toBeLessThan(1e-12);
      }
    }
  });

  test('the true particles carry the charge that their candidate has, and kaons oppose the slow pion', () => {
    for (let i = 0; i < 1_000; i++) {
      expect(Math.sign(data['D0_K_mcPDG'][i])).toBe(data['D0_K_charge'][i]);
      expect(data['D0_K_charge'][i]).toBe(-data['pi_slow_charge'][i]);
      expect(data['D0_pi_charge'][i]).toBe(data['pi_slow_charge'][i]);
    }
  });

  // False-alarm rate of each statistical test below: 1e-4 (p-value or 3.9 standard deviations).
  test('two thirds of the events in the ΔM window are signal', () => {
    const inside = [...data['deltaM'].keys()].filter((i) => data['deltaM'][i] < 0.1469);
    const signal = inside.filter((i) => data['isSignal'][i] === 1).length;
    expect(Math.abs(inside.length - 0.95 * N)).toBeLessThan(3.9 * Math.sqrt(0.95 * 0.05 * N));
    expect(Math.abs(signal - (2 / 3) * inside.length)).toBeLessThan(3.9 * Math.sqrt((inside.length * 2) / 9));
    expect(Math.min(...data['deltaM'])).toBeGreaterThan(0.1439);
    expect(Math.max(...data['deltaM'])).toBeLessThan(0.16);
  });

  test('masses follow the two Gaussians and the Chebyshev polynomial', () => {
    const { mass } = DSTAR_TRUTH;
    const bins = 30;
    const edge = (k: number): number => mass.low + ((mass.high - mass.low) * k) / bins;
    for (const signal of [1, 0]) {
      const cdf = (m: number): number => {
        if (signal) {
          const z = m - mass.mean;
          return mass.fraction * normalCdf(z / mass.sigma1) + (1 - mass.fraction) * normalCdf(z / mass.sigma2);
        }
        const { c1, c2 } = DSTAR_TRUTH.background;
        const x = (2 * m - mass.low - mass.high) / (mass.high - mass.low);
        // ∫ (1 + c₁T₁ + c₂T₂), T₂ = 2x² − 1, by hand
        const F = (y: number): number => y + (c1 * y * y) / 2 + c2 * ((2 * y * y * y) / 3 - y);
        return (F(x) - F(-1)) / (F(1) - F(-1));
      };
      const counts = new Array<number>(bins).fill(0);
      let n = 0;
      data['D0_M'].forEach((m, i) => {
        if (data['isSignal'][i] !== signal) return;
        n++;
        counts[Math.min(bins - 1, Math.floor(((m - mass.low) / (mass.high - mass.low)) * bins))]++;
      });
      const expected = counts.map((_, k) => n * (cdf(edge(k + 1)) - cdf(edge(k))));
      const kept = expected.map((_, k) => k).filter((k) => expected[k] > 5);
      expect(
        pValue(
          kept.map((k) => counts[k]),
          kept.map((k) => expected[k]),
          kept.length - 1,
        ),
      ).toBeGreaterThan(1e-4);
    }
  });

  test('with the correlation, and only then, the background under the signal depends on the momentum', () => {
    expect(dstarBackground(0.5, false)).toEqual({ c1: -0.2, c2: 0.02 });
    expect(dstarBackground(1.5, true)).toEqual({ c1: -0.2, c2: 0.02 });
    for (let p = 0.3; p < 1.5; p += 0.1) {
      const { c1, c2 } = dstarBackground(p, true);
      for (let x = -1; x <= 1; x += 0.01) expect(1 + c1 * x + c2 * (2 * x * x - 1)).toBeGreaterThan(0.1);
    }
    const middle = (correlation: boolean): number => {
      const e = dstarEvents(seedKey(3), 40_000, { sample: 'data', correlation, likelihoods: false });
      const low = [...e['D0_M'].keys()].filter((i) => !e['isSignal'][i] && e['D0_K_p'][i] < 0.9);
      return low.filter((i) => Math.abs(e['D0_M'][i] - 1.875) < 0.0375).length / low.length;
    };
    // Closed form without correlation, the middle half of the window: (1 − 5c₂/6) / (2 (1 − c₂/3)) = 0.4950
    const n = 40_000 * 0.36 * 0.4;
    expect(Math.abs(middle(false) - 0.495)).toBeLessThan((3.9 * 0.5) / Math.sqrt(n));
    expect(middle(true)).toBeGreaterThan(0.53);
  });
});

describe('its true efficiencies', () => {
  const cuts = [
    'kaonID > 0.2',
    'kaonID > 0.6',
    'kaonID > 0.9',
    'pionID > 0.5',
    'binaryID(K,pi) > 0.5',
    'protonID > 1e-4',
  ];

  test('are what counting says, in bins of p, cosTheta and charge, for both particles in both samples', () => {
    const bins = [
      [0.3, 1],
      [1, 2],
      [2, 4],
    ].flatMap(([low, high]) =>
      [
        [-0.866, 0.2],
        [0.2, 0.956],
      ].flatMap(([left, right]) =>
        ([1, -1] as const).map((charge) => ({
          p: [low, high] as const,
          cosTheta: [left, right] as const,
          charge,
        })),
      ),
    );
    const pulls: number[] = [];
    for (const [sample, events] of [['data', data] as const, ['simulation', simulation] as const]) {
      for (const truth of ['K', 'pi'] as const) {
        const [p, c, q] = ['p', 'cosTheta', 'charge'].map((name) => events[`D0_${truth}_${name}`]);
        const place = Array.from({ length: N }, (_, i) =>
          events['isSignal'][i] ? (p[i] > 1 ? (p[i] > 2 ? 8 : 4) : 0) + (c[i] > 0.2 ? 2 : 0) + (q[i] > 0 ? 0 : 1) : -1,
        );
        for (const cut of ['kaonID > 0.2', 'kaonID > 0.6', 'pionID > 0.5']) {
          const [name, , at] = cut.split(' ');
          const id = events[`D0_${truth}_${name}`];
          const [tried, passed] = [new Float64Array(12), new Float64Array(12)];
          place.forEach((bin, i) => {
            if (bin < 0) return;
            tried[bin]++;
            if (id[i] > Number(at)) passed[bin]++;
          });
          bins.forEach((bin, k) => {
            const e = dstarBinEfficiency(cut, sample, { truth, ...bin });
            pulls.push((passed[k] - tried[k] * e) / Math.sqrt(tried[k] * e * (1 - e)));
          });
        }
      }
    }
    // The cuts of one bin share tracks, so not a χ²: each pull alone, Bonferroni, false-alarm rate 1e-3 for all 144.
    expect(pulls).toHaveLength(144);
    expect(Math.max(...pulls.map(Math.abs))).toBeLessThan(4.9);
    const spread = Math.sqrt(pulls.reduce((s, z) => s + z * z, 0) / pulls.length);
    expect(spread).toBeGreaterThan(0.75);
    expect(spread).toBeLessThan(1.3);
  });

  test('are integrals of the density of the likelihood ratio over what the cut keeps', () => {
    for (const cut of cuts) {
      for (const truth of ['K', 'pi'] as const) {
        for (const [p, cosTheta, charge] of [
          [0.4, -0.5, 1],
          [1.7, 0.9, -1],
          [3.9, 0.1, 1],
        ] as const) {
          const d = (1 + 11 * Math.exp(-p / 1.3)) * (1 + 0.12 * cosTheta + 0.03 * charge);
          const mean = truth === 'K' ? d : -d;
          let sum = 0;
          const steps = 10_000;
          for (let k = 0; k < steps; k++) {
            const delta = mean + Math.sqrt(2 * d) * (-9 + (18 * (k + 0.5)) / steps);
            if (passes(cut, delta))
              sum +=
                (Math.exp(-((delta - mean) ** 2) / (4 * d)) / Math.sqrt(4 * Math.PI * d)) *
                ((18 * Math.sqrt(2 * d)) / steps);
          }
          // A midpoint rule across the cut's edge is off by half a step at most: 18/10 000 · 0.4 · ½
          expect(Math.abs(dstarEfficiency(cut, 'data', { truth, p, cosTheta, charge }) - sum)).toBeLessThan(5e-4);
        }
      }
    }
  });

  test('a binary number is a calibrated probability: where half of the tracks are kaons, x of those at x are', () => {
    // N(x; d, 2d) / N(x; −d, 2d) = e^x, hence L_K/(L_K + L_π) is the posterior; checked on the derivative of the efficiencies.
    const at = (x: number, truth: 'K' | 'pi'): number => {
      const f = (y: number): number =>
        dstarEfficiency(`binaryID(K,pi) > ${y}`, 'data', { truth, p: 2, cosTheta: 0, charge: 1 });
      return (f(x - 1e-5) - f(x + 1e-5)) / 2e-5;
    };
    for (const x of [0.1, 0.5, 0.8, 0.97]) expect(at(x, 'K') / (at(x, 'K') + at(x, 'pi'))).toBeCloseTo(x, 6);
  });

  test('fall with the momentum, and simulation is more hopeful than data', () => {
    let before = 1;
    for (let p = 0.3; p < 4; p += 0.1) {
      const track = { truth: 'K', p, cosTheta: 0.1, charge: -1 } as const;
      const now = dstarEfficiency('kaonID > 0.6', 'data', track);
      expect(now).toBeLessThan(before);
      expect(dstarEfficiency('kaonID > 0.6', 'simulation', track)).toBeGreaterThan(now);
      before = now;
    }
  });

  test('a cut that no track can pass keeps none, one below 0 keeps all', () => {
    const track = { truth: 'K', p: 1, cosTheta: 0, charge: 1 } as const;
    expect(dstarEfficiency('kaonID > 0.9999', 'data', track)).toBe(0);
    expect(dstarEfficiency('kaonID > -1', 'data', track)).toBe(1);
    expect(Math.max(...data['D0_K_kaonID'])).toBeLessThan(0.9999);
  });

  test('bins add up: the mean over two halves, weighted with their tracks, is the whole', () => {
    const { p, cosTheta } = DSTAR_SPECTRA.signal;
    expect(p.quantile(0)).toBeCloseTo(0.3, 12);
    expect(cosTheta.quantile(1)).toBeCloseTo(0.956, 12);
    const share = 1 - (1 - ((1.5 - 0.3) / 3.7) ** 2) ** 3; // Kumaraswamy's distribution function at 1.5 GeV
    const mean = (bin?: readonly [number, number]) =>
      dstarBinEfficiency('kaonID > 0.6', 'data', { truth: 'K', ...(bin ? { p: bin } : {}) });
    expect(share * mean([0.3, 1.5]) + (1 - share) * mean([1.5, 4])).toBeCloseTo(mean(), 10);
  });

  test('an unknown cut is named', () => {
    expect(() => dstarEfficiency('kaonId > 0.6', 'data', { truth: 'K', p: 1, cosTheta: 0, charge: 1 })).toThrow(
      /not known/,
    );
    expect(() => dstarEfficiency('kaonID > 0.6', 'data', { truth: 'e', p: 1, cosTheta: 0, charge: 1 })).toThrow(
      /K or pi/,
    );
  });

  /** The identification numbers of the toy by their definition: six likelihoods that follow the kaon's or the pion's. */
  function passes(cut: string, delta: number): boolean {
    const L = {
      pion: 1,
      kaon: Math.exp(delta),
      muon: Math.exp(-0.2 - 0.5 - 0.6 - 0.5 - 1.5),
      electron: Math.exp(-0.8 - 2 - 1 - 2.5 - 0.5),
      proton: Math.exp(delta - 0.8 - 2 - 2 - 0.2 - 0.1),
      deuteron: Math.exp(delta - 1.5 - 3 - 2.5 - 0.2 - 0.1),
    };
    const at = Number(cut.split('>')[1]);
    if (cut.startsWith('binary')) return L.kaon / (L.kaon + L.pion) > at;
    const own = L[cut.split('ID')[0] as keyof typeof L];
    return own / Object.values(L).reduce((a, b) => a + b, 0) > at;
  }
});
