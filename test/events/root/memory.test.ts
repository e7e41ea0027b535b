import { expect, test } from 'vitest';
import { Memories, RecycledMemory, freshMemory } from '../../../src/events/root/memory.js';
import { openRoot } from '../../../src/events/root/reader.js';
import { asLists, fixture } from './helpers.js';

test('memory that is free again is given out again, the smallest that fits first', () => {
  const memory = new RecycledMemory();
  const [large, small] = [memory.take(100_000), memory.take(5_000)];
  expect(memory.take(5_000).buffer).not.toBe(small.buffer);
  memory.restart();
  expect(memory.take(4_000).length).toBe(small.length);
  expect(memory.take(90_000).buffer).toBe(large.buffer);
});

test('a buffer that has become too small makes way: a growing stream holds one buffer', () => {
  const made: number[] = [];
  const memory = new RecycledMemory((bytes) => (made.push(bytes), Buffer.alloc(bytes)));
  for (let bytes = 10_000; bytes < 1e6; bytes *= 1.5) {
    memory.restart();
    expect(memory.take(bytes).length).toBeGreaterThanOrEqual(bytes);
  }
  memory.restart();
  const last = memory.take(10);
  expect(last.length).toBe(made.at(-1));
});

test('reads that name no memory share none', () => {
  const memories = new Memories();
  expect(memories.of()).toBe(freshMemory);
  expect(memories.of(0)).not.toBe(memories.of(1));
  expect(memories.of(1)).toBe(memories.of(1));
});

test.each(['zlib.root', 'lz4.root', 'zstd.root', 'lzma.root', 'none.root'])(
  '%s: a stream through the same memory gives what fresh memory gives, for every column',
  async (name) => {
    const file = await openRoot(fixture(name));
    const tree = await file.tree('events');
    const names = tree.branches.filter((branch) => branch.readable).map((branch) => branch.name);
    for (const range of [
      { from: 0, to: 180 },
      { from: 3, to: 90 },
      { from: 85, to: 86 },
      { from: 80, to: 180 },
    ]) {
      const fresh = await tree.read(names, range);
      const reused = await tree.read(names, range, 0);
      for (const column of names) expect(asLists(reused.get(column)!), column).toEqual(asLists(fresh.get(column)!));
    }
    // Really the same memory.
    const [first, second] = [await tree.read(['f8'], undefined, 1), await tree.read(['f8'], undefined, 1)];
    const bufferOf = (columns: typeof first) => (columns.get('f8')!.values as Float64Array).buffer;
    expect(bufferOf(first)).toBe(bufferOf(second));
    expect(bufferOf(await tree.read(['f8']))).not.toBe(bufferOf(second));
    file.close();
  },
);
