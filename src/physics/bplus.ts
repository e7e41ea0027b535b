import type { Key } from '../stats/key.js';
import { inBlocks, type Block, type GeneratedColumns } from './pid/block.js';
import { drawIdentification, drawTrackQuality } from './pid/draw-identification.js';
import { pdgOf } from '../base/particles.js';
import { kaonPion, muonPion, type PairModel } from './pid/pair-model.js';
import { SIMULATION_SCALE, type ModeOptions } from './pid/peak-mode.js';
import { boosted, breakup, massOf, sumOf, vectorOf, type FourVector } from './pid/two-body.js';

/** Masses and beam energy in GeV (Particle Data Group); S/(S + B) of the sample. */
export const BPLUS_TRUTH = {
  B: 5.27934,
  Jpsi: 3.0969,
  K: 0.493677,
  mu: 0.1056583755,
  /** Half of the Υ(4S) mass. */
  beam: 5.2897,
  /** βγ of the centre of mass along z. */
  boost: 0.28,
  /** Spread of the beam energy, which is what widens the beam-constrained mass. */
  spread: 0.0026,
  /** Relative resolution of momenta. */
  resolution: 0.004,
  signalFraction: 0.6,
  /** Shares of true kaons and of true muons among background candidates. */
  kaonShare: 0.25,
  muonShare: 0.4,
} as const;

/** The tracks of one event: kaon, μ⁺ and μ⁻ as prefixes of columns. */
const TRACKS = ['K', 'Jpsi_mu_0', 'Jpsi_mu_1'] as const;

/**
 * B⁺ → K⁺ J/ψ(→ μ⁺μ⁻) candidates and their charge conjugates at the Υ(4S), with background: `Mbc`, `deltaE`, `Jpsi_M` and the
 * columns of three tracks, among them `…_px`, `…_py`, `…_pz` (GeV, laboratory).
 *
 * Signal decays are two-body decays with the J/ψ longitudinally polarised; momenta are smeared, masses computed from them. In the
 * background the tracks are drawn alike, the masses independently of them. Identification: `kaonPion` for the kaon, `muonPion` for
 * the muons.
 *
 * @example bplusEvents(seedKey(1), 20_000, { sample: 'data' })['K_kaonID']
 */
export function bplusEvents(key: Key, n: number, options: ModeOptions): GeneratedColumns {
  const { likelihoods = true, truth = true, sample } = options;
  const scale = sample === 'simulation' ? SIMULATION_SCALE : 1;
  return inBlocks(key.split('B+').split(sample), n, (block) => {
    const signal = Uint8Array.from(block.uniforms('kind'), (u) => (u < BPLUS_TRUTH.signalFraction ? 1 : 0));
    if (truth) block.integer('isSignal').set(signal);
    const sign = Int32Array.from(block.uniforms('charge'), (u) => (u < 0.5 ? 1 : -1));
    drawKinematics(block, signal);
    drawTrack(block, 'K', kaonPion, signal, (i) => sign[i], BPLUS_TRUTH.kaonShare, { truth, likelihoods, scale });
    for (const [prefix, charge] of [['Jpsi_mu_0', 1] as const, ['Jpsi_mu_1', -1] as const]) {
      drawTrack(block, prefix, muonPion, signal, () => charge, BPLUS_TRUTH.muonShare, { truth, likelihoods, scale });
    }
  });
}

