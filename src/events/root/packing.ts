import { arrayOf, widthOf } from './leaf-types.js';
import type { LeafPlan } from './plan.js';
import type { TypedArray } from './types.js';

/**
 * Double32_t and Float16_t as ROOT stores them (TBufferFile::ReadWithFactor, ReadWithNbits): an unsigned integer of the
 * stated range, a float32 with its mantissa cut to `bits`, or a plain float32.
 */
export type Packing =
  | { readonly kind: 'range'; readonly factor: number; readonly min: number }
  | { readonly kind: 'bits'; readonly bits: number }
  | { readonly kind: 'float' };

const float: Packing = { kind: 'float' };
const defaultBits = 12;

/** From a class description, where jsroot has worked out the range: factor 0 and a small minimum mean a number of bits. */
export function packingFromElement(half: boolean, factor: number, min: number): Packing {
  if (factor) return { kind: 'range', factor, min };
  const bits = Math.round(min);
  if (bits > 0) return { kind: 'bits', bits };
  return half ? { kind: 'bits', bits: defaultBits } : float;
}

function limit(text: string): number {
  const known = { '2pi': 2, '2*pi': 2, twopi: 2, pi: 1, 'pi/2': 0.5, 'pi/4': 0.25 } as const;
  const word = text.trim().toLowerCase();
  const positive = word.replace(/^-/, '');
  if (positive in known) return known[positive as keyof typeof known] * Math.PI * (word === positive ? 1 : -1);
  return Number.parseFloat(word);
}

/** From a leaf's title: `x[0,10,8]/d`, `x[0,0,10]/f`; one bracket without a comma is a dimension. */
export function packingFromTitle(half: boolean, title: string): Packing {
  const range = /\[([^\]]*,[^\]]*)\]/.exec(title)?.[1]?.split(',');
  if (!range) return packingFromElement(half, 0, 0);
  const [min, max] = range.map(limit) as [number, number];
  const asked = Number.parseInt(range[2] ?? '32', 10);
  const bits = asked >= 2 && asked <= 32 ? asked : 32;
  const steps = bits < 32 ? 2 ** bits : 0xffff_ffff;
  if (min < max) return packingFromElement(half, steps / (max - min), min);
  return packingFromElement(half, 0, bits < 15 ? bits : 0);
}

/** Bytes of one stored value. */
export function storedWidth({ packing, type }: Pick<LeafPlan, 'packing' | 'type'>): number {
  if (!packing) return widthOf(type);
  return packing.kind === 'bits' ? 3 : 4;
}

/** Width of the words to turn round: mantissa and exponent of a cut float are taken byte by byte. */
export const swapWidth = (leaf: Pick<LeafPlan, 'packing' | 'type'>): number =>
  leaf.packing?.kind === 'bits' ? 1 : storedWidth(leaf);

/** The stored values at the start of a buffer, already turned round, as an array of the column's type. */
export function valuesOf(leaf: LeafPlan, buffer: ArrayBuffer, count: number): TypedArray {
  const { packing, type } = leaf;
  if (!packing) return new arrayOf[type](buffer, 0, count);
  const values = type === 'float32' ? new Float32Array(count) : new Float64Array(count);
  if (packing.kind === 'float') {
    values.set(new Float32Array(buffer, 0, count));
  } else if (packing.kind === 'range') {
    const steps = new Uint32Array(buffer, 0, count);
    for (let i = 0; i < count; i++) values[i] = steps[i]! / packing.factor + packing.min;
  } else {
    unpackBits(new Uint8Array(buffer, 0, 3 * count), packing.bits, values);
  }
  return values;
}

/** A byte of exponent, then two of sign and mantissa. */
function unpackBits(bytes: Uint8Array, bits: number, values: Float32Array | Float64Array): void {
  const word = new DataView(new ArrayBuffer(4));
  for (let i = 0; i < values.length; i++) {
    const mantissa = (bytes[3 * i + 1]! << 8) | bytes[3 * i + 2]!;
    word.setUint32(0, ((bytes[3 * i]! << 23) | ((mantissa & ((1 << (bits + 1)) - 1)) << (23 - bits))) >>> 0);
    const size = word.getFloat32(0);
    values[i] = mantissa & (1 << (bits + 1)) ? -size : size;
  }
}
