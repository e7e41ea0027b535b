import type { DatamcError } from '../base/error.js';
import { taskError } from '../base/error.js';
import { encodeModel } from './encode.js';
import { prune, reads, type Attribute, type Initializer, type Node, type SubGraph, type Value } from './node.js';
import { dim, shapeText, type Shape } from './shape.js';
import type { DType, Tensor } from './tensor.js';

/** One differentiable step: how gradients of its outputs become gradients of its inputs. */
export interface TapeEntry {
  readonly name: string;
  readonly scope: string;
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  readonly vjp: Vjp;
}

export type Vjp = (
  gradients: readonly (Tensor | undefined)[],
  inputs: readonly Tensor[],
  outputs: readonly Tensor[],
) => readonly (Tensor | undefined)[];

/** What all sub-graphs of one model share: names, constants, the tape's depth, where in the model we are. */
interface Shared {
  counter: number;
  readonly initializers: Initializer[];
  readonly constants: Map<string, Tensor>;
  path: string[];
  recording: boolean;
}

const arrays = {
  float32: Float32Array,
  float64: Float64Array,
  int64: BigInt64Array,
  bool: Uint8Array,
} as const;

/** A computation under construction: nodes, constants, inputs and outputs, and the tape for derivatives. */
export class Graph {
  readonly dtype: 'float32' | 'float64';
  readonly tape: TapeEntry[] = [];
  /** 0 for a model, 1 for the body of its loop, … */
  readonly depth: number;
  readonly #nodes: Node[] = [];
  readonly #inputs: Value[] = [];
  readonly #outputs: Value[] = [];
  readonly #shared: Shared;

  constructor(options: { readonly dtype: 'float32' | 'float64' }, parent?: Graph) {
    this.dtype = options.dtype;
    this.depth = parent ? parent.depth + 1 : 0;
    this.#shared = parent
      ? parent.#shared
      : { counter: 0, initializers: [], constants: new Map(), path: [], recording: true };
  }

  /** Where in the model we are, for errors: `flow/transform 3/conditioner`. */
  get path(): string {
    return this.#shared.path.join('/');
  }

  scope<T>(name: string, body: () => T): T {
    this.#shared.path.push(name);
    try {
      return body();
    } finally {
      this.#shared.path.pop();
    }
  }

  input(name: string, shape: Shape, dtype: DType = this.dtype): Tensor {
    this.#inputs.push({ name, dtype, shape });
    return { id: name, shape, dtype, graph: this };
  }

  output(name: string, tensor: Tensor): void {
    this.#nodes.push({ op: 'Identity', inputs: [tensor.id], outputs: [name], attributes: {} });
    this.#outputs.push({ name, dtype: tensor.dtype, shape: tensor.shape });
  }

  /** A constant; equal constants are stored once. A number is a scalar. */
  constant(
    data: number | ArrayLike<number>,
    shape: Shape = typeof data === 'number' ? [] : [dim('constant', data.length)],
    dtype: DType = this.dtype,
  ): Tensor {
    const values = typeof data === 'number' ? [data] : data;
    const dims = shape.map(({ size }) => {
      if (typeof size !== 'number')
        throw this.error('constant', `a constant needs sizes that are numbers, got ${shapeText(shape)}`);
      return size;
    });
    if (dims.reduce((a, b) => a * b, 1) !== values.length)
      throw this.error('constant', `${values.length} values do not fill ${shapeText(shape)}`);
    const key = `${dtype}:${dims.join('x')}:${Array.prototype.join.call(values, ',')}`;
    const known = this.#shared.constants.get(key);
    if (known) return { ...known, shape, graph: this };
    const typed =
      dtype === 'int64'
        ? BigInt64Array.from(values as ArrayLike<number> & Iterable<number>, (v) => BigInt(v))
        : arrays[dtype].from(values as never);
    const id = this.fresh('c');
    this.#shared.initializers.push({ name: id, dtype, dims, data: typed as Initializer['data'] });
    const tensor: Tensor = { id, shape, dtype, graph: this };
    this.#shared.constants.set(key, tensor);
    return tensor;
  }

  fresh(prefix = 't'): string {
    return `${prefix}${this.#shared.counter++}`;
  }

  /** One ONNX node with one output; nothing is recorded for derivatives. */
  raw(
    op: string,
    inputs: readonly (Tensor | undefined)[],
    shape: Shape,
    attributes: Readonly<Record<string, Attribute>> = {},
    dtype: DType = this.dtype,
  ): Tensor {
    return this.rawN(op, inputs, [shape], attributes, dtype)[0];
  }

  rawN(
    op: string,
    inputs: readonly (Tensor | undefined)[],
    shapes: readonly Shape[],
    attributes: Readonly<Record<string, Attribute>> = {},
    dtype: DType | readonly DType[] = this.dtype,
  ): Tensor[] {
    const outputs = shapes.map((shape, i): Tensor => ({
      id: this.fresh(),
      shape,
      dtype: typeof dtype === 'string' ? dtype : dtype[i],
      graph: this,
    }));
    this.#nodes.push({ op, inputs: inputs.map((t) => t?.id ?? ''), outputs: outputs.map((t) => t.id), attributes });
    return outputs;
  }

