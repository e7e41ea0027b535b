import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { inOrder } from '../../src/events/in-order.js';

async function* numbers(n: number): AsyncGenerator<number> {
  for (let i = 0; i < n; i++) yield await Promise.resolve(i);
}

async function listOf<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

describe('inOrder', () => {
  test.each([1, 2, 5, 20])('outcomes come in order, %i at once', async (most) => {
    let running = 0;
    let highest = 0;
    const work = async (i: number): Promise<number> => {
      highest = Math.max(highest, ++running);
      // The first of every four is the slowest.
      await pause(i % 4 === 0 ? 8 : 1);
      running--;
      return i * i;
    };
    expect(await listOf(inOrder(numbers(12), work, most))).toEqual(Array.from({ length: 12 }, (_, i) => i * i));
    expect(highest).toBe(Math.min(most, 12));
  });

  test('an error comes in its turn; what was before it has been given', async () => {
    const got: number[] = [];
    const work = async (i: number): Promise<number> => {
      if (i >= 2) throw new Error(`at ${i}`);
      await pause(5);
      return i;
    };
    const run = async (): Promise<void> => {
      for await (const i of inOrder(numbers(6), work, 4)) got.push(i);
    };
    await expect(run()).rejects.toThrow('at 2');
    expect(got).toEqual([0, 1]);
  });
});
