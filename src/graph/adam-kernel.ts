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

/** A member's part of AdamW in a team's memory: its own range of the parameters. */
export interface AdamKernel {
  /** Adds up everybody's gradients on the range, in the members' order; returns the sum's part of the squared norm. */
  gather(): number;
  /** Moves the range. @param shorten factor on the gradient, from clipping its norm */
  step(rates: StepRates, shorten: number): void;
}

/** The kernel of adam.wat on the `member`-th of equal ranges. */
export function adamKernel(team: TeamMemory, member: number): AdamKernel {
  const { members, parameters } = team.sizes;
  const wasm = new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(adamWasm, 'base64')), {
    team: { memory: team.memory },
  }).exports as unknown as Exports;
  const at = teamViews(team);
  const vector = padded(parameters);
  const [from, to] = [member, member + 1].map((m) => 16 * Math.floor((vector * m) / (4 * members)));
  return {
    gather: () =>
      wasm.gather(at.gradients.byteOffset, 4 * vector, members, at.shares.byteOffset, at.gradient.byteOffset, from, to),
    step: ({ rate, epsilon, decay }, shorten) =>
      wasm.step(
        at.parameters.byteOffset,
        at.first.byteOffset,
        at.second.byteOffset,
        at.gradient.byteOffset,
        from,
        to,
        shorten,
        BETA1,
        BETA2,
        rate,
        epsilon,
        1 - decay,
      ),
  };
}
