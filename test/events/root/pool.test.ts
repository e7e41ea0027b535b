import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type * as Basket from '../../../src/events/root/basket.js';
import type * as ByteSource from '../../../src/events/root/byte-source.js';
import type * as Unpack from '../../../src/events/root/codecs/unpack.js';
import type * as Pool from '../../../src/events/root/pool.js';
import type { BranchPlan } from '../../../src/events/root/plan.js';
import { openRoot } from '../../../src/events/root/reader.js';
import { asLists, fixture, plansOf, scratchFolder } from './helpers.js';

// Threads load compiled code: these tests are about dist/, which `npm test` builds first.
const dist = new URL('../../../dist/events/root/', import.meta.url);
const built = existsSync(fileURLToPath(new URL('worker.js', dist)));
if (!built) console.warn('tests of the reading threads are skipped: no dist/ (npm run build)');
const load = async <T>(module: string): Promise<T> => (await import(new URL(module, dist).href)) as T;

const write = scratchFolder();

async function openPool(path: string, threads: number) {
  const { createPool } = await load<typeof Pool>('pool.js');
  const { openBytes } = await load<typeof ByteSource>('byte-source.js');
  const { BasketReader } = await load<typeof Basket>('basket.js');
  const { createUnpacker } = await load<typeof Unpack>('codecs/unpack.js');
  const source = openBytes(path);
  const pool = createPool(path, { reader: new BasketReader(source), unpacker: createUnpacker() }, threads, 0);
  return { pool, close: () => (pool.close(), source.close()) };
}

describe.skipIf(!built)('threads', () => {
  const path = fixture('zlib.root');

  test.each([2, 3])('%i of them give what one gives', async (threads) => {
    const plans = [...new Set((await plansOf(path, 'events')).values())];
    const file = await openRoot(path, { threads: 1 });
    const tree = await file.tree('events');
    const { pool, close } = await openPool(path, threads);
    for (const [from, to] of [
      [0, 180],
      [70, 170],
    ] as const) {
      const alone = await tree.read(
        tree.branches.map((branch) => branch.name),
        { from, to },
      );
      // Twice at once: results find their own task.
      for (const columns of await Promise.all([pool.decode(plans, from, to), pool.decode(plans, from, to)])) {
        expect(new Set(columns.keys())).toEqual(new Set(alone.keys()));
        for (const [name, column] of columns) expect(column, name).toEqual(alone.get(name));
      }
      // In memory that is used again, which threads share instead of handing it over.
      for (let round = 0; round < 2; round++) {
        for (const [name, column] of await pool.decode(plans, from, to, 0)) {
          expect(asLists(column), name).toEqual(asLists(alone.get(name)!));
        }
      }
    }
    close();
    file.close();
  });

  test('damage that a thread meets comes back with its place, and the next read works', async () => {
    const plans = await plansOf(path, 'events');
    const { seek, bytes: sizes } = plans.get('f8')!.baskets;
    const bytes = readFileSync(path);
    bytes[seek[2]! + sizes[2]! - 9]! ^= 1;
    const { pool, close } = await openPool(write('threads.root', bytes), 2);
    const all: BranchPlan[] = [...new Set(plans.values())];
    await expect(pool.decode(all, 0, 180)).rejects.toMatchObject({
      place: { branch: 'f8', basket: 2, from: 81, to: 180 },
    });
    expect((await pool.decode(all, 0, 80)).size).toBe(plans.size);
    close();
  });

  test('closing during a read ends it with an error', async () => {
    const plans = [...new Set((await plansOf(path, 'events')).values())];
    const { pool, close } = await openPool(path, 2);
    const reading = pool.decode(plans, 0, 180);
    close();
    await expect(reading).rejects.toThrow(/closed/);
  });
});
