import type { Tensor } from '../graph/tensor.js';
import type { Algebra } from './algebra.js';
import { rationalFaddeeva } from './faddeeva.js';
import {
  jetAdd,
  jetChoose,
  jetExp,
  jetInverse,
  jetLog,
  jetMul,
  jetNeg,
  jetOfTwo,
  jetSqrt,
  jetSub,
  type Jet,
} from './graph-jet.js';
import type { GraphParts, Part } from './graph-parts.js';
import type { ScalarProgram } from './scalar-program.js';

/** A step of the scalar program, or a number for each event with its derivatives. */
export type Mixed = number | Jet;

/**
 * Formulas over tensors of a graph. What no event enters is not computed there: it goes into a scalar program, which runs
 * once a step in double precision with its derivatives by the fit's parameters; where its values meet events they become
 * slots of the graph's input vector. Derivatives in the graph are by slots; the chain rule joins the two outside.
 */
export class GraphAlgebra implements Algebra<Mixed> {
  /** The slots, as steps of the scalar program. */
  readonly steps: number[] = [];

  /** @param vector the graph's input with the slots' values */
  constructor(
    readonly program: ScalarProgram,
    readonly parts: GraphParts,
    private readonly vector: Tensor,
  ) {}

  /** Numbers of events, such as their mass: no derivatives. */
  static events(value: Part): Jet {
    return { value, first: new Map(), second: new Map() };
  }

  constant(value: number): Mixed {
    return this.program.constant(value);
  }

  add(a: Mixed, b: Mixed): Mixed {
    if (typeof a === 'number' && typeof b === 'number') return this.program.binary('add', a, b);
    return jetAdd(this.parts, this.jet(a), this.jet(b));
  }

  sub(a: Mixed, b: Mixed): Mixed {
    if (typeof a === 'number' && typeof b === 'number') return this.program.binary('sub', a, b);
    return jetSub(this.parts, this.jet(a), this.jet(b));
  }

  mul(a: Mixed, b: Mixed): Mixed {
    if (typeof a === 'number' && typeof b === 'number') return this.program.binary('mul', a, b);
    return a === b ? jetMul(this.parts, this.jet(a), this.jet(a)) : jetMul(this.parts, this.jet(a), this.jet(b));
  }

  div(a: Mixed, b: Mixed): Mixed {
    // Division by what no event enters is a product with its inverse: simpler, and its derivatives too.
    if (typeof b === 'number') return this.mul(a, this.program.binary('div', this.program.constant(1), b));
    const inverse = jetInverse(this.parts, b);
    return typeof a === 'number' && this.program.constantOf(a) === 1 ? inverse : this.mul(a, inverse);
  }

  neg(a: Mixed): Mixed {
    return typeof a === 'number' ? this.program.unary('neg', a) : jetNeg(this.parts, a);
  }

  exp(a: Mixed): Mixed {
    return typeof a === 'number' ? this.program.unary('exp', a) : jetExp(this.parts, a);
  }

  log(a: Mixed): Mixed {
    return typeof a === 'number' ? this.program.unary('log', a) : jetLog(this.parts, a);
  }

  sqrt(a: Mixed): Mixed {
    return typeof a === 'number' ? this.program.unary('sqrt', a) : jetSqrt(this.parts, a);
  }

  choose(test: Mixed, negative: Mixed, otherwise: Mixed): Mixed {
    if (typeof test === 'number' && typeof negative === 'number' && typeof otherwise === 'number')
      return this.program.choose(test, negative, otherwise);
    // The test's own derivatives do not matter: both sides are smooth where it changes sign, or the density has a bend.
    return jetChoose(this.parts, this.jet(test).value, this.jet(negative), this.jet(otherwise));
  }

  /** By values alone: the derivatives are those of an analytic function, w′ = −2zw + 2i/√π and w″ = −2w − 2zw′. */
  faddeeva(x: Mixed, y: Mixed): readonly [Mixed, Mixed] {
    if (typeof x === 'number' && typeof y === 'number') return rationalFaddeeva<Mixed>(this, x, y);
    const p = this.parts;
    const [a, b] = [this.jet(x), this.jet(y)];
    const [u, v] = rationalFaddeeva<Mixed>(this, GraphAlgebra.events(a.value), GraphAlgebra.events(b.value)).map(
      (part) => this.jet(part).value,
    );
    const [xv, yv] = [a.value, b.value];
    /** Re and Im of −2 z (r + is) */
    const turned = (r: Part, s: Part): readonly [Part, Part] => [
      p.mul(-2, p.sub(p.mul(xv, r), p.mul(yv, s))),
      p.mul(-2, p.add(p.mul(xv, s), p.mul(yv, r))),
    ];
    const [ur, vi] = turned(u, v);
    const [ux, vx] = [ur, p.add(vi, 2 / Math.sqrt(Math.PI))];
    const [us, vs] = turned(ux, vx);
    const [uxx, vxx] = [p.sub(us, p.mul(2, u)), p.sub(vs, p.mul(2, v))];
    const minus = (part: Part): Part => p.neg(part);
    return [
      jetOfTwo(p, u, [a, b], [ux, minus(vx)], [uxx, minus(vxx), minus(uxx)]),
      jetOfTwo(p, v, [a, b], [vx, ux], [vxx, uxx, minus(vxx)]),
    ];
  }

  weightedSum(places: readonly number[], weights: readonly number[], f: (place: Mixed) => Mixed): Mixed {
    const { parts } = this;
    // A sum inside a sum is written out.
    if (parts.summing)
      return places
        .map((place, q) => this.mul(this.constant(weights[q]), f(this.constant(place))))
        .reduce((sum, term) => this.add(sum, term));
    const each = (slots: ReadonlyMap<number, Part>, sum: (part: Part) => Part): Map<number, Part> =>
      new Map([...slots].map(([slot, part]) => [slot, sum(part)]));
    return parts.sumOver<Jet>(
      places,
      (along) => this.jet(f(GraphAlgebra.events(along))),
      ({ value, first, second }, sum) => ({ value: sum(value), first: each(first, sum), second: each(second, sum) }),
      weights,
    );
  }

  /** A scalar as the graph sees it: a constant, or a slot with derivative 1 by itself. */
  jet(a: Mixed): Jet {
    if (typeof a !== 'number') return a;
    const constant = this.program.constantOf(a);
    if (constant !== undefined) return { value: constant, first: new Map(), second: new Map() };
    // What is a slot times a number, plus a number, is no slot of its own: fewer derivatives.
    const { base, factor, offset } = this.program.affine(a);
    let slot = this.steps.indexOf(base);
    if (slot < 0) slot = this.steps.push(base) - 1;
    const value = this.parts.add(this.parts.mul(factor, this.parts.element(this.vector, slot)), offset);
    const first = new Map(this.program.moves(base) ? [[slot, factor]] : []);
    return { value, first, second: new Map() };
  }
}
