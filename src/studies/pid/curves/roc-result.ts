import type { JsonObject } from '../../../base/json.js';
import { csvText } from '../../../formats/tables/csv.js';
import { columnStem } from '../../../formats/tables/names.js';
import { band, type Shift } from '../../../hist/estimate.js';
import { rocBand, type RocSources } from '../../../hist/roc-systematics.js';
import type { RocCurves } from './roc-curves.js';

const MEASURED = ['efficiency', 'fakeRate'] as const;
const ALL = [...MEASURED, 'curve'] as const;

/** The area under a curve with all its sources; `error` is the larger side of the whole. */
export function areaOf({ auc, sources }: RocSources) {
  const shifts: Record<string, Shift> = Object.fromEntries(
    Object.entries(sources).map(([name, shift]) => [name, shift.auc]),
  );
  const { up, down } = band({ value: auc.value, sources: shifts });
  return { value: auc.value, error: Math.max(up, down), up, down, sources: shifts };
}

/**
 * Curves as JSON, one object a bin: for each sample the area, the points asked for, and along the thresholds both rates and what
 * each source adds to them (`curve`: to the efficiency at the same fake rate).
 */
export function rocResult(curves: RocCurves, points: readonly number[] = []): JsonObject[] {
  return curves.bins.map((bin) => {
    const bounds = Object.fromEntries(curves.axes.map(({ column }, a) => [column, [...bin.bounds[a]]]));
    const samples = bin.curves.map(({ sample, curve }): [string, JsonObject | null] => [
      sample,
      curve ? curveResult(curve, points) : null,
    ]);
    return { bounds, ...Object.fromEntries(samples) };
  });
}

function curveResult(curve: RocSources, points: readonly number[]): JsonObject {
  const area = areaOf(curve);
  return {
    auc: { ...area, sources: copied(area.sources) },
    points: pointsOf(curve, points).map(({ threshold, ...rates }) => ({
      threshold,
      ...Object.fromEntries(MEASURED.map((of) => [of, { ...rates[of], sources: copied(rates[of].sources) }])),
    })),
    thresholds: [...curve.thresholds],
    efficiency: [...curve.efficiency],
    fakeRate: [...curve.fakeRate],
    sources: Object.fromEntries(
      Object.entries(curve.sources).map(([name, shift]) => [
        name,
        Object.fromEntries(ALL.map((of) => [of, { up: [...shift[of].up], down: [...shift[of].down] }])),
      ]),
    ),
    flags: curve.flags,
  };
}

/** Both rates at thresholds that are among the curve's. */
export function pointsOf(curve: RocSources, thresholds: readonly number[]) {
  return thresholds.map((threshold) => {
    const i = curve.thresholds.indexOf(threshold);
    const at = (of: (typeof MEASURED)[number]) => {
      const value = curve[of][i];
      const sources: Record<string, Shift> = Object.fromEntries(
        Object.entries(curve.sources).map(([name, s]) => [name, { up: s[of].up[i], down: s[of].down[i] }]),
      );
      return { value, ...band({ value, sources }), sources };
    };
    return { threshold, efficiency: at('efficiency'), fakeRate: at('fakeRate') };
  });
}

const copied = (sources: Readonly<Record<string, Shift>>): JsonObject =>
  Object.fromEntries(Object.entries(sources).map(([name, { up, down }]) => [name, { up, down }]));

/**
 * The same as CSV, one row a threshold: the ends of the bin, the sample, the threshold, both rates with their bands, and the band
 * of the curve at the same fake rate. `up` and `down` are distances, ≥ 0; `<source>_up` and `_down` say how far +1σ raises and
 * −1σ lowers, negative where it does the opposite.
 */
export function rocCsv({ axes, bins }: RocCurves): string {
  const known = bins.flatMap((bin) => bin.curves.flatMap(({ curve }) => (curve ? Object.keys(curve.sources) : [])));
  const sources = [...new Set(known)];
  const header = [
    ...axes.flatMap(({ column }) => [`${columnStem(column)}_min`, `${columnStem(column)}_max`]),
    'sample',
    'threshold',
    ...ALL.flatMap((of) => [
      ...(of === 'curve' ? [] : [of]),
      ...['', ...sources].flatMap((s) => ['up', 'down'].map((side) => [of, s, side].filter(Boolean).join('_'))),
    ]),
  ];
  const rows = bins.flatMap(({ bounds, curves }) =>
    curves.flatMap(({ sample, curve }) => {
      if (!curve) return [];
      const whole = ALL.map((of) => rocBand(curve, of));
      return curve.thresholds.map((threshold, i) => [
        ...bounds.flat(),
        sample,
        threshold,
        ...ALL.flatMap((of, k) => [
          ...(of === 'curve' ? [] : [curve[of][i]]),
          whole[k].up[i],
          whole[k].down[i],
          ...sources.flatMap((s) => {
            if (!Object.hasOwn(curve.sources, s)) return [NaN, NaN];
            const { up, down } = curve.sources[s][of];
            return [up[i], down[i] === 0 ? 0 : -down[i]];
          }),
        ]),
      ]);
    }),
  );
  return csvText(header, rows);
}
