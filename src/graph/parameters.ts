import { normals, uniforms, type Key } from '../stats/key.js';
import { dim } from './shape.js';
import type { Tensor } from './tensor.js';
import { concat, reshape, split } from './ops/reshape.js';

/** A named matrix of parameters and how it starts. */
export interface ParameterSpec {
  readonly name: string;
  /** [rows, columns]. */
  readonly shape: readonly [number, number];
  readonly init: (key: Key, shape: readonly [number, number]) => ArrayLike<number>;
}

export interface ParameterEntry {
  readonly name: string;
  readonly shape: readonly [number, number];
  readonly offset: number;
}

/**
 * Where each matrix lies in one flat vector. Matrices with the same number of columns lie together, so that a graph
 * unpacks them with two Splits and one Reshape a group instead of a Slice and a Reshape each.
 */
export interface ParameterLayout {
  readonly size: number;
  readonly entries: readonly ParameterEntry[];
}

export function layout(specs: readonly ParameterSpec[]): ParameterLayout {
  const columns = [...new Set(specs.map((s) => s.shape[1]))];
  const entries: ParameterEntry[] = [];
  let offset = 0;
  for (const width of columns)
    for (const { name, shape } of specs.filter((s) => s.shape[1] === width)) {
      entries.push({ name, shape, offset });
      offset += shape[0] * shape[1];
    }
  return { size: offset, entries };
}

interface Group {
  readonly width: number;
  readonly entries: readonly ParameterEntry[];
  readonly size: number;
}

function groupsOf({ entries }: ParameterLayout): Group[] {
  const widths = [...new Set(entries.map((e) => e.shape[1]))];
  return widths.map((width) => {
    const members = entries.filter((e) => e.shape[1] === width);
    return { width, entries: members, size: members.reduce((n, e) => n + e.shape[0] * width, 0) };
  });
}

/** The matrices of a flat vector, by name. */
export function unpack(flat: Tensor, parameters: ParameterLayout): Record<string, Tensor> {
  const groups = groupsOf(parameters);
  const pieces = split(
    flat,
    flat.shape[0].name,
    groups.map((g) => g.size),
  );
  const out: Record<string, Tensor> = {};
  groups.forEach(({ width, entries }, k) => {
    const rows = entries.map((e) => e.shape[0]);
    const stacked = reshape(pieces[k], [
      dim(
        'row',
        rows.reduce((a, b) => a + b, 0),
      ),
      dim('column', width),
    ]);
    split(stacked, 'row', rows).forEach((t, i) => {
      out[entries[i].name] = {
        ...t,
        shape: [dim(`${entries[i].name}.out`, rows[i]), dim(`${entries[i].name}.in`, width)],
      };
    });
  });
  return out;
}

/** The flat vector of matrices: the mirror image of {@link unpack}, for gradients. */
export function pack(matrices: Readonly<Record<string, Tensor>>, parameters: ParameterLayout): Tensor {
  const flat = groupsOf(parameters).map(({ width, entries, size }) => {
    const rows = entries.map(({ name, shape }): Tensor => ({
      ...matrices[name],
      shape: [dim('row', shape[0]), dim('column', width)],
    }));
    return reshape(concat(rows, 'row'), [dim('parameter', size)]);
  });
  return concat(flat, 'parameter');
}

/** Starting values: each matrix from its own stream, named after it. */
export function initialise(specs: readonly ParameterSpec[], key: Key): Float32Array {
  const { size, entries } = layout(specs);
  const flat = new Float32Array(size);
  for (const { name, shape, offset } of entries) {
    const spec = specs.find((s) => s.name === name);
    if (spec) flat.set(spec.init(key.split(name), shape), offset);
  }
  return flat;
}

/** All equal. */
export const constantInit =
  (value: number): ParameterSpec['init'] =>
  (_, [rows, columns]) =>
    new Float64Array(rows * columns).fill(value);

/** Uniform in ±1/√(inputs), PyTorch's default for linear layers; `inputs` is the number of columns unless told. */
export const uniformInit =
  (inputs?: number, scale = 1): ParameterSpec['init'] =>
  (key, [rows, columns]) => {
    const bound = scale / Math.sqrt(inputs ?? columns);
    return uniforms(key, rows * columns).map((u) => bound * (2 * u - 1));
  };

/** Normal with the given standard deviation. */
export const normalInit =
  (sigma: number): ParameterSpec['init'] =>
  (key, [rows, columns]) =>
    normals(key, rows * columns).map((z) => sigma * z);
