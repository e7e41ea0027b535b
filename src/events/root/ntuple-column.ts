import { arrayOf } from './leaf-types.js';
import type { NumberType, RootBranch, RootColumn, TypedArray } from './types.js';

/** Values as jsroot gives them (numbers, bigints, booleans) in an array of the column's type. */
function typed(type: NumberType, values: readonly unknown[]): TypedArray {
  if (type === 'int64' || type === 'uint64') return arrayOf[type].from(values.map((value) => BigInt(value as number)));
  return arrayOf[type].from(values.map(Number));
}

/** A column of an RNTuple from its entries. */
export function ntupleColumn(info: RootBranch, values: unknown[]): RootColumn {
  if (info.type === 'string') return { kind: 'string', values: values as string[] };
  if (info.shape === 'objects') return { kind: 'objects', values };
  const type = info.type as NumberType;
  const { length } = info;
  if (info.shape === 'flat') return { kind: 'flat', type, values: typed(type, values), length };
  const lists = values.map((value) => Array.from(value as ArrayLike<unknown>));
  const all = typed(type, lists.flat());
  if (info.shape === 'fixed') return { kind: 'fixed', type, values: all, length };
  const offsets = new Int32Array(lists.length + 1);
  for (const [i, list] of lists.entries()) offsets[i + 1] = offsets[i]! + list.length;
  return { kind: 'jagged', type, offsets, values: all, length };
}
