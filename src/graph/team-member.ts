import { parentPort, workerData } from 'node:worker_threads';
import type { StepRates } from './adam.js';
import { barrier } from './barrier.js';
import { openSession, type Block, type Session } from './session.js';
import type { TeamMemory } from './team-memory.js';

/** What a member is told once. */
export interface MemberSetup {
  readonly member: number;
  /** Each member's share of a batch, in events. */
  readonly shares: readonly number[];
  readonly share: Uint8Array;
  readonly update: Uint8Array;
  readonly decaying: boolean;
  readonly resident: Readonly<Record<string, Block>>;
  readonly memory: TeamMemory;
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

interface Sessions {
  readonly share: Session;
  readonly update: Session;
}

const STATE = ['parameters', 'first', 'second'] as const;
const flat = (data: Float32Array): Block => ({ data, dims: [data.length] });
const scalar = (value: number): Block => ({ data: Float32Array.of(value), dims: [] });

/**
 * A member's part of an epoch. In a step it computes the gradient of its share of the batch, hands it to the others, and
 * then does what they all do: add up everybody's gradients in the members' order and move the parameters. So the outcome
 * depends on how many they are, and on nothing else. All buffers are made once: garbage would stop one member, and all
 * others with it.
 */
async function epoch(setup: MemberSetup, sessions: Sessions, order: MemberEpoch): Promise<void> {
  const { member, shares, memory } = setup;
  const size = memory.parameters.length;
  const batch = shares.reduce((a, b) => a + b, 0);
  const begin = shares.slice(0, member).reduce((a, b) => a + b, 0);
  const meet = barrier(memory.barrier, shares.length);
  const gradients = shares.map(() => flat(new Float32Array(size)));
  let now = STATE.map((name) => flat(Float32Array.from(memory[name])));
  let next = STATE.map(() => flat(new Float32Array(size)));
  const drawn = new BigInt64Array(shares[member]);
  const loss = scalar(0);
  const norm = scalar(0);
  const offset = { data: new BigInt64Array(1), dims: [] };
  for (const [step, { rate, epsilon, decay }] of order.rates.entries()) {
    for (let i = 0; i < drawn.length; i++) drawn[i] = BigInt(memory.order[step * batch + begin + i]);
    if (order.offsets) offset.data[0] = order.offsets[step] + BigInt(begin);
    await sessions.share.run(
      {
        ...setup.resident,
        ...order.noise,
        ...(order.offsets ? { offset } : {}),
        drawn: { data: drawn, dims: [drawn.length] },
        parameters: now[0],
      },
      { gradient: gradients[member], loss },
    );
    const row = (m: number): number => (step % 2) * shares.length + m;
    memory.gradients.set(gradients[member].data as Float32Array, row(member) * size);
    memory.loss[row(member)] = (loss.data as Float32Array)[0];
    meet.wait();
    for (let m = 0; m < shares.length; m++)
      if (m !== member)
        (gradients[m].data as Float32Array).set(memory.gradients.subarray(row(m) * size, (row(m) + 1) * size));
    await sessions.update.run(
      {
        ...Object.fromEntries(gradients.map((g, m) => [`gradient ${m}`, g])),
        ...Object.fromEntries(STATE.map((name, i) => [name, now[i]])),
        rate: scalar(rate),
        epsilon: scalar(epsilon),
        ...(setup.decaying ? { decay: scalar(decay) } : {}),
      },
      { ...Object.fromEntries(STATE.map((name, i) => [`next:${name}`, next[i]])), norm },
    );
    [now, next] = [next, now];
    if (member === 0) {
      memory.losses[step] = shares.reduce((sum, share, m) => sum + (share / batch) * memory.loss[row(m)], 0);
      memory.norms[step] = (norm.data as Float32Array)[0];
    }
  }
  // All members have come to the same state. Nobody may read the old one any more when the first writes it down.
  meet.wait();
  if (member === 0) STATE.forEach((name, i) => memory[name].set(now[i].data as Float32Array));
}

const setup = workerData as MemberSetup;
const sessions = Promise.all([setup.share, setup.update].map((model) => openSession(model, { threads: 1 })));
parentPort?.on('message', (order: MemberEpoch) => {
  sessions
    .then(([share, update]) => epoch(setup, { share, update }, order))
    .then(
      (): MemberAnswer => ({}),
      (error: unknown): MemberAnswer => ({ failure: error instanceof Error ? error.message : String(error) }),
    )
    .then((answer) => parentPort?.postMessage(answer));
});
