import type { Algebra } from '../algebra.js';
import type { Density, DensityParameter, Range } from '../density.js';
import { gaussianArea } from './gaussian-area.js';

export interface Kernel {
  readonly place: number;
  readonly weight: number;
}

/**
 * A sum of Gaussians of one width at fixed places, on a flat floor: Σ weight · G(place, width) + floor.
 *
 * @param resolution where given, a parameter that is added to the width in square
 */
export function kernelSum(options: {
  readonly name: string;
  readonly range: Range;
  readonly kernels: readonly Kernel[];
  readonly width: number;
  readonly floor: number;
  readonly resolution?: DensityParameter;
}): Density {
  const { name, range, kernels, width, floor, resolution } = options;
  const widthOf = <T>(a: Algebra<T>, [sigma]: readonly T[]): T =>
    sigma === undefined ? a.constant(width) : a.sqrt(a.add(a.constant(width * width), a.mul(sigma, sigma)));
  // A kernel's height is 1/width times this.
  const height = 1 / Math.sqrt(2 * Math.PI);
  return {
    name,
    range,
    parameters: resolution ? [resolution] : [],
    shape(a, x, p) {
      const inverse = a.div(a.constant(1), widthOf(a, p));
      const sum = kernels
        .map(({ place, weight }) => {
          const z = a.mul(a.sub(x, a.constant(place)), inverse);
          return a.mul(a.constant(weight * height), a.exp(a.mul(a.constant(-0.5), a.mul(z, z))));
        })
        .reduce((total, y) => a.add(total, y));
      return a.add(a.constant(floor), a.mul(inverse, sum));
    },
    integral(a, low, high, p) {
      const sigma = widthOf(a, p);
      const sum = kernels
        .map(({ place, weight }) =>
          a.mul(a.constant(weight * height), gaussianArea(a, a.constant(place), sigma, low, high)),
        )
        .reduce((total, y) => a.add(total, y));
      return a.add(a.mul(a.constant(floor), a.sub(high, low)), a.div(sum, sigma));
    },
  };
}

/** Beyond so many widths a kernel is nothing: e⁻³². */
export const REACH = 8;

/** The same at many places at once, from the kernels within reach alone; `kernels` in the order of their places. */
export function kernelValues(kernels: readonly Kernel[], width: number, floor: number, x: Float64Array): Float64Array {
  const places = Float64Array.from(kernels, (k) => k.place);
  const heights = Float64Array.from(kernels, (k) => k.weight / (width * Math.sqrt(2 * Math.PI)));
  const inverse = 1 / width;
  return x.map((at) => {
    let sum = floor;
    for (let i = firstAbove(places, at - REACH * width); i < places.length && places[i] < at + REACH * width; i++) {
      const z = (at - places[i]) * inverse;
      sum += heights[i] * Math.exp(-0.5 * z * z);
    }
    return sum;
  });
}

function firstAbove(sorted: Float64Array, value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
