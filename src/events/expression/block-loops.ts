import type { CompareOp } from './ast.js';
import type { OneNumber, Test, TwoNumbers } from './block-form.js';

type Numbers = Float64Array;
type Truths = Uint8Array;

// One loop for each operation: V8 makes short machine code of it, which a loop over a function that it is given would prevent.
// Number(a < b) becomes an instruction without a jump, where a condition that holds in a third of the rows would be mispredicted.

export const ONE: Readonly<Record<OneNumber, (a: Numbers, out: Numbers, n: number) => void>> = {
  '-': (a, out, n) => {
    for (let i = 0; i < n; i++) out[i] = -a[i];
  },
  abs: (a, out, n) => {
    for (let i = 0; i < n; i++) out[i] = Math.abs(a[i]);
  },
  sqrt: (a, out, n) => {
    for (let i = 0; i < n; i++) out[i] = Math.sqrt(a[i]);
  },
  floor: (a, out, n) => {
    for (let i = 0; i < n; i++) out[i] = Math.floor(a[i]);
  },
  ceil: (a, out, n) => {
    for (let i = 0; i < n; i++) out[i] = Math.ceil(a[i]);
  },
};

export const TWO: Readonly<Record<TwoNumbers, (a: Numbers, b: Numbers, out: Numbers, n: number) => void>> = {
  plus: (a, b, out, n) => {
    for (let i = 0; i < n; i++) out[i] = a[i] + b[i];
  },
  minus: (a, b, out, n) => {
    for (let i = 0; i < n; i++) out[i] = a[i] - b[i];
  },
  times: (a, b, out, n) => {
    for (let i = 0; i < n; i++) out[i] = a[i] * b[i];
  },
  over: (a, b, out, n) => {
    for (let i = 0; i < n; i++) out[i] = a[i] / b[i];
  },
  min: (a, b, out, n) => {
    for (let i = 0; i < n; i++) out[i] = Math.min(a[i], b[i]);
  },
  max: (a, b, out, n) => {
    for (let i = 0; i < n; i++) out[i] = Math.max(a[i], b[i]);
  },
};

export const TEST: Readonly<Record<Exclude<Test, 'not'>, (a: Numbers, out: Truths, n: number) => void>> = {
  true: (a, out, n) => {
    for (let i = 0; i < n; i++) out[i] = Number(a[i] < 0 || a[i] > 0);
  },
  isnan: (a, out, n) => {
    for (let i = 0; i < n; i++) out[i] = Number(a[i] !== a[i]);
  },
  isinf: (a, out, n) => {
    for (let i = 0; i < n; i++) out[i] = Number(Math.abs(a[i]) === Infinity);
  },
  isfinite: (a, out, n) => {
    for (let i = 0; i < n; i++) out[i] = Number(Math.abs(a[i]) < Infinity);
  },
};

export const COMPARE: Readonly<Record<CompareOp, (a: Numbers, b: Numbers, out: Truths, n: number) => void>> = {
  '<': (a, b, out, n) => {
    for (let i = 0; i < n; i++) out[i] = Number(a[i] < b[i]);
  },
  '<=': (a, b, out, n) => {
    for (let i = 0; i < n; i++) out[i] = Number(a[i] <= b[i]);
  },
  '>': (a, b, out, n) => {
    for (let i = 0; i < n; i++) out[i] = Number(a[i] > b[i]);
  },
  '>=': (a, b, out, n) => {
    for (let i = 0; i < n; i++) out[i] = Number(a[i] >= b[i]);
  },
  '==': (a, b, out, n) => {
    for (let i = 0; i < n; i++) out[i] = Number(a[i] === b[i]);
  },
  '!=': (a, b, out, n) => {
    for (let i = 0; i < n; i++) out[i] = Number(a[i] !== b[i]);
  },
};

// Four truths at a time: what lies behind the last row does not matter.
const fours = (truths: Truths): Uint32Array => new Uint32Array(truths.buffer, truths.byteOffset, truths.length >> 2);

/** @returns a loop over arrays whose length is a multiple of 4 */
export function bits(op: 'and' | 'or' | 'not', truths: readonly Truths[], result: Truths): (n: number) => void {
  const [p, q] = truths.map(fours);
  const out = fours(result);
  switch (op) {
    case 'and':
      return (n) => {
        for (let i = 0; i < n / 4; i++) out[i] = p[i] & q[i];
      };
    case 'or':
      return (n) => {
        for (let i = 0; i < n / 4; i++) out[i] = p[i] | q[i];
      };
    case 'not':
      return (n) => {
        for (let i = 0; i < n / 4; i++) out[i] = p[i] ^ 0x01010101;
      };
  }
}

export function choose(p: Truths, yes: Numbers, no: Numbers, out: Numbers, n: number): void {
  for (let i = 0; i < n; i++) out[i] = p[i] === 1 ? yes[i] : no[i];
}

export function widen(p: Truths, out: Numbers, n: number): void {
  for (let i = 0; i < n; i++) out[i] = p[i];
}
