import type { ScalarAlgebra } from './algebra.js';

type Unary = 'neg' | 'exp' | 'log' | 'sqrt';
type Binary = 'add' | 'sub' | 'mul' | 'div';

type Step =
  | { readonly op: 'constant'; readonly value: number }
  | { readonly op: 'input'; readonly index: number }
  | { readonly op: Unary; readonly a: number }
  | { readonly op: Binary; readonly a: number; readonly b: number }
  | { readonly op: 'choose'; readonly a: number; readonly b: number; readonly c: number };

const plain: Readonly<Record<Unary, (a: number) => number>> = {
  neg: (a) => -a,
  exp: Math.exp,
  log: Math.log,
  sqrt: Math.sqrt,
};
const arithmetic: Readonly<Record<Binary, (a: number, b: number) => number>> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
};

/**
 * The part of a formula that no event enters, written down once to be computed at every step of a fit, in whatever algebra
 * (with derivatives, say). A value is the number of its step; equal steps are one.
 */
export class ScalarProgram {
  readonly #steps: Step[] = [];
  readonly #known = new Map<string, number>();
  /** Whether the step depends on an input that moves in the fit. */
  readonly #moves: boolean[] = [];

  constant(value: number): number {
    return this.#step({ op: 'constant', value }, `c${Object.is(value, -0) ? '-0' : value}`, false);
  }

  input(index: number, moves: boolean): number {
    return this.#step({ op: 'input', index }, `i${index}`, moves);
  }

  unary(op: Unary, a: number): number {
    const known = this.constantOf(a);
    if (known !== undefined) return this.constant(plain[op](known));
    return this.#step({ op, a }, `${op} ${a}`, this.moves(a));
  }

  binary(op: Binary, a: number, b: number): number {
    const [x, y] = [this.constantOf(a), this.constantOf(b)];
    if (x !== undefined && y !== undefined) return this.constant(arithmetic[op](x, y));
    if ((op === 'add' && x === 0) || (op === 'mul' && x === 1)) return b;
    if (((op === 'add' || op === 'sub') && y === 0) || ((op === 'mul' || op === 'div') && y === 1)) return a;
    const swap = (op === 'add' || op === 'mul') && a > b;
    const [p, q] = swap ? [b, a] : [a, b];
    return this.#step({ op, a: p, b: q }, `${op} ${p} ${q}`, this.moves(a) || this.moves(b));
  }

  choose(test: number, negative: number, otherwise: number): number {
    const known = this.constantOf(test);
    if (known !== undefined) return known < 0 ? negative : otherwise;
    const moves = this.moves(negative) || this.moves(otherwise);
    const step: Step = { op: 'choose', a: test, b: negative, c: otherwise };
    return this.#step(step, `choose ${test} ${negative} ${otherwise}`, moves);
  }

  moves(value: number): boolean {
    return this.#moves[value];
  }

  /** A value as `factor` · `base` + `offset`, with a base that is no such thing itself. */
  affine(value: number): { readonly base: number; readonly factor: number; readonly offset: number } {
    const step = this.#steps[value];
    const of = (inner: number, by: number, plus: number) => {
      const { base, factor, offset } = this.affine(inner);
      return { base, factor: by * factor, offset: by * offset + plus };
    };
    if (step.op === 'neg') return of(step.a, -1, 0);
    if (step.op === 'mul' || step.op === 'add' || step.op === 'sub' || step.op === 'div') {
      const [a, b] = [this.constantOf(step.a), this.constantOf(step.b)];
      if (step.op === 'mul' && a !== undefined) return of(step.b, a, 0);
      if (step.op === 'mul' && b !== undefined) return of(step.a, b, 0);
      if (step.op === 'div' && b !== undefined) return of(step.a, 1 / b, 0);
      if (step.op === 'add' && a !== undefined) return of(step.b, 1, a);
      if (step.op === 'add' && b !== undefined) return of(step.a, 1, b);
      if (step.op === 'sub' && a !== undefined) return of(step.b, -1, a);
      if (step.op === 'sub' && b !== undefined) return of(step.a, 1, -b);
    }
    return { base: value, factor: 1, offset: 0 };
  }

  constantOf(value: number): number | undefined {
    const step = this.#steps[value];
    return step.op === 'constant' ? step.value : undefined;
  }

  /** All steps in an algebra. */
  run<T>(a: ScalarAlgebra<T>, inputs: readonly T[]): T[] {
    const values: T[] = [];
    for (const step of this.#steps) {
      if (step.op === 'constant') values.push(a.constant(step.value));
      else if (step.op === 'input') values.push(inputs[step.index]);
      else if (step.op === 'choose') values.push(a.choose(values[step.a], values[step.b], values[step.c]));
      else if ('b' in step) values.push(a[step.op](values[step.a], values[step.b]));
      else values.push(a[step.op](values[step.a]));
    }
    return values;
  }

  #step(step: Step, key: string, moves: boolean): number {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    this.#steps.push(step);
    this.#moves.push(moves);
    this.#known.set(key, this.#steps.length - 1);
    return this.#steps.length - 1;
  }
}
