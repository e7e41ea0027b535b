import { parentPort, workerData } from 'node:worker_threads';
import type { StepRates } from './adam.js';
import { adamKernel } from './adam-kernel.js';
import { barrier } from './barrier.js';
import { openSession, type Block, type Session } from './session.js';
import { padded, teamViews, type TeamMemory } from './team-memory.js';
import { asIndices } from './training-rows.js';

/** What a member is told once. */
export interface MemberSetup {
  readonly member: number;
  /** Each member's share of a batch, in events. */
  readonly shares: readonly number[];
  /** Computes loss and gradient of the member's share. */
  readonly model: Uint8Array;
  readonly clipNorm?: number;
  readonly resident: Readonly<Record<string, Block>>;
  readonly team: TeamMemory;
}

/** What a member is told for an epoch; the state and the order of events lie in the team's memory. */
export interface MemberEpoch {
  readonly rates: readonly StepRates[];
  /** Where each step begins in the noise tables; absent without noise. */
  readonly offsets?: BigInt64Array;
  readonly noise: Readonly<Record<string, Block>>;
}

export interface MemberAnswer {
  readonly failure?: string;
}

const flat = (data: Float32Array): Block => ({ data, dims: [data.length] });

/**
 * A member's part of an epoch. In a step it computes the gradient of its share of the batch and waits for the others; then
 * adds up everybody's gradients on its own range of the parameters, and waits to learn the whole norm; then moves its
 * range, and waits until all have. Sums run in the members' order, so the outcome depends on how many they are, and on
 * nothing else. All buffers are made once: garbage would stop one member, and all others with it.
 */
async function epoch(setup: MemberSetup, session: Session, order: MemberEpoch): Promise<void> {
  const { member, shares, team, clipNorm = Infinity } = setup;
  const at = teamViews(team);
  const size = team.sizes.parameters;
  const begin = shares.slice(0, member).reduce((a, b) => a + b, 0);
  const meet = barrier(at.meeting, shares.length);
  const adam = adamKernel(team, member);
  const parameters = new Float32Array(size);
  const gradient = new Float32Array(size);
  const loss = new Float32Array(1);
  const drawn = asIndices(dealt(at.order, team.sizes.batch, begin, shares[member], order.rates.length));
  const offset = new BigInt64Array(1);
  const feeds = {
    ...setup.resident,
    ...order.noise,
    ...(order.offsets ? { offset: { data: offset, dims: [] } } : {}),
    parameters: flat(parameters),
  };
  const into = { gradient: flat(gradient), loss: { data: loss, dims: [] } };
  for (const [step, rates] of order.rates.entries()) {
    parameters.set(at.parameters.subarray(0, size));
    if (order.offsets) offset[0] = order.offsets[step] + BigInt(begin);
    const own = drawn.subarray(step * shares[member], (step + 1) * shares[member]);
    await session.run({ ...feeds, drawn: { data: own, dims: [own.length] } }, into);
    at.gradients.set(gradient, member * padded(size));
    at.loss[member] = loss[0];
    meet.wait();
    at.square[member] = adam.gather();
    meet.wait();
    const norm = Math.sqrt(at.square.reduce((a, b) => a + b, 0));
    if (member === 0) {
      at.losses[step] = at.loss.reduce((sum, l, m) => sum + at.shares[m] * l, 0);
      at.norms[step] = norm;
    }
    adam.step(rates, Math.min(1, clipNorm / (norm + 1e-12)));
    meet.wait();
  }
}

/** Of every step's events, `share` of them from the `begin`-th on. */
function dealt(order: Int32Array, batch: number, begin: number, share: number, steps: number): Int32Array {
  const own = new Int32Array(steps * share);
  for (let step = 0; step < steps; step++)
    own.set(order.subarray(step * batch + begin, step * batch + begin + share), step * share);
  return own;
}

const setup = workerData as MemberSetup;
const session = openSession(setup.model, { threads: 1 });
parentPort?.on('message', (order: MemberEpoch) => {
  session
    .then((open) => epoch(setup, open, order))
    .then(
      (): MemberAnswer => ({}),
      (error: unknown): MemberAnswer => ({ failure: error instanceof Error ? error.message : String(error) }),
    )
    .then((answer) => parentPort?.postMessage(answer));
});
