import { arrayOf } from './leaf-types.js';
import type { NumberType, RootColumn, TypedArray } from './types.js';

function concatValues(type: NumberType, parts: readonly TypedArray[]): TypedArray {
  const all = new arrayOf[type](parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    (all.set as (values: TypedArray, at: number) => void).call(all, part, at);
    at += part.length;
  }
  return all;
}

/** Columns of the same branch, one after the other. */
export function concatColumns(parts: readonly RootColumn[]): RootColumn {
  const head = parts[0]!;
  if (parts.length === 1) return head;
  if (head.kind === 'string') return { kind: 'string', values: parts.flatMap((part) => part.values as string[]) };
  if (head.kind === 'objects') return { kind: 'objects', values: parts.flatMap((part) => part.values as unknown[]) };
  const values = concatValues(
    head.type,
    parts.map((part) => part.values as TypedArray),
  );
  if (head.kind !== 'jagged') return { ...head, values };
  const lists = parts as Extract<RootColumn, { kind: 'jagged' }>[];
  const offsets = new Int32Array(lists.reduce((sum, part) => sum + part.offsets.length - 1, 1));
  let at = 0;
  let base = 0;
  for (const part of lists) {
    for (let i = 0; i < part.offsets.length; i++) offsets[at + i] = base + part.offsets[i]!;
    at += part.offsets.length - 1;
    base += part.values.length;
  }
  return { ...head, offsets, values };
}
