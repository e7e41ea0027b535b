import type { Decoder } from './decode.js';
import { decodeBranch } from './decode.js';
import type { DamagePlace } from './damage.js';
import { PlacedDamage, reasonOf } from './damage.js';
import type { Memory } from './memory.js';
import type { BranchPlan } from './plan.js';
import type { RootColumn } from './types.js';

/** Branches that several threads decode: each takes the next index from the shared counter until none is left. */
export interface Task {
  readonly id: number;
  readonly plans: readonly BranchPlan[];
  readonly from: number;
  readonly to: number;
  /** One Int32: the next index. */
  readonly next: SharedArrayBuffer;
  /** The results of the last task with this number may be written over. */
  readonly reuse?: number | undefined;
}

export type Result =
  { readonly columns: Map<string, RootColumn> } | { readonly place: DamagePlace } | { readonly message: string };

/** Take branches of a task until none is left; `give` gets each result. Other threads may take at the same time. */
export async function takePart(
  task: Task,
  decoder: Decoder,
  memory: Memory,
  give: (index: number, result: Result) => void,
  pause?: () => Promise<void>,
): Promise<void> {
  const next = new Int32Array(task.next);
  for (;;) {
    const index = Atomics.add(next, 0, 1);
    const plan = task.plans[index];
    if (!plan) return;
    give(index, attempt(task, decoder, plan, memory));
    if (pause) await pause();
  }
}

function attempt({ from, to }: Task, decoder: Decoder, plan: BranchPlan, memory: Memory): Result {
  try {
    return { columns: decodeBranch(decoder, plan, from, to, memory) };
  } catch (error) {
    return error instanceof PlacedDamage ? { place: error.place } : { message: reasonOf(error) };
  }
}
