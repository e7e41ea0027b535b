import { createHash } from 'node:crypto';
import * as ort from 'onnxruntime-node';
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
  run(
    feeds: Readonly<Record<string, Block>>,
    into?: Readonly<Record<string, Block>>,
  ): Promise<Record<string, Block>>;
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

/** Compiles an ONNX model for the CPU with so many threads inside one operation. */
export async function openSession(model: Uint8Array, options: { readonly threads: number }): Promise<Session> {
  const session = await ort.InferenceSession.create(model, {
    intraOpNumThreads: options.threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    logSeverityLevel: 3,
  });
  const tensors = (blocks: Readonly<Record<string, Block>>): Record<string, ort.Tensor> =>
    Object.fromEntries(
      Object.entries(blocks).map(([name, { data, dims }]) => [name, new ort.Tensor(typeOf(data), data as never, dims)]),
    );
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
