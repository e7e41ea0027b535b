import type { ExperimentLabel, Figure } from '../../../figures/figure.js';
import { roc } from '../../../figures/makers/roc.js';
import { sliceText } from '../../../figures/makers/table-slices.js';
import { band } from '../../../hist/estimate.js';
import { rocBand, type RocSources } from '../../../hist/roc-systematics.js';
import { symbol } from '../tables/draw-rates.js';
import { knownAxes } from '../tables/known-axis.js';
import type { RocCurves } from './roc-curves.js';

const COLORS: Readonly<Record<string, string>> = { data: '#000000', simulation: '#e42536' };

/** A figure of efficiency against fake rate for each bin: data and simulation with their bands, of statistics and of all sources. */
export function rocFigures(
  name: string,
  curves: RocCurves,
  particles: { readonly signal: string; readonly background: string },
  options: {
    readonly label?: ExperimentLabel | undefined;
    readonly watermark?: string | undefined;
    readonly logX?: boolean | undefined;
    readonly points?: readonly number[] | undefined;
  } = {},
): Figure[] {
  return curves.bins.flatMap((bin, c): Figure[] => {
    const drawn = bin.curves.flatMap(({ sample, curve }) => (curve ? [{ sample, curve }] : []));
    if (drawn.length === 0) return [];
    const text = curves.axes.flatMap((_, a) =>
      sliceText([curves.axes[a]], -1, binAt(curves, a, c), knownAxes(curves.axes)),
    );
    const areas = drawn.map(({ sample, curve }) => `${sample}: AUC ${areaText(curve)}`);
    const first = drawn[0].curve;
    return [
      roc({
        name: curves.bins.length > 1 ? `${name}_${c + 1}` : name,
        label: options.label,
        watermark: options.watermark,
        logX: options.logX,
        bandLabels: drawn.some(({ curve }) => hasSystematics(curve))
          ? { inner: 'Statistical', outer: 'Statistical and systematic' }
          : undefined,
        curves: drawn.map(({ sample, curve }) => ({
          ...banded(curve, options.logX === true),
          label: sample.charAt(0).toUpperCase() + sample.slice(1),
          color: COLORS[sample],
          dash: sample === 'simulation' ? '8 4' : undefined,
        })),
        workingPoints: (options.points ?? []).flatMap((threshold) => {
          const i = first.thresholds.indexOf(threshold);
          return i < 0
            ? []
            : [
                {
                  background: first.fakeRate[i],
                  signal: first.efficiency[i],
                  label: `${curves.variable} > ${threshold}`,
                },
              ];
        }),
        signalLabel: `${symbol(particles.signal)} efficiency`,
        backgroundLabel: `${symbol(particles.background)} → ${symbol(particles.signal)} fake rate`,
        text: [...text, ...areas],
        caption: [
          `${curves.variable}, ${symbol(particles.signal)} against ${symbol(particles.background)}`,
          ...text,
        ].join(', '),
      }),
    ];
  });
}

/** The area with its statistical and, where there is one, its systematic error. */
function areaText({ auc, sources }: RocSources): string {
  const others = Object.fromEntries(
    Object.entries(sources).flatMap(([name, { auc: shift }]) => (isStatistical(name) ? [] : [[name, shift] as const])),
  );
  const { up, down } = band({ value: auc.value, sources: others });
  const text = `${auc.value.toFixed(4)} ± ${auc.error.toFixed(4)}`;
  return Object.keys(others).length === 0 ? text : `${text} ± ${Math.max(up, down).toFixed(4)}`;
}

const isStatistical = (source: string): boolean => source === 'stat';

/**
 * The curve as points of rising fake rate, with its bands: statistics, and all sources together where there are more. A logarithmic
 * axis has no place for fake rates that may be zero: it begins where they exceed twice their error for good.
 */
function banded(of: RocSources, logX: boolean) {
  const { efficiency, fakeRate, fakeRateDown } = of;
  const falling = Array.from(fakeRate, (_, i) => i);
  const lost = falling.findIndex((i) => logX && !(fakeRate[i] > 2 * fakeRateDown[i]));
  const order = (lost < 0 ? falling : falling.slice(0, lost)).reverse();
  const pick = (value: (i: number) => number): Float64Array => Float64Array.from(order, value);
  const inner = rocBand(of, 'curve', isStatistical);
  const outer = rocBand(of, 'curve');
  return {
    background: pick((i) => fakeRate[i]),
    signal: pick((i) => efficiency[i]),
    low: pick((i) => efficiency[i] - inner.down[i]),
    high: pick((i) => efficiency[i] + inner.up[i]),
    ...(hasSystematics(of)
      ? {
          outerLow: pick((i) => efficiency[i] - outer.down[i]),
          outerHigh: pick((i) => efficiency[i] + outer.up[i]),
        }
      : {}),
  };
}

const hasSystematics = ({ sources }: RocSources): boolean => Object.keys(sources).some((name) => !isStatistical(name));

function binAt(curves: RocCurves, a: number, cell: number): number {
  let rest = cell;
  for (let k = curves.axes.length - 1; k > a; k--) rest = Math.floor(rest / (curves.axes[k].edges.length - 1));
  return rest % (curves.axes[a].edges.length - 1);
}
