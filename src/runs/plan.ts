import { taskError } from '../base/error.js';
import { didYouMean } from '../base/near.js';
import { stableJson } from '../base/hash.js';
import type { Plan, TaskSpec } from './task.js';

const fault = (code: string, message: string, path: string, hint?: string) =>
  taskError({ code: `plan.${code}`, message, path, hint });

const idPattern = /^[\w.+=,-]+(\/[\w.+=,-]+)*$/;
const placePattern = /^((products|figures)(\/[^/]+)*|report\.html)$/;

/**
 * Check a plan (unique ids, known needs, no circles, sane places) and put its tasks in an order in which
 * every task comes after those it needs; otherwise as listed.
 *
 * @throws taskError `plan.*`
 */
export function orderPlan(plan: Plan): TaskSpec[] {
  const byId = new Map<string, TaskSpec>();
  for (const task of plan.tasks) {
    if (!idPattern.test(task.id)) throw fault('bad-id', `"${task.id}" cannot be a task's id`, task.id);
    if (byId.has(task.id)) throw fault('duplicate-id', `two tasks are called "${task.id}"`, task.id);
    byId.set(task.id, task);
  }
  if (!byId.has(plan.summaryTask)) {
    throw fault('no-summary', `the summary task "${plan.summaryTask}" is not in the plan`, plan.summaryTask);
  }
  checkPlaces(plan.tasks);
  for (const task of plan.tasks) checkTask(task, byId);
  return inOrder(plan.tasks, byId);
}

function checkTask(task: TaskSpec, byId: ReadonlyMap<string, TaskSpec>): void {
  for (const need of task.needs ?? []) {
    if (byId.has(need)) continue;
    const message = `task "${task.id}" needs "${need}", which is not in the plan`;
    throw fault('unknown-need', message, task.id, didYouMean(need, byId.keys()));
  }
  const { needs = [], share = 0 } = task.optional ?? {};
  const foreign = needs.find((need) => !task.needs?.includes(need));
  if (foreign !== undefined) {
    throw fault('unknown-need', `task "${task.id}" can do without "${foreign}", which it does not need`, task.id);
  }
  if (!(share >= 0 && share < 1)) {
    throw fault('bad-share', `task "${task.id}" can do without a share ${share} of its needs, not in [0, 1)`, task.id);
  }
  const threads = task.threads ?? 1;
  if (!Number.isInteger(threads) || threads < 1) {
    throw fault('bad-threads', `task "${task.id}" asks for ${threads} threads`, task.id);
  }
  try {
    stableJson(task.params);
  } catch (error) {
    throw fault('bad-params', `parameters of task "${task.id}": ${(error as Error).message}`, task.id);
  }
}

/** Output → place, whichever way `publish` was written. */
export function places(task: TaskSpec): [output: string, place: string][] {
  const publish = task.publish ?? [];
  return Array.isArray(publish)
    ? publish.map((name: string) => [name, name])
    : Object.entries(publish as Readonly<Record<string, string>>);
}

function checkPlaces(tasks: readonly TaskSpec[]): void {
  for (const task of tasks) {
    for (const [output, place] of places(task)) {
      if (!placePattern.test(place) || place.split('/').includes('..')) {
        throw fault('bad-place', `task "${task.id}" cannot publish "${output}" as "${place}"`, task.id);
      }
    }
  }
}

function inOrder(tasks: readonly TaskSpec[], byId: ReadonlyMap<string, TaskSpec>): TaskSpec[] {
  const ordered: TaskSpec[] = [];
  const state = new Map<string, 'open' | 'done'>();
  // An explicit stack: chains of tasks may be longer than the call stack is deep.
  for (const root of tasks) {
    const stack: { task: TaskSpec; next: number }[] = [{ task: root, next: 0 }];
    while (stack.length) {
      const top = stack[stack.length - 1];
      const id = top.task.id;
      if (state.get(id) === 'done') {
        stack.pop();
        continue;
      }
      state.set(id, 'open');
      const need = top.task.needs?.[top.next++];
      if (need === undefined) {
        state.set(id, 'done');
        ordered.push(top.task);
        stack.pop();
      } else if (state.get(need) === 'open') {
        const circle = [...stack.map((s) => s.task.id), need].slice(stack.findIndex((s) => s.task.id === need));
        throw fault('circle', `tasks need each other in a circle: ${circle.join(' → ')}`, need);
      } else if (!state.has(need)) {
        stack.push({ task: byId.get(need) as TaskSpec, next: 0 });
      }
    }
  }
  return ordered;
}
