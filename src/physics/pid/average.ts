import type { HypothesisName } from '../../base/particles.js';
import type { PairModel } from './pair-model.js';
import type { Shape } from './shapes.js';
import { efficiencyIn, keptInterval, type IdCut } from './true-efficiency.js';

/** A bin of tracks. */
export interface TrackRegion {
  readonly p?: readonly [number, number];
  readonly cosTheta?: readonly [number, number];
  /** Both, equally common, where it is absent. */
  readonly charge?: 1 | -1;
}

// Gauss–Legendre, five points on [−1, 1] (Abramowitz & Stegun, table 25.4).
const NODES = [0, 0.538469310105683, -0.538469310105683, 0.906179845938664, -0.906179845938664];
const WEIGHTS = [0.568888888888889, 0.478628670499366, 0.478628670499366, 0.236926885056189, 0.236926885056189];

function points({ low, high, density }: Shape, bin: readonly [number, number] | undefined, panels: number) {
  const from = Math.max(low, bin?.[0] ?? low);
  const to = Math.min(high, bin?.[1] ?? high);
  const half = (to - from) / panels / 2;
  const list: { x: number; weight: number }[] = [];
  for (let panel = 0; panel < panels && half > 0; panel++) {
    for (let j = 0; j < NODES.length; j++) {
      const x = from + half * (2 * panel + 1 + NODES[j]);
      list.push({ x, weight: half * WEIGHTS[j] * density(x) });
    }
  }
  return list;
}

/** The mean of the true efficiency over the tracks of a bin, whose momentum and angle are distributed as given. NaN without tracks. */
export function averageEfficiency(
  model: PairModel,
  cut: IdCut,
  spectra: { readonly p: Shape; readonly cosTheta: Shape },
  region: TrackRegion & { readonly truth: HypothesisName; readonly scale: number },
): number {
  const kept = keptInterval(model, cut);
  const { truth, scale } = region;
  const charges = region.charge === undefined ? [1, -1] : [region.charge];
  // Where the kept interval of Δ ends, the efficiency may bend sharply in p: many panels there, few in the angle.
  const momenta = points(spectra.p, region.p, 48);
  const angles = points(spectra.cosTheta, region.cosTheta, 8);
  let [sum, all] = [0, 0];
  for (const p of momenta) {
    for (const c of angles) {
      for (const charge of charges) {
        const weight = p.weight * c.weight;
        all += weight;
        sum += weight * efficiencyIn(model, kept, { truth, p: p.x, cosTheta: c.x, charge, scale });
      }
    }
  }
  return sum / all;
}
