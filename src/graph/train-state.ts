import { taskError } from '../base/error.js';

export interface EpochRecord {
  /** Counted from 1. */
  readonly epoch: number;
  /** Mean loss of the epoch's steps, each before its update. */
  readonly train: number;
  /** Loss of the validation events after the epoch; absent without any. */
  readonly validation?: number;
  readonly learningRate: number;
  /** Largest gradient norm of the epoch, before clipping. */
  readonly gradientNorm: number;
}

/** All that training needs to go on as if it had never stopped. */
export interface TrainState {
  readonly epoch: number;
  readonly parameters: Float32Array;
  readonly first: Float32Array;
  readonly second: Float32Array;
  readonly best: { readonly epoch: number; readonly loss: number; readonly parameters: Float32Array };
  /** Factor that the plateau schedule has put on the learning rate. */
  readonly damping: number;
  readonly history: readonly EpochRecord[];
}

const VECTORS = ['parameters', 'first', 'second'] as const;
const FORMAT = 'datamc training 1';

/** A checkpoint as bytes: a line of JSON, then the vectors. */
export function encodeState(state: TrainState): Uint8Array {
  const { best, epoch, damping, history } = state;
  const head = {
    format: FORMAT,
    epoch,
    damping,
    history,
    best: { epoch: best.epoch, loss: Number.isFinite(best.loss) ? best.loss : null },
    size: state.parameters.length,
  };
  const vectors = [...VECTORS.map((name) => state[name]), best.parameters];
  return Buffer.concat([
    Buffer.from(`${JSON.stringify(head)}\n`),
    ...vectors.map((v) => Buffer.from(v.buffer, v.byteOffset, v.byteLength)),
  ]);
}

/**
 * A checkpoint from its bytes.
 *
 * @throws taskError `graph.checkpoint` where the bytes are no whole checkpoint
 */
export function decodeState(bytes: Uint8Array): TrainState {
  const end = bytes.indexOf(10);
  const broken = () =>
    taskError({ code: 'graph.checkpoint', message: 'the checkpoint is damaged', hint: 'remove it and train again' });
  let head: {
    format: string;
    epoch: number;
    damping: number;
    history: EpochRecord[];
    best: { epoch: number; loss: number | null };
    size: number;
  };
  try {
    head = JSON.parse(Buffer.from(bytes.subarray(0, Math.max(0, end))).toString('utf8')) as typeof head;
  } catch {
    throw broken();
  }
  if (head.format !== FORMAT || bytes.length !== end + 1 + 16 * head.size) throw broken();
  const body = Uint8Array.from(bytes.subarray(end + 1)).buffer;
  const [parameters, first, second, best] = [0, 1, 2, 3].map(
    (k) => new Float32Array(body, 4 * k * head.size, head.size),
  );
  return {
    epoch: head.epoch,
    damping: head.damping,
    history: head.history,
    parameters,
    first,
    second,
    best: { epoch: head.best.epoch, loss: head.best.loss ?? Infinity, parameters: best },
  };
}
