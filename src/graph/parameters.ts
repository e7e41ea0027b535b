import { normals, uniforms, type Key } from '../stats/key.js';
import { dim } from './shape.js';
import type { Tensor } from './tensor.js';
import { concat, reshape, split, zeros } from './ops/reshape.js';

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
 * Where each matrix lies in one flat vector, which is cut like a page: rows as long as those of most matrices, so that these
 * are runs of rows, taken out and put back by one copy each. The other matrices fill rows at the end, those with one column
 * last; what is left of the last row is padding, zero for good.
 */
export interface ParameterLayout {
  readonly size: number;
  readonly entries: readonly ParameterEntry[];
  /** Length of a row. */
  readonly width: number;
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

export function layout(specs: readonly ParameterSpec[]): ParameterLayout {
  const ofWidth = (w: number): readonly ParameterSpec[] => specs.filter((s) => s.shape[1] === w);
  const rowsOf = (w: number): number => sum(ofWidth(w).map((s) => s.shape[0]));
  const widths = [...new Set(specs.map((s) => s.shape[1]))];
  const width = widths.reduce((best, w) => (rowsOf(w) * w > rowsOf(best) * best ? w : best), widths[0] ?? 1);
  const others = widths.filter((w) => w !== width && w !== 1);
  const entries: ParameterEntry[] = [];
  let offset = 0;
  for (const w of new Set([width, ...others, ...widths]))
    for (const { name, shape } of ofWidth(w)) {
      entries.push({ name, shape, offset });
      offset += shape[0] * shape[1];
    }
  return { size: width * Math.ceil(offset / width), entries, width };
}

interface Group {
  readonly width: number;
  readonly entries: readonly ParameterEntry[];
  /** Numbers of the matrices, and of the padding that follows them. */
  readonly size: number;
  readonly padding: number;
}

/** The matrices whose rows are those of the vector, and the others by width, those with one column last. */
function groupsOf({ entries, size, width }: ParameterLayout): {
  readonly main: Group;
  readonly others: readonly Group[];
} {
  const group = (w: number): Group => {
    const members = entries.filter((e) => e.shape[1] === w);
    return { width: w, entries: members, size: sum(members.map((e) => e.shape[0] * w)), padding: 0 };
  };
  const widths = [...new Set(entries.map((e) => e.shape[1]))].filter((w) => w !== width);
  const padding = size - sum(entries.map((e) => e.shape[0] * e.shape[1]));
  const columns = { ...group(1), padding };
  const others = widths.filter((w) => w !== 1).map(group);
  return { main: group(width), others: width === 1 || columns.size + padding === 0 ? others : [...others, columns] };
}

const rowsOf = ({ entries, padding }: Group): number[] => [
  ...entries.map((e) => e.shape[0]),
  ...(padding ? [padding] : []),
];
const numbersOf = ({ size, padding }: Group): number => size + padding;

/** The matrices of a flat vector, by name. */
export function unpack(flat: Tensor, parameters: ParameterLayout): Record<string, Tensor> {
  const { main, others } = groupsOf(parameters);
  const out: Record<string, Tensor> = {};
  const name = ({ width, entries }: Group, pieces: readonly Tensor[]): void =>
    entries.forEach((e, i) => {
      out[e.name] = { ...pieces[i], shape: [dim(`${e.name}.out`, e.shape[0]), dim(`${e.name}.in`, width)] };
    });
  const matrix = (t: Tensor, rows: number, columns: number): Tensor =>
    reshape(t, [dim('row', rows), dim('column', columns)]);
  const numbers = others.map(numbersOf);
  const pages = matrix(flat, parameters.size / main.width, main.width);
  const pieces = split(pages, 'row', [...rowsOf(main), ...(others.length ? [sum(numbers) / main.width] : [])]);
  name(main, pieces);
  if (others.length === 0) return out;
  const rest = pieces[pieces.length - 1];
  const parts = others.length === 1 ? [rest] : split(reshape(rest, [dim('number', sum(numbers))]), 'number', numbers);
  others.forEach((group, k) =>
    name(group, split(matrix(parts[k], numbers[k] / group.width, group.width), 'row', rowsOf(group))),
  );
  return out;
}

/** The flat vector of matrices: the mirror image of {@link unpack}, for gradients. */
export function pack(matrices: Readonly<Record<string, Tensor>>, parameters: ParameterLayout): Tensor {
  const { main, others } = groupsOf(parameters);
  const rowsFor = ({ entries, width, padding }: Group): Tensor[] => {
    const rows = entries.map(({ name, shape }): Tensor => ({
      ...matrices[name],
      shape: [dim('row', shape[0]), dim('column', width)],
    }));
    const like = Object.values(matrices)[0];
    return padding ? [...rows, zeros(like, [dim('row', padding), dim('column', 1)])] : rows;
  };
  const numbers = others.map(numbersOf);
  const parts = others.map((group, k) => {
    const rows = concat(rowsFor(group), 'row');
    return others.length === 1 ? rows : reshape(rows, [dim('number', numbers[k])]);
  });
  const inRows = (t: Tensor): Tensor => reshape(t, [dim('row', sum(numbers) / main.width), dim('column', main.width)]);
  const rest = others.length === 0 ? [] : [inRows(others.length === 1 ? parts[0] : concat(parts, 'number'))];
  const pages = rowsFor(main);
  pages[0].graph.postpone(pages);
  return reshape(concat([...pages, ...rest], 'row'), [dim('parameter', parameters.size)]);
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
