import type { Component } from '../../src/fit/component.js';
import type { Range } from '../../src/fit/density.js';
import { erf } from '../../src/stats/special/erf.js';

/** Densities in closed form, normalised on a range: what fits would hand over. */
export function gaussian(name: string, mean: number, sigma: number, [low, high]: Range): Component {
  const at = (x: number): number => erf((x - mean) / (sigma * Math.SQRT2)) / 2;
  const norm = 1 / (sigma * Math.sqrt(2 * Math.PI) * (at(high) - at(low)));
  return {
    name,
    breaks: [mean],
    density: (xs) => xs.map((x) => (x >= low && x <= high ? norm * Math.exp(-0.5 * ((x - mean) / sigma) ** 2) : 0)),
  };
}

/** e^(−x/slope). */
export function exponential(name: string, slope: number, [low, high]: Range): Component {
  const norm = 1 / (slope * (Math.exp(-low / slope) - Math.exp(-high / slope)));
  return { name, density: (xs) => xs.map((x) => (x >= low && x <= high ? norm * Math.exp(-x / slope) : 0)) };
}

export function mixture(name: string, parts: readonly (readonly [number, Component])[]): Component {
  const sum = parts.reduce((s, [share]) => s + share, 0);
  return {
    name,
    breaks: parts.flatMap(([, c]) => c.breaks ?? []),
    density: (xs) => {
      const out = new Float64Array(xs.length);
      for (const [share, c] of parts) c.density(xs).forEach((v, e) => (out[e] += (share / sum) * v));
      return out;
    },
  };
}

/** 1 + c₁ T₁ + c₂ T₂ over the range. */
export function chebyshev(name: string, c1: number, c2: number, [low, high]: Range): Component {
  const norm = 1 / ((high - low) * (1 - c2 / 3));
  return {
    name,
    density: (xs) =>
      xs.map((x) => {
        if (!(x >= low && x <= high)) return 0;
        const u = (2 * x - low - high) / (high - low);
        return norm * (1 + c1 * u + c2 * (2 * u * u - 1));
      }),
  };
}
