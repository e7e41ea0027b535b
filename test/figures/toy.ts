import type { HistLike } from '../../src/figures/makers/bins.js';
import { normals, seedKey, uniforms, type Key } from '../../src/stats/key.js';

export const edgesOf = (from: number, to: number, bins: number): Float64Array =>
  Float64Array.from({ length: bins + 1 }, (_, i) => from + ((to - from) * i) / bins);

/** A histogram with flow bins, filled value by value. */
export function histOf(
  edges: ArrayLike<number>,
  values: ArrayLike<number>,
  options: { weights?: ArrayLike<number>; label?: string; unit?: string } = {},
): HistLike {
  const n = edges.length - 1;
  const sumw = new Float64Array(n + 2);
  const sumw2 = new Float64Array(n + 2);
  for (let k = 0; k < values.length; k++) {
    const w = options.weights?.[k] ?? 1;
    let i = 0;
    while (i <= n && (values[k] ?? 0) >= (edges[i] ?? Infinity)) i++;
    sumw[i] += w;
    sumw2[i] += w * w;
  }
  const { label, unit } = options;
  return { axes: [{ name: 'x', edges: Float64Array.from(edges), label, unit }], sumw, sumw2 };
}

/** log10 of a two-component Rayleigh impact parameter in mm; `wider` scales it, as data against simulation. */
export function logIp(key: Key, n: number, wider = 1): Float64Array {
  const [u, v, z] = [uniforms(key.split('u'), n), uniforms(key.split('v'), n), normals(key.split('z'), n)];
  return u.map((ui, i) => {
    const broad = (v[i] ?? 0) > 0.906;
    const logSigma = (broad ? -1.583 : -1.861) + (broad ? 0.354 : 0.126) * (z[i] ?? 0);
    return logSigma + 0.5 * Math.log10(-2 * Math.log(ui)) + Math.log10(wider);
  });
}

export const toyKey = seedKey(20);
