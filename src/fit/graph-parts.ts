import type { Graph } from '../graph/graph.js';
import { dim, type Shape } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';

/** A number known now, one number of the graph, or one for each event. */
export type Part = number | Tensor;

const functions = {
  Neg: (a: number) => -a,
  Exp: Math.exp,
  Log: Math.log,
  Sqrt: Math.sqrt,
  Reciprocal: (a: number) => 1 / a,
};
const one: Shape = [dim('one', 1), dim('one', 1)];

/** The shapes of parts inside a sum over places: a number for each place, and one for each place and event. */
interface Shapes {
  readonly places: Shape;
  readonly both: Shape;
}

/** Arithmetic of parts: numbers are folded, equal operations are one node. */
export class GraphParts {
  readonly #known = new Map<string, Tensor>();
  readonly #shapes = new Map<number, Shapes>();
  #sum: Shapes | undefined;
  #widest = 1;

  /** @param events shape of what has one number an event: [node, event] */
  constructor(
    readonly graph: Graph,
    readonly events: Shape,
  ) {}

  isEvent(a: Part): a is Tensor {
    return typeof a !== 'number' && a.shape === this.events;
  }

  /** Numbers that an event has at most, where sums over places are taken. */
  get widest(): number {
    return this.#widest;
  }

  /** Whether a sum over places is under construction: sums do not nest. */
  get summing(): boolean {
    return this.#sum !== undefined;
  }

  /**
   * Σ weights[q] · f(places[q]) for all parts that `f` makes of the places: these are a dimension of their own, which a matrix
   * product takes away again.
   */
  sumOver<T>(
    places: readonly number[],
    f: (places: Tensor) => T,
    result: (made: T, sum: (part: Part) => Part) => T,
    weights: readonly number[],
  ): T {
    const n = places.length;
    this.#widest = Math.max(this.#widest, n);
    // One object a number of places: equal operations in several sums are one node, of one shape.
    const along = dim('place', n);
    const shapes = this.#shapes.get(n) ?? { places: [along, ...one], both: [along, ...this.events] };
    this.#shapes.set(n, shapes);
    this.#sum = shapes;
    const made = f({ ...this.graph.constant(places, shapes.places), shape: shapes.places });
    const row = { ...this.graph.constant(weights, [one[0], along]), shape: one };
    const total = weights.reduce((a, b) => a + b, 0);
    const sum = (part: Part): Part => {
      if (typeof part === 'number' || part.shape === this.events || part.shape === one) return this.mul(part, total);
      const wide = part.shape === shapes.both;
      return this.#once(`sum ${part.id} ${row.id}`, () => {
        const flat = this.#reshape(part, [n, -1], [along, dim('all', 'N')]);
        const added = this.graph.raw('MatMul', [row, flat], [one[0], dim('all', 'N')]);
        return this.#reshape(added, [wide ? (this.events[0].size as number) : 1, -1], wide ? this.events : one);
      });
    };
    const out = result(made, sum);
    this.#sum = undefined;
    return out;
  }

  #reshape(t: Tensor, sizes: readonly number[], shape: Shape): Tensor {
    const to = this.graph.constant(sizes, [dim('rank', sizes.length)], 'int64');
    return { ...this.graph.raw('Reshape', [t, to], shape), shape };
  }

  #shapeOf(...operands: readonly Tensor[]): Shape {
    const { places, both } = this.#sum ?? {};
    const has = (shape: Shape | undefined): boolean => shape !== undefined && operands.some((t) => t.shape === shape);
    if (has(both) || (has(places) && has(this.events))) return both as Shape;
    if (has(places)) return places as Shape;
    return has(this.events) ? this.events : one;
  }

  add(a: Part, b: Part): Part {
    if (typeof a === 'number' && typeof b === 'number') return a + b;
    if (a === 0) return b;
    if (b === 0) return a;
    return this.#binary('Add', a, b, true);
  }

  sub(a: Part, b: Part): Part {
    if (typeof a === 'number' && typeof b === 'number') return a - b;
    if (b === 0) return a;
    if (a === 0) return this.neg(b);
    return this.#binary('Sub', a, b, false);
  }

  mul(a: Part, b: Part): Part {
    if (typeof a === 'number' && typeof b === 'number') return a * b;
    if (a === 0 || b === 0) return 0;
    if (a === 1) return b;
    if (b === 1) return a;
    if (a === -1) return this.neg(b);
    if (b === -1) return this.neg(a);
    return this.#binary('Mul', a, b, true);
  }

  div(a: Part, b: Part): Part {
    if (typeof a === 'number' && typeof b === 'number') return a / b;
    if (a === 0) return 0;
    if (typeof b === 'number') return this.mul(a, 1 / b);
    return this.#binary('Div', a, b, false);
  }

  neg(a: Part): Part {
    return typeof a === 'number' ? -a : this.unary('Neg', a);
  }

  unary(op: keyof typeof functions, a: Part): Part {
    if (typeof a === 'number') return functions[op](a);
    return this.#once(`${op} ${a.id}`, () => this.graph.raw(op, [a], a.shape));
  }

  /** `negative` where test < 0, else `otherwise`. */
  where(test: Part, negative: Part, otherwise: Part): Part {
    if (negative === otherwise) return negative;
    if (typeof test === 'number') return test < 0 ? negative : otherwise;
    const [n, o] = [this.tensor(negative), this.tensor(otherwise)];
    const below = this.#once(`Less ${test.id}`, () =>
      this.graph.raw('Less', [test, this.tensor(0)], test.shape, {}, 'bool'),
    );
    const shape = this.#shapeOf(test, n, o);
    return this.#once(`Where ${test.id} ${n.id} ${o.id}`, () => this.graph.raw('Where', [below, n, o], shape));
  }

  /** One number of a vector. */
  element(vector: Tensor, index: number): Tensor {
    const at = this.graph.constant([index], one, 'int64');
    return this.#once(`element ${vector.id} ${index}`, () => this.graph.raw('Gather', [vector, at], one, { axis: 0 }));
  }

  tensor(a: Part): Tensor {
    return typeof a === 'number' ? { ...this.graph.constant(a, one), shape: one } : a;
  }

  #binary(op: string, a: Part, b: Part, commutes: boolean): Tensor {
    let [x, y] = [this.tensor(a), this.tensor(b)];
    if (commutes && x.id > y.id) [x, y] = [y, x];
    const shape = this.#shapeOf(x, y);
    return this.#once(`${op} ${x.id} ${y.id}`, () => this.graph.raw(op, [x, y], shape));
  }

  #once(key: string, make: () => Tensor): Tensor {
    const known = this.#known.get(key) ?? make();
    this.#known.set(key, known);
    return known;
  }
}
