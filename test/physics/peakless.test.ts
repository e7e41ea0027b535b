import { describe, expect, test } from 'vitest';
import { dstarPi0Background, dstarPi0Events, DSTAR_PI0_TRUTH, pi0Efficiency } from '../../src/physics/dstar-pi0.js';
import {
  radmumuEvents,
  radmumuMode,
  tauEvents,
  tauMode,
  twoPhotonEvents,
  twoPhotonMode,
} from '../../src/physics/peakless.js';
import type { GeneratedColumns } from '../../src/physics/pid/block.js';
import { processEfficiency, type ProcessMode } from '../../src/physics/pid/process-mode.js';
import { seedKey } from '../../src/stats/key.js';

const N = 20_000;
const off = { likelihoods: false } as const;
const MODES: readonly (readonly [
  ProcessMode,
  string,
  (sample: 'data' | 'simulation', n: number) => GeneratedColumns,
])[] = [
  [radmumuMode, 'muonID', (sample, n) => radmumuEvents(seedKey(3), n, { sample, ...off })],
  [twoPhotonMode('mu'), 'muonID', (sample, n) => twoPhotonEvents(seedKey(3), n, { sample, lepton: 'mu', ...off })],
  [twoPhotonMode('e'), 'electronID', (sample, n) => twoPhotonEvents(seedKey(3), n, { sample, lepton: 'e', ...off })],
  [tauMode('mu'), 'muonID', (sample, n) => tauEvents(seedKey(3), n, { sample, lepton: 'mu', ...off })],
  [tauMode('e'), 'electronID', (sample, n) => tauEvents(seedKey(3), n, { sample, lepton: 'e', ...off })],
];

const rows = (events: GeneratedColumns, keep: (i: number) => boolean): number[] =>
  [...events['isSignal'].keys()].filter(keep);

// Bounds on pulls: 3.9 standard deviations, one in ten thousand each; some sixty of them.
describe.each(MODES)('$name', (mode, number, generate) => {
  test.each(['data', 'simulation'] as const)('signal passes as often as its true efficiency says: %s', (sample) => {
    const events = generate(sample, N);
    for (const [region, prefix] of [
      [{ p: [1, 2] as const, charge: 1 as const }, 'probe'] as const,
      [{ p: [2, 3] as const, cosTheta: [0, 0.956] as const }, 'probe'] as const,
      ...(mode.tag ? [[{}, 'tag'] as const] : []),
    ]) {
      const inside = (name: string, bin: readonly [number, number] | undefined, i: number): boolean =>
        bin === undefined || (events[`${prefix}_${name}`][i] > bin[0] && events[`${prefix}_${name}`][i] <= bin[1]);
      const { p, cosTheta, charge } = region as { p?: [number, number]; cosTheta?: [number, number]; charge?: number };
      const all = rows(
        events,
        (i) =>
          events['isSignal'][i] === 1 &&
          inside('p', p, i) &&
          inside('cosTheta', cosTheta, i) &&
          (charge === undefined || events[`${prefix}_charge`][i] === charge),
      );
      const known = processEfficiency(mode, `${number} > 0.9`, sample, region, prefix);
      const passed = all.filter((i) => events[`${prefix}_${number}`][i] > 0.9).length;
      const pull = (passed - all.length * known) / Math.sqrt(all.length * known * (1 - known));
      expect(all.length).toBeGreaterThan(500);
      expect(Math.abs(pull)).toBeLessThan(3.9);
    }
  });

  test('processes have their shares, and a probe is a lepton as often as they say', () => {
    const events = generate('data', N);
    for (const code of new Set(mode.processes.map((p) => p.code))) {
      const own = mode.processes.filter((p) => p.code === code);
      const share = own.reduce((s, p) => s + p.share, 0);
      const lepton = own.reduce((s, p) => s + p.share * p.first, 0);
      const of = rows(events, (i) => events['process'][i] === code);
      const leptons = of.filter((i) => Math.abs(events['probe_mcPDG'][i]) < 20).length;
      expect(Math.abs(of.length - N * share)).toBeLessThan(3.9 * Math.sqrt(N * share * (1 - share)));
      expect(Math.abs(leptons - N * lepton)).toBeLessThan(3.9 * Math.sqrt(N * lepton * (1 - lepton)) + 1e-9);
    }
    expect(rows(events, (i) => events['isSignal'][i] === 1).every((i) => events['process'][i] === 1)).toBe(true);
  });

  test('the first rows are the same however many are drawn, and data are not simulation', () => {
    const [few, many] = [generate('data', 50), generate('data', 80)];
    for (const [name, values] of Object.entries(few)) expect([...values]).toEqual([...many[name].slice(0, 50)]);
    expect(few['probe_p'][0]).not.toBe(generate('simulation', 50)['probe_p'][0]);
  });
});

test('in background of two photons the momentum of the pair says nothing of the tag', () => {
  const events = twoPhotonEvents(seedKey(5), N, { sample: 'data', ...off });
  const counts = [0, 0, 0, 0];
  for (const i of rows(events, (k) => events['process'][k] === 2))
    counts[2 * Number(events['pairPtCMS'][i] < 0.15) + Number(events['tag_muonID'][i] > 0.9)]++;
  const [d, b, c, a] = counts;
  const ratio = (a * d) / (b * c);
  expect(Math.abs(Math.log(ratio))).toBeLessThan(3.9 * Math.sqrt(1 / a + 1 / b + 1 / c + 1 / d));
});

describe('D* with a neutral pion', () => {
  test.each(['data', 'simulation'] as const)('π⁰ pass as often as their true efficiency says: %s', (sample) => {
    const events = dstarPi0Events(seedKey(4), N, { sample, ...off });
    let [passed, expected, variance] = [0, 0, 0];
    for (const i of rows(events, (k) => events['isSignal'][k] === 1)) {
      const e = pi0Efficiency(0.5, sample, events['D0_pi0_p'][i]);
      expected += e;
      variance += e * (1 - e);
      if (events['D0_pi0_fakePhotonSuppression'][i] > 0.5) passed++;
    }
    expect(Math.abs(passed - expected) / Math.sqrt(variance)).toBeLessThan(3.9);
  });

  test('the background gets steep below 1.5 GeV where it is asked to, and has no negative density', () => {
    const { low, high } = DSTAR_PI0_TRUTH.mass;
    const middle = (low + high) / 2;
    const shareBelow = (correlation: boolean, from: number, to: number): readonly [number, number] => {
      const events = dstarPi0Events(seedKey(6), N, { sample: 'data', correlation, ...off });
      const p = events['D0_pi0_p'];
      const of = rows(events, (i) => events['isSignal'][i] === 0 && p[i] > from && p[i] < to);
      return [of.filter((i) => events['D0_M'][i] < middle).length / of.length, of.length];
    };
    const [steep, n] = shareBelow(true, 0.2, 0.8);
    const [plain, m] = shareBelow(false, 0.2, 0.8);
    expect(steep - plain).toBeGreaterThan(5 * Math.sqrt(0.25 / n + 0.25 / m));
    const [above, k] = shareBelow(true, 1.5, 3.5);
    // ½ − c₁/4 / (1 − c₂/3) of the density without correlation.
    expect(Math.abs(above - (0.5 + 0.15 / 4 / (1 - 0.02 / 3)))).toBeLessThan(3.9 * Math.sqrt(0.25 / k));
    const { c1, c2 } = dstarPi0Background(0.2, true);
    for (let x = -1; x <= 1; x += 0.01) expect(1 + c1 * x + c2 * (2 * x * x - 1)).toBeGreaterThan(0);
  });
});
