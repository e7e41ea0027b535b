import { bisectLeft } from 'd3-array';
import { band, SYSTEMATIC, type Shift } from './estimate.js';
import { replicaStem } from './rate.js';
import type { RocCurve } from './roc.js';

/** What is added at each threshold when a source moves by +1σ (`up`) and by −1σ (`down`): signed. */
export interface Moved {
  readonly up: Float64Array;
  readonly down: Float64Array;
}

/** What one source does to a curve: at each threshold to both rates, at each fake rate of the curve to its efficiency, and to the area. */
export interface RocShift {
  readonly efficiency: Moved;
  readonly fakeRate: Moved;
  /** Efficiency of the moved curve at the fake rate that the curve has at each threshold, minus that of the curve. */
  readonly curve: Moved;
  readonly auc: Shift;
}

/** A curve with everything that may move it, `stat` and `syst:NAME`. */
export interface RocSources extends RocCurve {
  readonly sources: Readonly<Record<string, RocShift>>;
  /** `empty:NAME` where a source's weights have no positive sum. */
  readonly flags: readonly string[];
}

/**
 * Statistics and systematics of a curve by source. Other weights make another curve: signal and background, and with them both
 * rates, move at once. A source without a `down` is mirrored; replicas `NAME[0]`, `NAME[1]`, … are one source, the root mean
 * square of what they change.
 *
 * What the statistical error of the fake rate does to the curve is read off the curve over the whole error: a slope between two
 * neighbours is noise.
 *
 * @param variants curves with other weights, of the same thresholds; undefined where these have no positive sum
 * @example rocSources(curve, { sweights: { up: other } }).sources['syst:sweights'].auc
 */
export function rocSources(
  curve: RocCurve,
  variants: Readonly<Record<string, { readonly up?: RocCurve | undefined; readonly down?: RocCurve | undefined }>> = {},
): RocSources {
  const sources: Record<string, RocShift> = { stat: statisticalShift(curve) };
  const flags: string[] = [];
  const replicas = new Map<string, RocShift[]>();
  for (const [name, { up, down }] of Object.entries(variants)) {
    if (!up) {
      flags.push(`empty:${name}`);
      continue;
    }
    const shift = between(curve, up, down);
    const stem = replicaStem(name);
    if (stem === undefined) sources[`${SYSTEMATIC}${name}`] = shift;
    else replicas.set(stem, [...(replicas.get(stem) ?? []), shift]);
  }
  for (const [stem, list] of replicas) sources[`${SYSTEMATIC}${stem}`] = together(list);
  return { ...curve, sources, flags };
}

/** Distances from the curve to the ends of its 68 % band at each threshold: the chosen sources (all by default) in quadrature. */
export function rocBand(
  { thresholds, efficiency, sources }: RocSources,
  of: 'efficiency' | 'fakeRate' | 'curve',
  chosen: (source: string) => boolean = () => true,
): { readonly up: Float64Array; readonly down: Float64Array } {
  const own = Object.entries(sources).map(([name, shift]) => [name, shift[of]] as const);
  const [up, down] = [new Float64Array(thresholds.length), new Float64Array(thresholds.length)];
  for (let i = 0; i < up.length; i++) {
    const at = Object.fromEntries(own.map(([name, m]) => [name, { up: m.up[i], down: m.down[i] }]));
    const ends = band({ value: efficiency[i], sources: at }, chosen);
    up[i] = ends.up;
    down[i] = ends.down;
  }
  return { up, down };
}

const opposite = (v: Float64Array): Float64Array => v.map((x) => (x === 0 ? 0 : -x));

function statisticalShift(curve: RocCurve): RocShift {
  const { fakeRate, fakeRateUp, fakeRateDown, efficiencyUp, efficiencyDown } = curve;
  const at = alongFakeRate(curve);
  const here = fakeRate.map(at);
  const up = here.map((y, i) => Math.hypot(efficiencyUp[i], y - at(fakeRate[i] - fakeRateDown[i])));
  const down = here.map((y, i) => -Math.hypot(efficiencyDown[i], at(fakeRate[i] + fakeRateUp[i]) - y));
  return {
    efficiency: { up: efficiencyUp, down: opposite(efficiencyDown) },
    fakeRate: { up: fakeRateUp, down: opposite(fakeRateDown) },
    curve: { up, down },
    auc: { up: curve.auc.error, down: -curve.auc.error },
  };
}

/** From a curve to others of the same candidates. */
function between(curve: RocCurve, up: RocCurve, down: RocCurve | undefined): RocShift {
  const own = alongFakeRate(curve);
  const moved = (other: RocCurve) => {
    const at = alongFakeRate(other);
    return {
      efficiency: other.efficiency.map((v, i) => v - curve.efficiency[i]),
      fakeRate: other.fakeRate.map((v, i) => v - curve.fakeRate[i]),
      curve: curve.fakeRate.map((f) => at(f) - own(f)),
      auc: other.auc.value - curve.auc.value,
    };
  };
  const above = moved(up);
  const below = down && moved(down);
  const pair = (of: 'efficiency' | 'fakeRate' | 'curve'): Moved => ({
    up: above[of],
    down: below ? below[of] : opposite(above[of]),
  });
  return {
    efficiency: pair('efficiency'),
    fakeRate: pair('fakeRate'),
    curve: pair('curve'),
    auc: { up: above.auc, down: below ? below.auc : -above.auc },
  };
}

/** Replicas of one source. */
function together(list: readonly RocShift[]): RocShift {
  const rms = (values: readonly number[]): number => Math.sqrt(values.reduce((s, v) => s + v * v, 0) / values.length);
  const pair = (of: 'efficiency' | 'fakeRate' | 'curve'): Moved => {
    const up = list[0][of].up.map((_, i) => rms(list.map((shift) => shift[of].up[i])));
    return { up, down: opposite(up) };
  };
  const auc = rms(list.map((shift) => shift.auc.up));
  return {
    efficiency: pair('efficiency'),
    fakeRate: pair('fakeRate'),
    curve: pair('curve'),
    auc: { up: auc, down: -auc },
  };
}

/** Efficiency as a function of the fake rate, constant beyond its ends; negative weights make points go back now and then: these are left out. */
function alongFakeRate({ efficiency, fakeRate }: RocCurve): (at: number) => number {
  const xs: number[] = [];
  const ys: number[] = [];
  for (let i = fakeRate.length - 1; i >= 0; i--) {
    if (xs.length > 0 && !(fakeRate[i] > xs[xs.length - 1])) continue;
    xs.push(fakeRate[i]);
    ys.push(efficiency[i]);
  }
  return (at) => {
    const j = bisectLeft(xs, at);
    if (j === 0 || j === xs.length) return ys[Math.min(j, xs.length - 1)];
    return ys[j - 1] + ((ys[j] - ys[j - 1]) * (at - xs[j - 1])) / (xs[j] - xs[j - 1]);
  };
}
