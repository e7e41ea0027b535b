import path from 'node:path';
import { writeTable } from '../../../src/events/write-table.js';
import { normals, seedKey, uniforms, type Key } from '../../../src/stats/key.js';

/** Means of the log-likelihood difference of K and π; simulation separates better, as it does. */
export const separation = (p: number, sample: 'data' | 'simulation'): number =>
  (sample === 'data' ? 1 : 1.15) * (6 / (1 + 0.5 * p));

const [S, B] = [2 / 3, 1 / 3];
/** Mass in units of the signal's width, from −5 to 5: a normal peak over a flat background. */
const pdfs = (m: number): readonly [number, number] => [Math.exp((-m * m) / 2) / Math.sqrt(2 * Math.PI), 0.1];

/**
 * Writes candidates of D0 → K π with weights that subtract background: sPlot's with the true densities (nominal), and with
 * a signal that is 10 % too wide (systematic). Background is half kaons, half pions in both places.
 */
export async function writeCandidates(
  dir: string,
  sample: 'data' | 'simulation',
  n: number,
  key: Key = seedKey(99).split(sample),
): Promise<string> {
  const draw = (name: string): Float64Array => uniforms(key.split(name), n);
  const signal = draw('signal').map((u) => (u < S ? 1 : 0));
  const [peak, flat] = [normals(key.split('mass'), n), draw('flat')];
  const mass = signal.map((s, i) => (s ? Math.max(-5, Math.min(5, peak[i])) : 10 * flat[i] - 5));
  const columns: Record<string, Float64Array> = { mass };
  for (const [probe, particle, pdg] of [
    ['D0_K', 'K', 321],
    ['D0_pi', 'pi', 211],
  ] as const) {
    const p = draw(`${probe} p`).map((u) => 0.5 + 3.5 * u);
    const kind = draw(`${probe} kind`);
    const isK = signal.map((s, i) => (s ? (particle === 'K' ? 1 : 0) : kind[i] < 0.5 ? 1 : 0));
    const z = normals(key.split(`${probe} z`), n);
    const delta = z.map(
      (v, i) => (isK[i] ? 1 : -1) * separation(p[i], sample) + Math.sqrt(2 * separation(p[i], sample)) * v,
    );
    columns[`${probe}_p`] = p;
    columns[`${probe}_cosTheta`] = draw(`${probe} cos`).map((u) => 2 * u - 1);
    columns[`${probe}_charge`] = draw(`${probe} charge`).map((u) => (u < 0.5 ? -1 : 1));
    columns[`${probe}_kaonID`] = delta.map((d) => 1 / (1 + Math.exp(-d)));
    columns[`${probe}_mcPDG`] = signal.map((s, i) => (s ? pdg : isK[i] ? -321 : -211) * (s ? 1 : 1));
    columns[`${probe}_isSignal`] = signal;
  }
  columns['sWeight_nominal'] = sWeights(mass, 1);
  columns['sWeight_systematic'] = sWeights(mass, 1.1);
  const file = path.join(dir, `${sample}.parquet`);
  await writeTable(
    file,
    Object.entries(columns).map(([name, values]) => ({ name, values })),
  );
  return file;
}

function sWeights(mass: Float64Array, width: number): Float64Array {
  const f = Array.from(mass, (m) => {
    const [s] = pdfs(m / width);
    return [s / width, 0.1] as const;
  });
  const [ns, nb] = [S * mass.length, B * mass.length];
  const v = [0, 0, 0];
  for (const [s, b] of f) {
    const t = (ns * s + nb * b) ** 2;
    v[0] += (s * s) / t;
    v[1] += (s * b) / t;
    v[2] += (b * b) / t;
  }
  const det = v[0] * v[2] - v[1] * v[1];
  return Float64Array.from(f, ([s, b]) => ((v[2] / det) * s - (v[1] / det) * b) / (ns * s + nb * b));
}
