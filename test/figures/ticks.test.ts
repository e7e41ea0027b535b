import { describe, expect, it } from 'vitest';
import { axisTicks } from '../../src/figures/ticks.js';
import { textWidth } from '../../src/figures/text.js';
import { seedKey, uniforms } from '../../src/stats/key.js';

const key = seedKey(4);

describe('axisTicks', () => {
  it('writes round numbers', () => {
    expect(axisTicks({}, [0, 10], 400, 16, 'x').labels).toEqual(['0', '2', '4', '6', '8', '10']);
    expect(axisTicks({}, [-0.5, 0.5], 400, 16, 'x').labels).toContain('−0.2');
  });

  it('writes powers on a logarithmic axis, digits where there is less than two powers', () => {
    const log = { scale: 'log' } as const;
    expect(axisTicks(log, [0.5, 2e4], 400, 16, 'y').labels).toEqual(['1', '10', '10^{2}', '10^{3}', '10^{4}']);
    expect(axisTicks(log, [1.5, 8], 400, 16, 'y').labels).toEqual(['2', '3', '5']);
    expect(axisTicks(log, [0.5, 2e4], 400, 16, 'y').minor).toContain(30);
  });

  it('takes thousands out of large numbers and thousandths out of small ones', () => {
    const large = axisTicks({}, [0, 4.2e6], 400, 16, 'y');
    expect(large.exponent).toBe(6);
    expect(large.labels).toContain('2.0');
    const small = axisTicks({}, [0, 0.0042], 400, 16, 'y');
    expect(small.exponent).toBe(-3);
    expect(axisTicks({}, [0, 42_000], 400, 16, 'y').exponent).toBeUndefined();
  });

  it('keeps named ticks', () => {
    const ticks = [
      { at: 0.5, text: 'a' },
      { at: 9, text: 'b' },
    ];
    expect(axisTicks({ ticks }, [0, 2], 400, 16, 'x').labels).toEqual(['a']);
  });

  // 400 axes drawn by key: no chance involved.
  const draws = uniforms(key, 400 * 4);
  for (const scale of ['linear', 'log'] as const)
    it(`never lets ${scale} labels touch, and stays inside the axis`, () => {
      for (let i = 0; i < 400; i++) {
        const [a = 0, b = 0, c = 0, d = 0] = draws.slice(4 * i, 4 * i + 4);
        const low = scale === 'log' ? 10 ** (-6 + 8 * a) : 10 ** (8 * a - 4) * (b - 0.5);
        const high = scale === 'log' ? low * 10 ** (0.3 + 7 * b) : low + 10 ** (8 * c - 4);
        const length = 90 + 500 * d;
        const ticks = axisTicks({ scale }, [low, high], length, 16, 'x');
        expect(ticks.major.length).toBe(ticks.labels.length);
        const of = scale === 'log' ? Math.log : (v: number) => v;
        const at = (v: number): number => ((of(v) - of(low)) / (of(high) - of(low))) * length;
        for (const v of [...ticks.major, ...ticks.minor]) {
          expect(at(v)).toBeGreaterThan(-1e-3);
          expect(at(v)).toBeLessThan(length + 1e-3);
        }
        let end = -Infinity;
        const named = ticks.major.map((v, k) => ({ at: at(v), text: ticks.labels[k] ?? '' })).filter((t) => t.text);
        expect(named.length).toBeGreaterThan(0);
        for (const tick of named) {
          const half = textWidth(tick.text, 16) / 2;
          expect(tick.at - half).toBeGreaterThan(end);
          end = tick.at + half;
        }
      }
    });
});