  /**
   * Moves the nodes that make these to the end of the list, in this order, where no other node reads what they make.
   *
   * ONNX Runtime walks back from the results, through the node that was listed last first: what is listed in the order in
   * which the forward pass used it is computed as soon as the reverse pass has come there, while its operands are still
   * in the cache, and not after everything else.
   */
  postpone(tensors: readonly Tensor[]): void {
    const read = new Set(this.#nodes.flatMap(reads));
    const makers = tensors.flatMap((t) => {
      const at = this.#nodes.findIndex((node) => node.outputs.includes(t.id));
      return at < 0 || this.#nodes[at].outputs.some((name) => read.has(name)) ? [] : [this.#nodes[at]];
    });
    const moved = new Set(makers);
    const kept = this.#nodes.filter((node) => !moved.has(node));
    this.#nodes.splice(0, this.#nodes.length, ...kept, ...moved);
  }

  /** Several nodes as one differentiable operation with its own vector-Jacobian product. */
  operation(
    name: string,
    inputs: readonly Tensor[],
    forward: (...inputs: Tensor[]) => readonly Tensor[],
    vjp: Vjp,
  ): Tensor[] {
    const { recording } = this.#shared;
    this.#shared.recording = false;
    let outputs: Tensor[];
    try {
      outputs = [...forward(...inputs)];
    } finally {
      this.#shared.recording = recording;
    }
    if (recording) this.tape.push({ name, scope: this.path, inputs, outputs, vjp });
    return outputs;
  }

  /** Runs code whose operations need no derivatives (the reverse pass itself, an optimiser). */
  unrecorded<T>(body: () => T): T {
    const { recording } = this.#shared;
    this.#shared.recording = false;
    try {
      return body();
    } finally {
      this.#shared.recording = recording;
    }
  }

  /**
   * An ONNX `Loop`: `count` rounds of a body over carried state; the body sees everything outside by name.
   *
   * @param body gets the round's number and the state, returns the next state and what each round contributes to the scans
   * @returns the final state and the scans, stacked along a leading `round` dimension
   */
  loop(
    count: number,
    state: readonly Tensor[],
    body: (
      inner: Graph,
      round: Tensor,
      state: readonly Tensor[],
    ) => { readonly state: readonly Tensor[]; readonly scans: readonly Tensor[] },
  ): { readonly state: Tensor[]; readonly scans: Tensor[] } {
    const inner = new Graph({ dtype: this.dtype }, this);
    const round = inner.input(this.fresh('round'), [], 'int64');
    const go = inner.input(this.fresh('go'), [], 'bool');
    const carried = state.map((t) => inner.input(this.fresh('state'), t.shape, t.dtype));
    const result = body(inner, round, carried);
    for (const t of [go, ...result.state, ...result.scans]) inner.#result(t);
    const stacked = result.scans.map((t): Shape => [dim('round', count), ...t.shape]);
    const outputs = this.rawN(
      'Loop',
      [this.constant(count, [], 'int64'), this.constant(1, [], 'bool'), ...state],
      [...state.map((t) => t.shape), ...stacked],
      { body: { graph: inner.#subGraph(this.fresh('body')) } },
      [...state, ...result.scans].map((t) => t.dtype),
    );
    return { state: outputs.slice(0, state.length), scans: outputs.slice(state.length) };
  }

  /** An output under the tensor's own name where it was made here, once: a copy of it would cost a pass over memory. */
  #result(t: Tensor): void {
    const ours = this.#nodes.some((node) => node.outputs.includes(t.id));
    const twice = this.#outputs.some(({ name }) => name === t.id);
    if (ours && !twice) this.#outputs.push({ name: t.id, dtype: t.dtype, shape: t.shape });
    else this.output(this.fresh('out'), t);
  }

  #subGraph(name: string): SubGraph {
    const nodes = prune(
      this.#nodes,
      this.#outputs.map((o) => o.name),
    );
    return { name, nodes, inputs: this.#inputs, outputs: this.#outputs };
  }

  /** How many nodes the compiled graph has, those inside loops included. */
  get nodeCount(): number {
    const count = (nodes: readonly Node[]): number =>
      nodes.reduce((sum, { attributes }) => {
        const inner = Object.values(attributes).reduce<number>(
          (s, a) => s + (typeof a === 'object' && 'graph' in a ? count(a.graph.nodes) : 0),
          0,
        );
        return sum + 1 + inner;
      }, 0);
    return count(this.#subGraph('count').nodes);
  }

  /** The ONNX file: dead nodes pruned, equal graphs give equal bytes. */
  compile(options: { readonly metadata?: Readonly<Record<string, string>> } = {}): Uint8Array {
    if (this.#outputs.length === 0) throw this.error('compile', 'the graph has no outputs');
    const body = this.#subGraph('datamc');
    const used = new Set(
      JSON.stringify(body.nodes)
        .match(/"c\d+"/g)
        ?.map((name) => name.slice(1, -1)) ?? [],
    );
    return encodeModel(
      body,
      this.#shared.initializers.filter(({ name }) => used.has(name)),
      options.metadata,
    );
  }

  /** An error that says which operation, where in the model, and what it was given. */
  error(operation: string, message: string, operands: readonly Tensor[] = []): DatamcError {
    const shapes = operands.map((t) => shapeText(t.shape)).join(' and ');
    return taskError({
      code: 'graph.shape',
      message: `${operation}: ${message}`,
      path: this.path || undefined,
      got: shapes || undefined,
    });
  }
}
