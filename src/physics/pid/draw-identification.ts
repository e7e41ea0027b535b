import type { Block } from './block.js';
import { DETECTORS, HYPOTHESES } from '../../base/particles.js';
import { FORWARD, offsetTable, shares, totals, type PairModel } from './pair-model.js';

/** The tracks of one block; all arrays have its length. */
export interface Tracks {
  readonly p: Float64Array;
  readonly cosTheta: Float64Array;
  readonly charge: Int32Array;
  /** 1 where the track is really the first of the pair, 0 where it is the second. */
  readonly isFirst: ArrayLike<number>;
}

// Log-likelihoods are large negative numbers: their exponentials vanish, their differences count.
const COMMON = [-42, -410, -930, -65, -9, -6];

/**
 * Draws what the detectors say of tracks: `<prefix>_kaonID` and its five sisters, which sum to 1, and, where asked,
 * `<prefix>_kaonLogL_CDC` for six hypotheses and six detectors (0 where a detector did not see the track).
 *
 * @param scale multiplies the separation
 */
export function drawIdentification(
  block: Block,
  prefix: string,
  model: PairModel,
  tracks: Tracks,
  { scale, likelihoods }: { readonly scale: number; readonly likelihoods: boolean },
): void {
  const noise = ['SVD', 'CDC', 'Cherenkov', 'ECL', 'KLM'].map((name) => block.normals(`${prefix} ${name}`));
  const ids = HYPOTHESES.map((h) => block.real(`${prefix}_${h.word}ID`));
  const logL = likelihoods
    ? DETECTORS.map((d) => HYPOTHESES.map((h) => block.real(`${prefix}_${h.word}LogL_${d}`)))
    : undefined;
  const { offset, withFirst } = totals(model);
  const tables = [offsetTable(model, false), offsetTable(model, true)];
  const weight = Float64Array.from(offset, Math.exp);
  const [A, B] = [true, false].map((first) =>
    weight.reduce((sum, w, h) => (withFirst[h] === first ? sum + w : sum), 0),
  );
  const share = new Float64Array(DETECTORS.length);
  const delta = new Float64Array(DETECTORS.length);
  for (let i = 0; i < block.rows; i++) {
    const forward = tracks.cosTheta[i] >= FORWARD;
    const d = scale * model.separation(tracks.p[i], tracks.cosTheta[i], tracks.charge[i]);
    const sign = tracks.isFirst[i] ? 1 : -1;
    shares(tracks.p[i], tracks.cosTheta[i], share);
    let total = 0;
    for (let j = 0; j < DETECTORS.length; j++) {
      const own = share[j] * d;
      // TOP and ARICH share their noise: never both see a track.
      const z = noise[j < 2 ? j : j < 4 ? 2 : j - 1][i];
      delta[j] = own > 0 ? sign * own + Math.sqrt(2 * own) * z : 0;
      total += delta[j];
    }
    // Divided by the larger of the two groups, so that nothing overflows.
    const [first, second] = total > 0 ? [1, Math.exp(-total)] : [Math.exp(total), 1];
    const sum = A * first + B * second;
    for (let h = 0; h < ids.length; h++) ids[h][i] = (weight[h] * (withFirst[h] ? first : second)) / sum;
    if (!logL) continue;
    const table = tables[forward ? 1 : 0];
    for (let j = 0; j < DETECTORS.length; j++) {
      const seen = j !== (forward ? 2 : 3);
      for (let h = 0; h < ids.length; h++) {
        logL[j][h][i] = seen ? COMMON[j] + (withFirst[h] ? delta[j] / 2 : -delta[j] / 2) + table[j][h] : 0;
      }
    }
  }
}

/** Track quantities that have nothing to do with the kind: angles, impact parameters, hits. */
export function drawTrackQuality(block: Block, prefix: string, p: Float64Array, cosTheta: Float64Array): void {
  const phi = block.uniforms(`${prefix} phi`);
  const [pt, theta, azimuth] = ['pt', 'theta', 'phi'].map((name) => block.real(`${prefix}_${name}`));
  const transverse = block.uniforms(`${prefix} dr`);
  const along = block.normals(`${prefix} dz`);
  const hits = block.normals(`${prefix} hits`);
  const [dr, dz] = ['dr', 'dz'].map((name) => block.real(`${prefix}_${name}`));
  const [cdc, svd, pxd, accepted] = ['nCDCHits', 'nSVDHits', 'nPXDHits', 'thetaInCDCAcceptance'].map((name) =>
    block.integer(`${prefix}_${name}`),
  );
  for (let i = 0; i < block.rows; i++) {
    const sine = Math.sqrt(1 - cosTheta[i] * cosTheta[i]);
    pt[i] = p[i] * sine;
    theta[i] = Math.acos(cosTheta[i]);
    azimuth[i] = Math.PI * (2 * phi[i] - 1);
    // Most tracks come from the beam spot, one in fifty from further out (cm).
    const far = transverse[i] > 0.98;
    dr[i] = far ? -0.6 * Math.log((transverse[i] - 0.98) / 0.02) : -0.02 * Math.log(1 - transverse[i] / 0.98);
    dz[i] = (far ? 1.5 : 0.06) * along[i];
    cdc[i] = Math.max(0, Math.round(52 * Math.min(1, 0.35 + 0.8 * sine) + 7 * hits[i]));
    svd[i] = Math.max(0, Math.min(8, Math.round(7 + hits[i])));
    pxd[i] = hits[i] > -1.6 ? 1 : 0;
    accepted[i] = cosTheta[i] > -0.866 && cosTheta[i] < 0.956 ? 1 : 0;
  }
}
