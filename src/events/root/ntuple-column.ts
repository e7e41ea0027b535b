import { BasketDamage } from './damage.js';
import { arrayOf } from './leaf-types.js';
import type { FieldPlan } from './ntuple-field.js';
import type { NumberType, RootColumn, TypedArray } from './types.js';

/** Elements in the type of the field, which may be wider than they were stored. */
function inType(type: NumberType, values: TypedArray): TypedArray {
  if (values.constructor === arrayOf[type]) return values;
  if (type === 'int64' || type === 'uint64') return arrayOf[type].from(Array.from(values as Int32Array, BigInt));
  return arrayOf[type].from(values as Float32Array);
}

/**
 * A column for entries [low, high) of a cluster, from the cluster's elements: `ends` are where each list or text ends,
 * counted from the cluster's first element.
 */
export function clusterColumn(
  plan: FieldPlan,
  values: TypedArray,
  ends: TypedArray | undefined,
  entries: number,
  low: number,
  high: number,
): RootColumn {
  const { kind, type, length } = plan;
  if ((ends ?? values).length !== entries * (ends ? 1 : length)) {
    throw new BasketDamage(`it holds ${(ends ?? values).length} elements for ${entries} entries`);
  }
  if (!ends) {
    const part = values.slice(low * length, high * length);
    return { kind: kind === 'fixed' ? 'fixed' : 'flat', type, values: inType(type, part), length };
  }
  const end = (entry: number): number => (entry < 0 ? 0 : Number(ends[entry]));
  const offsets = new Int32Array(high - low + 1);
  const base = end(low - 1);
  for (let i = low; i < high; i++) {
    if (end(i) < end(i - 1) || end(i) > values.length) throw new BasketDamage('its list ends are out of order');
    offsets[i - low + 1] = end(i) - base;
  }
  const part = values.slice(base, base + offsets[high - low]!);
  if (kind === 'jagged') return { kind, type, offsets, values: inType(type, part), length };
  const bytes = Buffer.from(part.buffer, part.byteOffset, part.byteLength);
  const texts = Array.from({ length: high - low }, (_, i) => bytes.toString('utf8', offsets[i], offsets[i + 1]));
  return { kind: 'string', values: texts };
}
