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
 * all do the same: add up everybody's gradients and move their own state, which costs less than meeting again. Sums run in
 * the members' order, so the outcome depends on how many they are, and on nothing else. All buffers are made once: garbage
 * would stop one member, and all others with it.
 */
async function epoch(setup: MemberSetup, session: Session, order: MemberEpoch): Promise<void> {
  const { member, shares, team, clipNorm = Infinity } = setup;
  const at = teamViews(team);
  const size = team.sizes.parameters;
  const begin = shares.slice(0, member).reduce((a, b) => a + b, 0);
  const meet = barrier(at.meeting, shares.length);
  const adam = adamKernel(team, member);
  const vector = padded(size);
  const state = at.parameters.subarray(member * vector, member * vector + size);
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
    parameters.set(state);
    if (order.offsets) offset[0] = order.offsets[step] + BigInt(begin);
    const own = drawn.subarray(step * shares[member], (step + 1) * shares[member]);
    await session.run({ ...feeds, drawn: { data: own, dims: [own.length] } }, into);
    const parity = (step % 2) as 0 | 1;
    const row = (m: number): number => parity * shares.length + m;
    at.gradients.set(gradient, row(member) * vector);
    at.loss[row(member)] = loss[0];
    meet.wait();
    const norm = adam.gather(parity);
    adam.step(rates, Math.min(1, clipNorm / (norm + 1e-12)));
    if (member === 0) {
      at.losses[step] = shares.reduce((sum, _, m) => sum + at.shares[m] * at.loss[row(m)], 0);
      at.norms[step] = norm;
    }
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
