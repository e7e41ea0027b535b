import { describe, expect, it } from 'vitest';
import type { Sums } from '../../src/hist/cell-counts.js';
import { rocOfSums } from '../../src/hist/roc.js';
import { auc } from '../../src/stats/auc.js';
import { integers, seedKey, uniforms } from '../../src/stats/key.js';

const N = 3000;
const key = seedKey(31);
/** Scores from 0 to 20, signal higher; weights of either sign. */
const draw = (name: string, shift: number) => ({
  scores: Float64Array.from(integers(key.split(name), N, 16), (v) => v + shift),
  weights: uniforms(key.split(`${name} w`), N).map((u) => 1.5 * u - 0.25),
});
const [signal, background] = [draw('signal', 4), draw('background', 0)];
const edges = Array.from({ length: 20 }, (_, i) => i + 0.5);

function sumsOf({ scores, weights }: typeof signal): Sums {
  const [sumw, sumw2, entries, negative] = [0, 0, 0, 0].map(() => new Float64Array(edges.length + 1));
  scores.forEach((v, i) => {
    sumw[v] += weights[i];
    sumw2[v] += weights[i] ** 2;
    entries[v]++;
    if (weights[i] < 0) negative[v]++;
  });
  return { sumw, sumw2, entries, negative };
}

describe('the ROC of binned sums', () => {
  const curve = rocOfSums(edges, sumsOf(signal), sumsOf(background));

  it('has the area of the unbinned scores, ties counting half, and its error', () => {
    const scores = Float64Array.of(...signal.scores, ...background.scores);
    const labels = Array.from(scores, (_, i) => (i < N ? 1 : 0));
    const exact = auc({ scores, labels, weights: Float64Array.of(...signal.weights, ...background.weights) });
    expect(curve.auc.value).toBeCloseTo(exact.auc, 12);
    // The factor n/(n − 1) in effective sizes is left out here.
    expect(Math.abs(curve.auc.error / exact.error - 1)).toBeLessThan(1e-3);
  });

  it('has the share above every threshold', () => {
    edges.forEach((t, i) => {
      const share = ({ scores, weights }: typeof signal): number => {
        let [above, all] = [0, 0];
        scores.forEach((v, k) => {
          all += weights[k];
          if (v > t) above += weights[k];
        });
        return above / all;
      };
      expect(curve.efficiency[i]).toBeCloseTo(share(signal), 12);
      expect(curve.fakeRate[i]).toBeCloseTo(share(background), 12);
    });
    expect(curve.efficiency[0]).toBe(1);
  });

  it('is ½ of a sample with itself, and mirrors when signal and background change places', () => {
    const [s, b] = [sumsOf(signal), sumsOf(background)];
    expect(rocOfSums(edges, s, s).auc.value).toBeCloseTo(0.5, 14);
    expect(rocOfSums(edges, b, s).auc.value).toBeCloseTo(1 - curve.auc.value, 14);
    expect(rocOfSums(edges, b, s).auc.error).toBeCloseTo(curve.auc.error, 14);
  });

  it('refuses a sample without a positive sum of weights', () => {
    const none = sumsOf({ scores: signal.scores, weights: signal.weights.map(() => -1) });
    expect(() => rocOfSums(edges, none, sumsOf(background))).toThrow('weights of the signal add up to -3000');
  });
});
