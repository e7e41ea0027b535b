import { createHash } from 'node:crypto';
import * as ort from 'onnxruntime-node';
import { Graph } from './graph.js';
import type { DType } from './tensor.js';

// ONNX Runtime sends usage data to its maker, and keeps an identifier in the home folder, unless told not to before its
// first session. An analysis tells nobody anything.
process.env['ORT_DISABLE_TELEMETRY'] ??= '1';

export type TensorData = Float32Array | Float64Array | BigInt64Array | Uint8Array;

/** Numbers with their sizes, as they enter and leave a session. */
export interface Block {
  readonly data: TensorData;
  readonly dims: readonly number[];
}

/** A compiled graph, ready to run. */
export interface Session {
  /** @param into memory of the right size for outputs, which are then not allocated anew; all of them or none */
  run(feeds: Readonly<Record<string, Block>>, into?: Readonly<Record<string, Block>>): Promise<Record<string, Block>>;
  close(): Promise<void>;
}

const typeOf = (data: TensorData): DType =>
  data instanceof Float32Array
    ? 'float32'
    : data instanceof Float64Array
      ? 'float64'
      : data instanceof BigInt64Array
        ? 'int64'
        : 'bool';

/**
 * Compiles an ONNX model for the CPU with so many threads inside one operation.
 *
 * Numbers too small for a normal representation (below 1.2e-38 in single, 2.2e-308 in double precision) count as zero:
 * moments of idle parameters fade into that range during training, where arithmetic is a hundred times slower. The
 * processor keeps that mode for the thread that opened the session; see {@link flushTinyNumbers}.
 */
export async function openSession(model: Uint8Array, options: { readonly threads: number }): Promise<Session> {
  const session = await ort.InferenceSession.create(model, {
    intraOpNumThreads: options.threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    logSeverityLevel: 3,
    extra: { session: { set_denormal_as_zero: '1' } },
  });
  // What is fed again and again, such as the sample, is wrapped once.
  const known = new WeakMap<Block, ort.Tensor>();
  const tensorOf = (block: Block): ort.Tensor => {
    const tensor = known.get(block) ?? new ort.Tensor(typeOf(block.data), block.data as never, block.dims);
    known.set(block, tensor);
    return tensor;
  };
  const tensors = (blocks: Readonly<Record<string, Block>>): Record<string, ort.Tensor> =>
    Object.fromEntries(Object.entries(blocks).map(([name, block]) => [name, tensorOf(block)]));
  return {
    async run(feeds, into) {
      const outputs = await (into ? session.run(tensors(feeds), tensors(into)) : session.run(tensors(feeds)));
      return Object.fromEntries(
        Object.entries(outputs).map(([name, t]) => [name, { data: t.data as TensorData, dims: t.dims }]),
      );
    },
    close: () => session.release(),
  };
}

/** Sessions by model and threads, opened once; the owner closes them all. */
export interface SessionCache {
  open(model: Uint8Array, options: { readonly threads: number }): Promise<Session>;
  close(): Promise<void>;
}

export function sessionCache(): SessionCache {
  const sessions = new Map<string, Promise<Session>>();
  return {
    open(model, options) {
      const key = `${options.threads}:${createHash('sha256').update(model).digest('hex')}`;
      const known = sessions.get(key) ?? openSession(model, options);
      sessions.set(key, known);
      return known;
    },
    async close() {
      for (const session of sessions.values()) await (await session).close();
      sessions.clear();
    },
  };
}

let flushed: Promise<void> | undefined;

/**
 * Puts this thread into the mode that sessions put it into, so that what it computes does not depend on whether a session
 * was opened in it before.
 */
export function flushTinyNumbers(): Promise<void> {
  flushed ??= (async () => {
    const graph = new Graph({ dtype: 'float32' });
    graph.output('y', graph.constant(0));
    await (await openSession(graph.compile(), { threads: 1 })).close();
  })();
  return flushed;
}
