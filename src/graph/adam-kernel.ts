import { BETA1, BETA2, type StepRates } from './adam.js';
import { adamWasm } from './adam-wasm.js';
import { padded, teamViews, type TeamMemory } from './team-memory.js';

interface Exports {
  gather(
    gradients: number,
    stride: number,
    members: number,
    shares: number,
    out: number,
    from: number,
    to: number,
  ): number;
  step(
    parameters: number,
    first: number,
    second: number,
    gradient: number,
    from: number,
    to: number,
    shorten: number,
    beta1: number,
    beta2: number,
    rate: number,
    epsilon: number,
    kept: number,
  ): void;
}

/** AdamW on one member's own state in a team's memory. */
export interface AdamKernel {
  /** Adds up everybody's gradients of an even or odd step, in the members' order; returns the sum's norm. */
  gather(parity: 0 | 1): number;
  /** Moves the member's state. @param shorten factor on the gradient, from clipping its norm */
  step(rates: StepRates, shorten: number): void;
}

/** The kernel of adam.wat on the `member`-th state. */
export function adamKernel(team: TeamMemory, member: number): AdamKernel {
  const { members, parameters } = team.sizes;
  const wasm = new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(adamWasm, 'base64')), {
    team: { memory: team.memory },
  }).exports as unknown as Exports;
  const at = teamViews(team);
  const bytes = 4 * padded(parameters);
  const own = (vectors: Float32Array): number => vectors.byteOffset + member * bytes;
  const [p, m, v, g] = [at.parameters, at.first, at.second, at.gradient].map(own);
  const shares = at.shares.byteOffset;
  return {
    gather(parity) {
      const gradients = at.gradients.byteOffset + parity * members * bytes;
      return Math.sqrt(wasm.gather(gradients, bytes, members, shares, g, 0, bytes));
    },
    step: ({ rate, epsilon, decay }, shorten) =>
      wasm.step(p, m, v, g, 0, bytes, shorten, BETA1, BETA2, rate, epsilon, 1 - decay),
  };
}
