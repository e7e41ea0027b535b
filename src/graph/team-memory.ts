/** How many parameters, members, steps in an epoch, and events in a step. */
export interface TeamSizes {
  readonly parameters: number;
  readonly members: number;
  readonly steps: number;
  readonly batch: number;
}

/** Memory that all members of a team of training threads see; it may be sent to them as it is. */
export interface TeamMemory {
  readonly memory: WebAssembly.Memory;
  readonly sizes: TeamSizes;
}

/** What lies in the memory. Vectors are padded with zeros to a multiple of four numbers. */
export interface TeamViews {
  /** Each member's own state, one after another; all come to the same. */
  readonly parameters: Float32Array;
  readonly first: Float32Array;
  readonly second: Float32Array;
  /** Each member's sum of all gradients. */
  readonly gradient: Float32Array;
  /**
   * The mean gradient of each member's share, one after another; twice over, for even and odd steps: whoever is ahead
   * writes its next one while another still reads the last.
   */
  readonly gradients: Float32Array;
  /** Each member's share of a batch, adding up to 1. */
  readonly shares: Float32Array;
  /** Each member's mean loss, for even and odd steps. */
  readonly loss: Float64Array;
  /** Rows of the sample in the order in which the epoch visits them. */
  readonly order: Int32Array;
  /** Loss and gradient norm of every step. */
  readonly losses: Float32Array;
  readonly norms: Float32Array;
  /** For a `barrier`. */
  readonly meeting: Int32Array;
}

const PAGE = 65_536;

/** Length of a padded vector of so many numbers. */
export const padded = (n: number): number => 4 * Math.ceil(n / 4);

/** Where each part begins, in bytes, and what it is made of. */
function plan({ parameters, members, steps, batch }: TeamSizes) {
  const vector = padded(parameters);
  const parts = {
    parameters: [Float32Array, members * vector],
    first: [Float32Array, members * vector],
    second: [Float32Array, members * vector],
    gradient: [Float32Array, members * vector],
    gradients: [Float32Array, 2 * members * vector],
    shares: [Float32Array, members],
    loss: [Float64Array, 2 * members],
    order: [Int32Array, steps * batch],
    losses: [Float32Array, steps],
    norms: [Float32Array, steps],
    meeting: [Int32Array, 3],
  } as const;
  let end = 0;
  const starts = Object.fromEntries(
    Object.entries(parts).map(([name, [type, length]]) => {
      const start = end;
      // Each part on cache lines of its own.
      end += 64 * Math.ceil((length * type.BYTES_PER_ELEMENT) / 64);
      return [name, start];
    }),
  ) as Record<keyof typeof parts, number>;
  return { parts, starts, bytes: end };
}

export function teamMemory(sizes: TeamSizes): TeamMemory {
  const pages = Math.ceil(plan(sizes).bytes / PAGE);
  return { memory: new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true }), sizes };
}

export function teamViews({ memory, sizes }: TeamMemory): TeamViews {
  const { parts, starts } = plan(sizes);
  return Object.fromEntries(
    Object.entries(parts).map(([name, [type, length]]) => [
      name,
      new type(memory.buffer, starts[name as keyof typeof parts], length),
    ]),
  ) as unknown as TeamViews;
}
