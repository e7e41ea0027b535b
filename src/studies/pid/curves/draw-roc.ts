import { bisectLeft } from 'd3-array';
import type { ExperimentLabel, Figure } from '../../../figures/figure.js';
import { roc } from '../../../figures/makers/roc.js';
import { sliceText } from '../../../figures/makers/table-slices.js';
import type { RocCurve } from '../../../hist/roc.js';
import { symbol } from '../tables/draw-rates.js';
import { knownAxes } from '../tables/known-axis.js';
import type { RocCurves } from './roc-curves.js';

const COLORS: Readonly<Record<string, string>> = { data: '#000000', simulation: '#e42536' };

/** A figure of efficiency against fake rate for each bin: data and simulation with their bands. */
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
    const areas = drawn.map(
      ({ sample, curve }) => `${sample}: AUC ${curve.auc.value.toFixed(4)} ± ${curve.auc.error.toFixed(4)}`,
    );
    const first = drawn[0];
    return [
      roc({
        name: curves.bins.length > 1 ? `${name}_${c + 1}` : name,
        label: options.label,
        watermark: options.watermark,
        logX: options.logX,
        curves: drawn.map(({ sample, curve }) => ({
          ...banded(curve, options.logX === true),
          label: sample.charAt(0).toUpperCase() + sample.slice(1),
          color: COLORS[sample],
          dash: sample === 'simulation' ? '8 4' : undefined,
        })),
        workingPoints: (options.points ?? []).flatMap((threshold) => {
          const i = first.curve.thresholds.indexOf(threshold);
          return i < 0
            ? []
            : [
                {
                  background: first.curve.fakeRate[i],
                  signal: first.curve.efficiency[i],
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

/**
 * The curve as points of rising fake rate; the band holds both errors, that of the fake rate through the slope. A logarithmic
 * axis has no place for fake rates that may be zero: it begins where they exceed their error for good.
 */
function banded(curve: RocCurve, logX: boolean) {
  const falling = Array.from(curve.thresholds, (_, i) => i);
  const lost = falling.findIndex((i) => logX && !(curve.fakeRate[i] > curve.fakeRateDown[i]));
  const order = (lost < 0 ? falling : falling.slice(0, lost)).reverse();
  const x = order.map((i) => curve.fakeRate[i]);
  const y = order.map((i) => curve.efficiency[i]);
  // What the fake rate's error does to the curve, read off the curve over the whole error: a slope between two neighbours is noise.
  const at = rising(x, y);
  const [low, high] = [new Float64Array(x.length), new Float64Array(x.length)];
  order.forEach((i, k) => {
    low[k] = y[k] - Math.hypot(curve.efficiencyDown[i], at(x[k] + curve.fakeRateUp[i]) - at(x[k]));
    high[k] = y[k] + Math.hypot(curve.efficiencyUp[i], at(x[k]) - at(x[k] - curve.fakeRateDown[i]));
  });
  return { background: x, signal: y, low, high };
}

/** The curve as a rising function, constant beyond its ends: negative weights make its points go back now and then. */
function rising(x: readonly number[], y: readonly number[]): (at: number) => number {
  const xs: number[] = [];
  const ys: number[] = [];
  x.forEach((v, k) => {
    if (xs.length > 0 && !(v > xs[xs.length - 1])) return;
    xs.push(v);
    ys.push(Math.max(y[k], ys[ys.length - 1] ?? -Infinity));
  });
  return (at) => {
    const j = bisectLeft(xs, at);
    if (j === 0 || j === xs.length) return ys[Math.min(j, xs.length - 1)];
    return ys[j - 1] + ((ys[j] - ys[j - 1]) * (at - xs[j - 1])) / (xs[j] - xs[j - 1]);
  };
}

function binAt(curves: RocCurves, a: number, cell: number): number {
  let rest = cell;
  for (let k = curves.axes.length - 1; k > a; k--) rest = Math.floor(rest / (curves.axes[k].edges.length - 1));
  return rest % (curves.axes[a].edges.length - 1);
}
