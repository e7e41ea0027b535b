import { describe, expect, it } from 'vitest';
import { eventEfficiencies } from '../../src/hist/calibrate.js';
import { table, track } from './calibration-toys.js';

describe('the efficiency of events', () => {
  it('is the product of its tracks; tracks in one cell share its error', () => {
    const t = table([0.9, 0.8]);
    const { efficiency, up, tracks } = eventEfficiencies([track(t, 0, 0), track(t, 0, 1)], 'shared');
    expect([...efficiency]).toEqual([0.9 * 0.9, 0.9 * 0.8]);
    expect(up[0]).toBeCloseTo(2 * 0.9 * 0.01, 15);
    expect(up[1]).toBeCloseTo(0.01 * Math.hypot(0.9, 0.8), 15);
    expect([...tracks[1].efficiency]).toEqual([0.9, 0.8]);
    // PIDCalib2 takes them for independent.
    const apart = eventEfficiencies([track(t, 0), track(t, 0)], 'independent');
    expect(apart.up[0]).toBeCloseTo(0.81 * Math.hypot(0.01 / 0.9, 0.01 / 0.9), 15);
    const other = table([0.9, 0.8]);
    expect(eventEfficiencies([track(t, 0), track(other, 0)], 'shared').up[0]).toBeCloseTo(apart.up[0], 15);
  });

  it('has an error also where a track’s efficiency is 0, and none where a track has no efficiency', () => {
    const t = table([0, 0.5, NaN, -0.1]);
    const { efficiency, up } = eventEfficiencies([track(t, 0, 1, 1, -1), track(t, 1, 2, 3, 0)], 'shared');
    expect([efficiency[0], up[0]]).toEqual([0, 0.5 * 0.01]);
    for (const e of [1, 2, 3]) expect([efficiency[e], up[e]]).toEqual([NaN, NaN]);
  });
});
