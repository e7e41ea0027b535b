import { scaleLinear, scaleLog } from 'd3-scale';
import type { Range } from './figure.js';

/** Values to pixels. `of` is defined for every number: what lies far outside ends just as far outside the frame. */
export interface Scale {
  readonly kind: 'linear' | 'log';
  readonly domain: Range;
  readonly range: Range;
  of(value: number): number;
  inside(value: number): boolean;
}

const far = 1e5;

/** A linear or logarithmic scale. On a logarithmic one what is not positive lies below the frame. */
export function makeScale(kind: 'linear' | 'log', domain: Range, range: Range): Scale {
  const scale = kind === 'log' ? scaleLog(domain, range) : scaleLinear(domain, range);
  const below = range[0] + Math.sign(range[0] - range[1]) * 1000;
  const [low, high] = domain;
  return {
    kind,
    domain,
    range,
    of(value) {
      if (kind === 'log' && !(value > 0)) return below;
      return Math.min(far, Math.max(-far, scale(value)));
    },
    inside: (value) => value >= low && value <= high,
  };
}
