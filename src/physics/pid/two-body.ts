/** A four-vector (px, py, pz, E), GeV. */
export type FourVector = readonly [number, number, number, number];

/** Momentum of either daughter in the rest frame of a two-body decay, GeV; 0 at and below threshold. */
export function breakup(M: number, m1: number, m2: number): number {
  const term = (M * M - (m1 + m2) ** 2) * (M * M - (m1 - m2) ** 2);
  return term > 0 ? Math.sqrt(term) / (2 * M) : 0;
}

/** A vector seen from a frame in which the rest frame of `frame` moves with `frame`'s velocity. */
export function boosted([x, y, z, e]: FourVector, frame: FourVector): FourVector {
  const [fx, fy, fz, fe] = frame;
  const m = Math.sqrt(fe * fe - fx * fx - fy * fy - fz * fz);
  const along = fx * x + fy * y + fz * z;
  const energy = (fe * e + along) / m;
  const factor = (energy + e) / (fe + m);
  return [x + fx * factor, y + fy * factor, z + fz * factor, energy];
}

/** Momentum of size p in a direction, with a mass. */
export function vectorOf(p: number, cosTheta: number, phi: number, mass: number): FourVector {
  const sine = Math.sqrt(Math.max(0, 1 - cosTheta * cosTheta));
  return [p * sine * Math.cos(phi), p * sine * Math.sin(phi), p * cosTheta, Math.hypot(p, mass)];
}

export const sumOf = (...vectors: readonly FourVector[]): FourVector => [
  vectors.reduce((s, v) => s + v[0], 0),
  vectors.reduce((s, v) => s + v[1], 0),
  vectors.reduce((s, v) => s + v[2], 0),
  vectors.reduce((s, v) => s + v[3], 0),
];

export const massOf = ([x, y, z, e]: FourVector): number => Math.sqrt(Math.max(0, e * e - x * x - y * y - z * z));
