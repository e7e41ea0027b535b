import { afterAll, describe, expect, it } from 'vitest';
import { sessionCache } from '../../../src/graph/session.js';
import { logProb, sample } from '../../../src/models/evaluate-flow.js';
import { flowSpec } from '../../../src/models/flow-spec.js';
import type { FlowModel } from '../../../src/models/flow.js';
import { normals, seedKey } from '../../../src/stats/key.js';
import type { PreparedSample } from '../../../src/studies/correction/prepare.js';
import { densityCurves, smoothed } from '../../../src/studies/correction/density-curves.js';
import { bentFlow } from '../../models/bent-flow.js';

describe('smoothed', () => {
  const counts = [0, 3, 9, 40, 12, 1, 0, 5];
  const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

  it('keeps the number of events', () => expect(sum(smoothed(counts, 12))).toBeCloseTo(sum(counts), 9));
  it('leaves a constant alone', () => expect(smoothed([2, 2, 2, 2], 9)).toEqual([2, 2, 2, 2]));

  // Variance of (1, 2, 1)/4 is ½ bin² a pass.
  it('is a bell of √(passes / 2) bins', () => {
    const spike = Array.from({ length: 101 }, (_, i) => (i === 50 ? 1 : 0));
    const bell = smoothed(spike, 12);
    expect(sum(bell.map((v, i) => v * (i - 50) ** 2))).toBeCloseTo(6, 9);
  });
});

const key = seedKey(141).split('density curves');
const sessions = sessionCache();
afterAll(() => sessions.close());
const small = { hidden: [8], bins: 6 };
const ROWS = 3000;

/** Events drawn from a flow itself, given normal columns. */
async function eventsOf(model: FlowModel): Promise<PreparedSample> {
  const given = Array.from({ length: model.spec.context }, (_, j) => {
    const { location, scale } = model.standardisation.context;
    return normals(key.split('given', j), ROWS).map((z) => location[j] + scale[j] * z);
  });
  const variables = await sample(model, key.split('events'), ROWS, given, { sessions });
  const [weights, heldOut] = [new Float64Array(ROWS).fill(1), new Uint8Array(ROWS)];
  return { variables, given, compare: [], truth: variables.map(() => undefined), weights, heldOut };
}
const integral = ({ x, y }: { x: readonly number[]; y: readonly number[] }): number =>
  x.slice(1).reduce((sum, high, i) => sum + ((high - x[i]) * (y[i] + y[i + 1])) / 2, 0);

describe('densityCurves', () => {
  it.each([
    flowSpec({ kind: 'spline', features: 1, ...small }),
    flowSpec({ kind: 'spline', features: 1, context: 1, ...small }),
    flowSpec({ kind: 'autoregressive', features: 2, context: 1, ...small }),
    flowSpec({ kind: 'affine', features: 3, ...small }),
  ])('integrate to one: $kind of $features given $context', async (spec) => {
    const model = bentFlow(spec, key.split(`${spec.kind} ${spec.context}`), 0.25, 2);
    const curves = await densityCurves(model, await eventsOf(model), key, sessions);
    expect(curves).toHaveLength(spec.features);
    for (const curve of curves) {
      expect(Math.min(...curve.y)).toBeGreaterThanOrEqual(0);
      // The range leaves out up to two thousandths of the events; the grid and 100 000 drawn events cost a few more.
      expect(Math.abs(integral(curve) - 1)).toBeLessThan(0.012);
    }
  });

  it('of one variable are the flow’s own density', async () => {
    const model = bentFlow(flowSpec({ kind: 'spline', features: 1, ...small }), key.split('own'), 0.25, 2);
    const [{ x, y }] = await densityCurves(model, await eventsOf(model), key, sessions);
    const exact = (await logProb(model, [Float64Array.from(x)], [], { sessions })).map(Math.exp);
    exact.forEach((density, i) => expect(y[i]).toBeCloseTo(density, 6));
  });

  it.each([
    flowSpec({ kind: 'spline', features: 1, context: 1, ...small }),
    flowSpec({ kind: 'autoregressive', features: 2, context: 1, ...small }),
  ])('average over given columns as the weights say: $kind of $features', async (spec) => {
    const model = bentFlow(spec, key.split('average'), 0.6, 0);
    const events = await eventsOf(model);
    // Half of the events have no weight: they must not count, wherever they are.
    const given = [events.given[0].map((_, i) => (i % 2 ? 1.5 : -1.5))];
    const weights = events.weights.map((_, i) => (i % 2 ? 3 : 0));
    const only = events.given[0].map(() => 1.5);
    const weighted = await densityCurves(model, { ...events, given, weights }, key, sessions);
    const alone = await densityCurves(model, { ...events, given: [only], weights }, key, sessions);
    weighted.forEach((curve, k) => curve.y.forEach((y, i) => expect(y).toBeCloseTo(alone[k].y[i], 6)));
  });

  it('of a flow of several variables are those of its margins', async () => {
    // An affine flow whose network is silent: independent normals.
    const spec = flowSpec({ kind: 'affine', features: 2, ...small });
    const model = { ...bentFlow(spec, key.split('silent'), 0, 0) };
    const { location, scale } = model.standardisation.features;
    const curves = await densityCurves(model, await eventsOf(model), key, sessions);
    curves.forEach(({ x, y }, k) => {
      x.forEach((v, i) => {
        const z = (v - location[k]) / scale[k];
        const exact = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
        // 100 000 events in 160 bins, smoothed over 5: a per cent of the height, 5 σ.
        expect(Math.abs(y[i] * scale[k] - exact)).toBeLessThan(0.025);
      });
    });
  });
});
