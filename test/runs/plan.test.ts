import { describe, expect, test } from 'vitest';
import { orderPlan, places } from '../../src/runs/plan.js';
import type { Plan, TaskSpec } from '../../src/runs/task.js';

const task = (id: string, needs: string[] = [], more: Partial<TaskSpec> = {}): TaskSpec => ({
  id,
  kind: 'k',
  params: {},
  needs,
  ...more,
});
const plan = (...tasks: TaskSpec[]): Plan => ({ tasks, summaryTask: tasks[0].id });

describe('a plan', () => {
  test('is ordered: needs first, otherwise as listed', () => {
    const ordered = orderPlan(plan(task('end', ['b', 'a']), task('a', ['c']), task('b'), task('c')));
    expect(ordered.map((t) => t.id)).toEqual(['b', 'c', 'a', 'end']);
  });

  test('may be a chain longer than the call stack is deep', () => {
    const n = 20_000;
    const tasks = Array.from({ length: n }, (_, i) => task(`t${i}`, i + 1 < n ? [`t${i + 1}`] : []));
    expect(orderPlan(plan(...tasks))[0].id).toBe(`t${n - 1}`);
  });

  test.each([
    ['two tasks of one name', plan(task('a'), task('a')), 'two tasks are called "a"'],
    ['an unknown need', plan(task('a', ['trian']), task('train')), 'task "a" needs "trian", which is not in the plan'],
    ['a circle', plan(task('a', ['b']), task('b', ['c']), task('c', ['b'])), 'in a circle: b → c → b'],
    ['a task that needs itself', plan(task('a', ['a'])), 'in a circle: a → a'],
    ['no summary', { tasks: [task('a')], summaryTask: 'b' }, 'summary task "b"'],
    ['an id with blanks', plan(task('a b')), `"a b" cannot be a task's id`],
    ['an id that climbs out', plan(task('../a b')), 'cannot be'],
    ['NaN in the parameters', plan(task('a', [], { params: { x: [1, NaN] } })), 'x[1] is NaN'],
    [
      'an optional need that is none',
      plan(task('a', ['b'], { optional: { needs: ['c'], share: 0.1 } }), task('b')),
      'task "a" can do without "c", which it does not need',
    ],
    ['a share of one', plan(task('a', ['b'], { optional: { needs: ['b'], share: 1 } }), task('b')), 'not in [0, 1)'],
    ['no thread', plan(task('a', [], { threads: 0 })), '0 threads'],
    ['a place outside', plan(task('a', [], { publish: { x: '../x' } })), 'cannot publish "x" as "../x"'],
    ['a place that climbs out', plan(task('a', [], { publish: { x: 'products/../../x' } })), 'cannot publish'],
  ])('with %s is refused', (_, bad, message) => {
    expect(() => orderPlan(bad)).toThrow(message);
  });

  test('names near ids for an unknown need', () => {
    try {
      orderPlan(plan(task('a', ['trian']), task('train')));
      expect.unreachable();
    } catch (error) {
      expect((error as { data: { hint: string } }).data.hint).toBe('did you mean "train"?');
    }
  });

  test('publishes by list or by name', () => {
    expect(places(task('a', [], { publish: ['figures'] }))).toEqual([['figures', 'figures']]);
    expect(places(task('a', [], { publish: { m: 'products/m' } }))).toEqual([['m', 'products/m']]);
    expect(places(task('a'))).toEqual([]);
  });
});
