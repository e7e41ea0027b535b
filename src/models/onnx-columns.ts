import { add, mul, sub } from '../graph/ops/arithmetic.js';
import { reshape, split, transpose } from '../graph/ops/reshape.js';
import { dim, type Dim } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import type { Scaling } from './standardise.js';

/** The same tensor under other names. */
export const rename = (t: Tensor, shape: readonly Dim[]): Tensor => ({ ...t, shape });

/** Rows to columns or back; a single column needs no copy. */
export function turn(t: Tensor, shape: readonly Dim[]): Tensor {
  if (t.shape.some((d) => d.size === 1)) return reshape(t, shape);
  return rename(transpose(t, [t.shape[1].name, t.shape[0].name]), shape);
}

const column = (t: Tensor, values: readonly number[]): Tensor =>
  t.graph.constant(values, [dim('column', values.length), dim('one', 1)], t.dtype);

/** `(x − location) / (scale · unit)` of columns `[column, batch]`. */
export const standardised = (t: Tensor, { location, scale }: Scaling, unit: number): Tensor =>
  mul(
    sub(t, column(t, location)),
    column(
      t,
      scale.map((s) => 1 / (s * unit)),
    ),
  );

/** Back from standardised numbers. */
export const placed = (t: Tensor, { location, scale }: Scaling, unit: number): Tensor =>
  add(
    mul(
      t,
      column(
        t,
        scale.map((s) => s * unit),
      ),
    ),
    column(t, location),
  );

/** Points of each part, `[1, 1, n·batch]`. */
export function pointsOf(rows: Tensor, sizes: readonly number[], batch: Dim): Tensor[] {
  const one = dim('one', 1);
  const { of } = batch.size as { of: string };
  return split(rows, 'column', sizes).map((t, i) => reshape(t, [one, one, dim('point', { times: sizes[i], of })]));
}
