import { barrierMemory } from './barrier.js';

/** Memory that all members of a team of training threads see. */
export interface TeamMemory {
  /** The state before an epoch, and after it. */
  readonly parameters: Float32Array;
  readonly first: Float32Array;
  readonly second: Float32Array;
  /** Rows of the sample in the order in which the epoch visits them. */
  readonly order: Int32Array;
  /**
   * The mean gradient of each member's share, one after another, and its loss; twice over, for even and odd steps: whoever
   * is ahead writes its next gradient while another still reads the last one.
   */
  readonly gradients: Float32Array;
  readonly loss: Float64Array;
  /** Loss and gradient norm of every step, written by the first member. */
  readonly losses: Float32Array;
  readonly norms: Float32Array;
  readonly barrier: SharedArrayBuffer;
}

/** @param sizes how many parameters, members, steps in an epoch, and events in a step */
export function teamMemory(sizes: {
  readonly parameters: number;
  readonly members: number;
  readonly steps: number;
  readonly batch: number;
}): TeamMemory {
  const { parameters, members, steps, batch } = sizes;
  const floats = (n: number): Float32Array => new Float32Array(new SharedArrayBuffer(4 * n));
  return {
    parameters: floats(parameters),
    first: floats(parameters),
    second: floats(parameters),
    order: new Int32Array(new SharedArrayBuffer(4 * steps * batch)),
    gradients: floats(2 * members * parameters),
    loss: new Float64Array(new SharedArrayBuffer(16 * members)),
    losses: floats(steps),
    norms: floats(steps),
    barrier: barrierMemory(),
  };
}
