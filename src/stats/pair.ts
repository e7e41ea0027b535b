import { ecdf, type Ecdf } from './ecdf.js';
import type { Sample } from './check.js';

/** Two step functions on the union of their values. */
export interface Pair {
  readonly x: Float64Array;
  readonly first: Float64Array;
  readonly second: Float64Array;
  readonly sizes: readonly [first: number, second: number];
}

/** Both samples' distribution functions at every distinct value of either. */
export function pair(first: Sample, second: Sample): Pair {
  const a = ecdf(first);
  const b = ecdf(second);
  const most = a.x.length + b.x.length;
  const x = new Float64Array(most);
  const fa = new Float64Array(most);
  const fb = new Float64Array(most);
  let i = 0;
  let j = 0;
  let n = 0;
  while (i < a.x.length || j < b.x.length) {
    const next = Math.min(i < a.x.length ? a.x[i] : Infinity, j < b.x.length ? b.x[j] : Infinity);
    if (i < a.x.length && a.x[i] === next) i++;
    if (j < b.x.length && b.x[j] === next) j++;
    x[n] = next;
    fa[n] = before(a, i);
    fb[n++] = before(b, j);
  }
  return {
    x: x.subarray(0, n),
    first: fa.subarray(0, n),
    second: fb.subarray(0, n),
    sizes: [a.effectiveSize, b.effectiveSize],
  };
}

const before = (f: Ecdf, index: number): number => (index === 0 ? 0 : f.cumulative[index - 1]);
