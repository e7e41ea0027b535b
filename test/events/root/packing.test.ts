import { describe, expect, test } from 'vitest';
import { packingFromElement, packingFromTitle, valuesOf } from '../../../src/events/root/packing.js';
import type { Packing } from '../../../src/events/root/packing.js';

const double = (packing: Packing, bytes: ArrayBuffer, count: number): number[] =>
  Array.from(valuesOf({ column: 'x', type: 'float64', length: 1, offset: 0, packing }, bytes, count) as Float64Array);

describe('titles say how Double32_t and Float16_t are stored', () => {
  // The rules of TStreamerElement::GetRange in ROOT.
  test.each([
    ['x', false, { kind: 'float' }],
    ['x[3]', false, { kind: 'float' }],
    ['x', true, { kind: 'bits', bits: 12 }],
    ['x[0,0,10]/d', false, { kind: 'bits', bits: 10 }],
    ['x[0,255,8]', false, { kind: 'range', factor: 256 / 255, min: 0 }],
    ['x[3][-1,1,16]', false, { kind: 'range', factor: 32768, min: -1 }],
    ['x[0,2]', false, { kind: 'range', factor: 0xffff_ffff / 2, min: 0 }],
    ['x[-pi,pi,10]', false, { kind: 'range', factor: 1024 / (2 * Math.PI), min: -Math.PI }],
    ['x[0,twopi,3]', false, { kind: 'range', factor: 8 / (2 * Math.PI), min: 0 }],
  ] as const)('%s', (title, half, packing) => {
    expect(packingFromTitle(half, title)).toEqual(packing);
  });

  test('a class description says the same with factor and minimum', () => {
    expect(packingFromElement(false, 0, 0)).toEqual({ kind: 'float' });
    expect(packingFromElement(false, 0, 8)).toEqual({ kind: 'bits', bits: 8 });
    expect(packingFromElement(false, 2, -5)).toEqual({ kind: 'range', factor: 2, min: -5 });
  });
});

describe('values', () => {
  test('a range maps its ends and steps', () => {
    const steps = Uint32Array.of(0, 64, 128, 256);
    expect(double({ kind: 'range', factor: 128, min: -1 }, steps.buffer, 4)).toEqual([-1, -0.5, 0, 1]);
  });

  test('a float cut to n bits is the float32 with the rest of its mantissa zero', () => {
    // ROOT's TBufferFile::WriteWithNbits: exponent byte, then sign at bit n + 1 and the rounded upper mantissa.
    const write = (value: number, bits: number): number[] => {
      const word = new DataView(new ArrayBuffer(4));
      word.setFloat32(0, value);
      const all = word.getUint32(0);
      const mantissa = ((1 << (bits + 1)) - 1) & (((all >>> (23 - bits - 1)) + 1) >>> 1);
      const signed = value < 0 ? mantissa | (1 << (bits + 1)) : mantissa;
      return [(all >>> 23) & 0xff, signed >> 8, signed & 0xff];
    };
    for (const bits of [8, 12]) {
      for (const value of [1, -1, 0.5, 1.75, -2.25, 1024, 0.0009765625]) {
        const bytes = Uint8Array.from(write(value, bits));
        expect(double({ kind: 'bits', bits }, bytes.buffer, 1)).toEqual([value]);
      }
      const bytes = Uint8Array.from(write(3.14159, bits));
      expect(Math.abs(double({ kind: 'bits', bits }, bytes.buffer, 1)[0]! - 3.14159)).toBeLessThan(2 * 2 ** -bits);
    }
  });

  test('without either it is a float32', () => {
    expect(double({ kind: 'float' }, Float32Array.of(0.5, -3).buffer, 2)).toEqual([0.5, -3]);
  });
});
