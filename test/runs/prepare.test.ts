import { describe, expect, test } from 'vitest';
import { prepare, type Job, type PrepareOptions } from '../../src/runs/prepare.js';
import type { Plan, TaskSpec } from '../../src/runs/task.js';

const run = async () => null;
const options: PrepareOptions = {
  study: 'toy',
  seed: 1,
  quick: false,
  kinds: { read: run, fit: { version: 1, run } },
  sums: new Map([
    ['/data/a.root', { sha256: 'aa', size: 1 }],
    ['/data/b.root', { sha256: 'bb', size: 1 }],
    ['/elsewhere/a.root', { sha256: 'aa', size: 1 }],
  ]),
};
const read: TaskSpec = {
  id: 'read',
  kind: 'read',
  params: { tree: 'events', cuts: { low: 1, high: 2 } },
  files: ['/data/a.root'],
};
const fit: TaskSpec = { id: 'fit', kind: 'fit', params: {}, needs: ['read'] };

function hashes(change: Partial<TaskSpec> = {}, more: Partial<PrepareOptions> = {}): { read: string; fit: string } {
  const plan: Plan = { tasks: [{ ...read, ...change }, fit], summaryTask: 'fit' };
  const jobs = prepare(plan, { ...options, ...more }).map(({ job }) => job);
  const of = (id: string): string => (jobs.find((job) => job.id === id) as Job).hash;
  return { read: of('read'), fit: of('fit') };
}

describe("a task's hash", () => {
  const before = hashes();

  test.each<[string, Partial<TaskSpec>, Partial<PrepareOptions>?]>([
    ['a parameter', { params: { tree: 'events', cuts: { low: 1, high: 3 } } }],
    ['an input file', { files: ['/data/b.root'] }],
    ['the content of an input file', {}, { sums: new Map([['/data/a.root', { sha256: 'a2', size: 1 }]]) }],
    ['an input file more', { files: ['/data/a.root', '/data/b.root'] }],
    ['the seed', {}, { seed: 2 }],
    ['the random stream', { key: 'other' }],
    ['quick', {}, { quick: true }],
    ['the study', {}, { study: 'other' }],
    ['the number of threads', { threads: 2 }],
    ['the kind', { kind: 'fit' }],
    ["the kind's version", {}, { kinds: { read: { version: 2, run }, fit: run } }],
  ])('changes with %s, and so do those that need it', (_, change, more) => {
    const after = hashes(change, more);
    expect(after.read).not.toBe(before.read);
    expect(after.fit).not.toBe(before.fit);
  });

  test.each<[string, Partial<TaskSpec>, Partial<PrepareOptions>?]>([
    ['the order of keys', { params: { cuts: { high: 2, low: 1 }, tree: 'events' } }],
    ['an undefined parameter', { params: { tree: 'events', cuts: { low: 1, high: 2, width: undefined } } }],
    ["the input file's folder", { files: ['/elsewhere/a.root'] }],
    ['the title', { title: 'read the events' }],
    ['the cost', { cost: 12 }],
    ['the place of outputs', { publish: { x: 'products/x' } }],
    ['one thread, said aloud', { threads: 1 }],
    ['a plain function for version 1', {}, { kinds: { read: { version: 1, run }, fit: run } }],
  ])('does not change with %s', (_, change, more) => {
    expect(hashes(change, more)).toEqual(before);
  });

  test('does not change upstream', () => {
    const plan: Plan = { tasks: [read, { ...fit, params: { x: 1 } }], summaryTask: 'fit' };
    expect(prepare(plan, options)[0].job.hash).toBe(before.read);
  });
});

describe('provenance', () => {
  const replicas = Array.from({ length: 40 }, (_, i) => ({
    id: `r/${i}`,
    kind: 'read',
    params: { i },
    files: ['/data/a.root'],
  }));
  const sink = { id: 'fit', kind: 'fit', params: { x: 1 }, needs: replicas.map((r) => r.id), files: ['/data/b.root'] };
  const { provenance } = (prepare({ tasks: [...replicas, sink], summaryTask: 'fit' }, options).at(-1) as { job: Job })
    .job;

  test('names inputs by base name and tells alike tasks once', () => {
    expect(provenance.inputs).toEqual({ 'a.root': 'aa', 'b.root': 'bb' });
    expect(provenance.chain.map((link) => link.task)).toEqual(['r/0 and 39 more', 'fit']);
  });

  test('holds no absolute path', () => {
    expect(JSON.stringify(provenance)).not.toContain('/data');
  });

  test('keeps two inputs of one name apart', () => {
    const sums = new Map([
      ['/x/a.csv', { sha256: '11', size: 1 }],
      ['/y/a.csv', { sha256: '22', size: 1 }],
    ]);
    const one = { id: 'fit', kind: 'fit', params: {}, files: ['/x/a.csv', '/y/a.csv'] };
    const [{ job }] = prepare({ tasks: [one], summaryTask: 'fit' }, { ...options, sums });
    expect(job.provenance.inputs).toEqual({ 'a.csv': '11', 'a.csv (2)': '22' });
  });
});

test('an unknown kind is named', () => {
  const plan: Plan = { tasks: [{ ...read, kind: 'raed' }, fit], summaryTask: 'fit' };
  expect(() => prepare(plan, options)).toThrow('no task of kind "raed" is known (task "read")');
});
