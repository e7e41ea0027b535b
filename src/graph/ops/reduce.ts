import { dim, elements } from '../shape.js';
import type { Tensor } from '../tensor.js';
import { add, div, mul, sub } from './arithmetic.js';
import { exp, log } from './functions.js';
import { broadcastLike } from './expand.js';
import { axisOf, reshape } from './reshape.js';

/** Sum over named dimensions (all of them if none is named), which keep size 1 where `keep` is set. */
export function sum(x: Tensor, names?: string | readonly string[], options: { readonly keep?: boolean } = {}): Tensor {
  const list = names === undefined ? x.shape.map((d) => d.name) : typeof names === 'string' ? [names] : names;
  const axes = list.map((name) => axisOf('sum', x, name));
  const kept = x.shape.map((d, i) => (axes.includes(i) ? dim(d.name, 1) : d));
  const shape = options.keep ? kept : x.shape.filter((_, i) => !axes.includes(i));
  if (axes.length === 0) return x;
  return x.graph.operation(
    'sum',
    [x],
    (t) => {
      const over = t.graph.constant(axes, [dim('axis', axes.length)], 'int64');
      return [t.graph.raw('ReduceSum', [t, over], shape, { keepdims: options.keep ? 1 : 0 }, t.dtype)];
    },
    ([g], [t]) => [g && broadcastLike(reshape(g, kept), t)],
  )[0];
}

/** Mean over named dimensions of known size. */
export function mean(x: Tensor, names?: string | readonly string[], options: { readonly keep?: boolean } = {}): Tensor {
  const list = names === undefined ? x.shape.map((d) => d.name) : typeof names === 'string' ? [names] : names;
  const count = elements(list.map((name) => x.shape[axisOf('mean', x, name)]));
  if (typeof count !== 'number')
    throw x.graph.error('mean', 'the mean over a symbolic size needs a sum and a count', [x]);
  return mul(sum(x, names, options), 1 / count);
}

/** Largest element along a named dimension, which keeps size 1. No derivative: for shifts that cancel. */
export function maxOf(x: Tensor, name: string): Tensor {
  const axis = axisOf('max', x, name);
  return x.graph.raw(
    'ReduceMax',
    [x],
    x.shape.map((d, i) => (i === axis ? dim(d.name, 1) : d)),
    { axes: [axis], keepdims: 1 },
    x.dtype,
  );
}

/** Softmax along a named dimension: exponentials shifted by their maximum, summed, divided. */
export function softmax(x: Tensor, name: string): Tensor {
  return x.graph.operation(
    'softmax',
    [x],
    (t) => {
      const e = exp(sub(t, maxOf(t, name)));
      return [div(e, sum(e, name, { keep: true }))];
    },
    ([g], _, [p]) => {
      if (!g) return [undefined];
      const gp = mul(g, p);
      return [sub(gp, mul(p, sum(gp, name, { keep: true })))];
    },
  )[0];
}

/** ln Σ eˣ along a named dimension, which keeps size 1. */
export function logSumExp(x: Tensor, name: string): Tensor {
  const shift = maxOf(x, name);
  return add(log(sum(exp(sub(x, shift)), name, { keep: true })), shift);
}
