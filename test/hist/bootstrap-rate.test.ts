import { describe, expect, it } from 'vitest';
import { bootstrapRate, bootstrapRateOfSums } from '../../src/hist/bootstrap-rate.js';
import { rateOf } from '../../src/hist/rate.js';
import { normals, seedKey, uniforms, type Key } from '../../src/stats/key.js';
import { sumsOf } from './sums.js';

describe('the bootstrap of a rate', () => {
  it('of rows and of sums agrees with the formula where that is right', () => {
    const n = 4000;
    const w = normals(seedKey(3).split('w'), n).map((z) => 1 + 0.8 * z);
    const pass = Uint8Array.from(uniforms(seedKey(3).split('p'), n), (u) => (u < 0.6 ? 1 : 0));
    const [p, t] = [sumsOf(w, (i) => pass[i] === 1), sumsOf(w, () => true)];
    const formula = rateOf(p, t, 'binomial');
    const key: Key = seedKey(4);
    // A quantile of 1000 replicas knows σ to 1/√(2·1000)·1.5 ≈ 3.5 %; 15 % is above four times that.
    for (const { up, down } of [bootstrapRate(key, w, pass, 1000), bootstrapRateOfSums(key, p, t, 1000)]) {
      expect(Math.abs(up / formula.up - 1)).toBeLessThan(0.15);
      expect(Math.abs(down / formula.down - 1)).toBeLessThan(0.15);
    }
    expect(bootstrapRate(key, w, pass, 50)).toEqual(bootstrapRate(key, w, pass, 50));
  });

  it('covers where Σw is only a few of its errors', () => {
    // 40 rows of signal under 160 of background: Σw/√Σw² is about 3. 250 toys: 3.3σ of the binomial is 0.097.
    const [toys, truth] = [250, 0.7];
    let inside = 0;
    let used = 0;
    for (let toy = 0; toy < toys; toy++) {
      const key = seedKey(23).split('toy', toy);
      const u = uniforms(key, 600);
      const w = new Float64Array(200);
      const pass = new Uint8Array(200);
      for (let i = 0; i < 200; i++) {
        const signal = u[3 * i] < 0.2;
        w[i] = signal ? 1 : u[3 * i + 1] < 0.5 ? 1 : -1;
        pass[i] = u[3 * i + 2] < (signal ? truth : 0.3) ? 1 : 0;
      }
      const rate = rateOf(
        sumsOf(w, (i) => pass[i] === 1),
        sumsOf(w, () => true),
      );
      if (rate.interval !== 'bootstrap') continue;
      used++;
      const { up, down } = bootstrapRate(key.split('b'), w, pass, 100);
      if (truth > rate.value - down && truth < rate.value + up) inside++;
    }
    expect(used).toBeGreaterThan(150);
    expect(inside / used).toBeGreaterThan(0.58);
    expect(inside / used).toBeLessThan(0.78);
  });
});
