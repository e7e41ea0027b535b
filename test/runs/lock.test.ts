import { spawn, spawnSync } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { DatamcError } from '../../src/base/error.js';
import { lockHolder, takeLock, type Holder } from '../../src/runs/lock.js';
import { startOf } from '../../src/runs/process.js';
import { temporaryFolder } from '../helpers/toy-run.js';

const home = temporaryFolder();
let count = 0;
const fresh = (): string => path.join(home, `lock-${count++}`);
const dead = spawnSync(process.execPath, ['-e', '0']).pid;
const holder = (change: Partial<Holder>): string =>
  JSON.stringify({ pid: dead, start: '1', host: hostname(), since: '2026-01-02T03:04:05.678Z', token: 't', ...change });
const gone = holder({});

describe('a lock', () => {
  test('is held by one at a time; the next waits, and is told for whom', async () => {
    const file = fresh();
    const told: number[] = [];
    let inside = 0;
    const turns = Array.from({ length: 5 }, async () => {
      const give = await takeLock(file, { pollMs: 5, onWait: ({ pid }) => told.push(pid) });
      expect(++inside).toBe(1);
      await new Promise((resolve) => setTimeout(resolve, 10));
      inside--;
      await give();
    });
    await Promise.all(turns);
    expect(told).toEqual([1, 2, 3, 4].map(() => process.pid));
    expect(await lockHolder(file)).toBeUndefined();
  });

  test('names its holder to one that will not wait', async () => {
    const file = fresh();
    const give = await takeLock(file);
    const error = await takeLock(file, { wait: false }).catch((e: unknown) => e as DatamcError);
    expect(error).toBeInstanceOf(DatamcError);
    expect((error as DatamcError).status).toBe(2);
    expect((error as DatamcError).message).toMatch(
      new RegExp(`^another run writes into this directory: process ${process.pid} on ${hostname()} since 20.* UTC$`),
    );
    await give();
    await (
      await takeLock(file, { wait: false })
    )();
  });

  test('of a process that has ended is taken over', async () => {
    const file = fresh();
    await writeFile(file, gone);
    expect(await lockHolder(file)).toBeUndefined();
    const give = await takeLock(file, { wait: false });
    expect((await lockHolder(file))?.pid).toBe(process.pid);
    await give();
  });

  test('of a process whose number was used again is taken over', async () => {
    const file = fresh();
    await writeFile(file, holder({ pid: process.pid, start: '1' }));
    await (
      await takeLock(file, { wait: false })
    )();
  });

  test('that a crash of the machine emptied is taken over', async () => {
    const file = fresh();
    await writeFile(file, '');
    await (
      await takeLock(file, { wait: false })
    )();
  });

  test('left by a takeover that was killed half-way is taken over', async () => {
    const file = fresh();
    await writeFile(file, gone);
    await writeFile(`${file}.t`, gone.replace('"t"', '"u"'));
    await (
      await takeLock(file, { wait: false })
    )();
  });

  test('of another machine is respected', async () => {
    const file = fresh();
    await writeFile(file, holder({ host: 'elsewhere' }));
    await expect(takeLock(file, { wait: false })).rejects.toThrow('on elsewhere since 2026-01-02 03:04:05 UTC');
  });

  test('can be given up waiting for', async () => {
    const file = fresh();
    const give = await takeLock(file);
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 20);
    await expect(takeLock(file, { signal: stop.signal })).rejects.toMatchObject({ status: 130 });
    await give();
  });

  test('goes to exactly one of many processes that find it stale', async () => {
    const file = fresh();
    const inside = path.join(home, 'inside');
    await mkdir(inside);
    await writeFile(file, gone);
    const module = new URL('../../dist/runs/lock.js', import.meta.url).href;
    // Each takes the lock, finds itself alone inside, stays a moment, and gives it back.
    const script = `
      import { mkdirSync, rmdirSync } from 'node:fs';
      import { takeLock } from '${module}';
      const give = await takeLock(${JSON.stringify(file)}, { pollMs: 2 });
      mkdirSync(${JSON.stringify(path.join(inside, 'only'))});
      await new Promise((resolve) => setTimeout(resolve, 5));
      rmdirSync(${JSON.stringify(path.join(inside, 'only'))});
      await give();`;
    const ends = Array.from(
      { length: 6 },
      () =>
        new Promise((resolve) => {
          const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'ignore' });
          child.on('exit', resolve);
        }),
    );
    expect(await Promise.all(ends)).toEqual([0, 0, 0, 0, 0, 0]);
    expect((await readdir(home)).filter((name) => name.startsWith(`${path.basename(file)}.`))).toEqual([]);
  });
});

test('the start of a process tells it from others of its number', async () => {
  expect(startOf(process.pid)).toMatch(/^\d+$|^\?$/);
  expect(startOf(dead)).toBeUndefined();
  expect(await readFile('/proc/self/stat', 'utf8').catch(() => '')).toContain(`${process.pid}`);
});