function drawKinematics(block: Block, signal: Uint8Array): void {
  const t = BPLUS_TRUTH;
  const u = ['B cos', 'B phi', 'K cos', 'K phi', 'mu cos', 'mu phi', 'Mbc', 'dE', 'Jpsi'].map((name) =>
    block.uniforms(name),
  );
  const spread = block.normals('beam');
  const smear = TRACKS.map((name) => block.normals(`${name} p`));
  const out = TRACKS.map((name) => ['px', 'py', 'pz', 'p', 'cosTheta'].map((of) => block.real(`${name}_${of}`)));
  const [Mbc, deltaE, Jpsi] = ['Mbc', 'deltaE', 'Jpsi_M'].map((name) => block.real(name));
  const centre: FourVector = [0, 0, 2 * t.beam * t.boost, 2 * t.beam * Math.sqrt(1 + t.boost ** 2)];
  const pB = Math.sqrt(t.beam ** 2 - t.B ** 2);
  const q = breakup(t.B, t.Jpsi, t.K);
  const k = breakup(t.Jpsi, t.mu, t.mu);
  const masses = [t.K, t.mu, t.mu];
  for (let i = 0; i < block.rows; i++) {
    const flat = (j: number): number => 2 * u[j][i] - 1;
    const B = vectorOf(pB, flat(0), Math.PI * flat(1), t.B);
    const [cosK, phiK] = [flat(2), Math.PI * flat(3)];
    const K = boosted(vectorOf(q, cosK, phiK, t.K), B);
    const direction = vectorOf(q, -cosK, phiK + Math.PI, t.Jpsi);
    const psi = boosted(direction, B);
    const mu = leptons(k, longitudinal(u[4][i]), Math.PI * flat(5), direction, t.mu).map((m) =>
      boosted(boosted(m, direction), B),
    );
    // Momenta are measured in the laboratory; masses and ΔE are computed in the centre of mass as everybody does.
    const seen = [K, ...mu].map((v, j) => scaled(boosted(v, centre), 1 + t.resolution * smear[j][i], masses[j]));
    seen.forEach(([x, y, z], j) => {
      const p = Math.hypot(x, y, z);
      [x, y, z, p, z / p].forEach((value, c) => (out[j][c][i] = value));
    });
    if (signal[i]) {
      const total = sumOf(...seen);
      const back = boosted(total, [0, 0, -centre[2], centre[3]]);
      Jpsi[i] = massOf(sumOf(seen[1], seen[2]));
      const p2 = back[0] ** 2 + back[1] ** 2 + back[2] ** 2;
      Mbc[i] = Math.sqrt(t.beam ** 2 - p2) + t.spread * spread[i];
      deltaE[i] = back[3] - t.beam - t.spread * spread[i];
    } else {
      // ARGUS-like: density ∝ m √(1 − m²/E²) between 5.2 GeV and the beam energy, inverted.
      Mbc[i] = t.beam * Math.sqrt(1 - u[6][i] ** (2 / 3) * (1 - (5.2 / t.beam) ** 2));
      deltaE[i] = 0.3 * flat(7);
      Jpsi[i] = u[8][i] < 0.4 ? massOf(psi) + 0.012 * smear[0][i] : 2.95 + 0.3 * ((u[8][i] - 0.4) / 0.6);
    }
  }
}

/** cosθ of a density ∝ 1 − cos²θ: the middle one of three uniform numbers has it; here by its quantile. */
const longitudinal = (u: number): number => 2 * Math.cos((Math.acos(1 - 2 * u) + 4 * Math.PI) / 3);

/** Two leptons back to back in the rest frame of a particle, at an angle to its direction of flight. */
function leptons(k: number, cosTheta: number, phi: number, flight: FourVector, mass: number): FourVector[] {
  const size = Math.hypot(flight[0], flight[1], flight[2]);
  const z = [flight[0] / size, flight[1] / size, flight[2] / size];
  const other = Math.abs(z[2]) < 0.9 ? [0, 0, 1] : [1, 0, 0];
  const x = unit(cross(other, z));
  const y = cross(z, x);
  const [a, b, c] = vectorOf(k, cosTheta, phi, mass);
  const v = [0, 1, 2].map((j) => a * x[j] + b * y[j] + c * z[j]);
  const e = Math.hypot(k, mass);
  return [
    [v[0], v[1], v[2], e],
    [-v[0], -v[1], -v[2], e],
  ];
}

const cross = (a: readonly number[], b: readonly number[]): number[] => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];
const unit = (a: readonly number[]): number[] => a.map((v) => v / Math.hypot(...a));

const scaled = ([x, y, z]: FourVector, factor: number, mass: number): FourVector => {
  const [a, b, c] = [x * factor, y * factor, z * factor];
  return [a, b, c, Math.hypot(a, b, c, mass)];
};

function drawTrack(
  block: Block,
  prefix: string,
  model: PairModel,
  signal: Uint8Array,
  chargeOf: (i: number) => number,
  firstInBackground: number,
  options: { readonly truth: boolean; readonly likelihoods: boolean; readonly scale: number },
): void {
  const [p, cosTheta] = ['p', 'cosTheta'].map((name) => block.real(`${prefix}_${name}`));
  const charge = block.integer(`${prefix}_charge`).map((_, i) => chargeOf(i));
  block.integer(`${prefix}_charge`).set(charge);
  const isFirst = Uint8Array.from(block.uniforms(`${prefix} kind`), (w, i) =>
    signal[i] || w < firstInBackground ? 1 : 0,
  );
  if (options.truth) {
    const code = block.integer(`${prefix}_mcPDG`);
    for (let i = 0; i < block.rows; i++) code[i] = pdgOf(isFirst[i] ? model.first : model.second, charge[i]);
  }
  drawTrackQuality(block, prefix, p, cosTheta);
  drawIdentification(block, prefix, model, { p, cosTheta, charge, isFirst }, options);
  // The azimuth is that of the momentum.
  const [px, py, phi] = ['px', 'py', 'phi'].map((name) => block.real(`${prefix}_${name}`));
  for (let i = 0; i < block.rows; i++) phi[i] = Math.atan2(py[i], px[i]);
}
