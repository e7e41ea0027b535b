import type { Plan, TaskSpec } from './task.js';

/** How many of a task's optional needs may have failed. */
export const allowance = ({ needs, share }: NonNullable<TaskSpec['optional']>): number =>
  Math.floor(share * needs.length + 1e-9); // 0.1 of 20 is 2, whatever binary fractions say

/**
 * True if a run can go on without these failed tasks: each is needed by somebody, and everybody who needs it counts it
 * among his optional needs and can spare as many as have failed.
 */
export function dispensable(plan: Plan, failed: ReadonlySet<string>): boolean {
  const needed = new Set<string>();
  for (const task of plan.tasks) {
    const lost = (task.needs ?? []).filter((need) => failed.has(need));
    if (!lost.length) continue;
    const { optional } = task;
    if (!optional || lost.length > allowance(optional) || !lost.every((need) => optional.needs.includes(need)))
      return false;
    for (const need of lost) needed.add(need);
  }
  return [...failed].every((id) => needed.has(id));
}
