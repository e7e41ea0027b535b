import path from 'node:path';
import { userError } from '../base/error.js';
import { makeFolder } from '../base/make-folder.js';
import type { FileSum } from '../runs/checksums.js';
import { openChecksums } from '../runs/checksums.js';
import { writeWhole } from '../runs/files.js';
import { layout } from '../runs/layout.js';
import { prepare, type Prepared } from '../runs/prepare.js';
import { finished } from '../runs/results.js';
import type { Plan } from '../runs/task.js';
import { jsonSchema } from '../studies/json-schema.js';
import { findStudy, studyNames } from '../studies/registry.js';
import type { Invocation } from './action.js';
import { loadPlan } from './load-plan.js';
import { duration } from './progress-line.js';

/** Validate and plan a study; show what would run. */
export async function checkStudy(file: string | undefined, { globals, io }: Invocation): Promise<void> {
  if (file === undefined)
    throw userError({
      code: 'command.missing-argument',
      message: 'no study file is named',
      expected: 'datamc check STUDY.yaml, or --schema DIR',
    });
  const { study, definition, plan, dir } = await loadPlan(file, globals, io, false);
  const sums = await knownSums(plan, dir);
  const { tasks: kinds } = definition;
  const prepared = prepare(plan, { study: definition.name, seed: study.seed, quick: globals.quick, kinds, sums });
  const cached = new Set<string>();
  for (const { spec, job } of prepared) if (await finished(layout(dir), job.hash)) cached.add(spec.id);
  const todo = prepared.filter(({ spec }) => !cached.has(spec.id));
  const cost = todo.reduce((sum, { spec }) => sum + (spec.cost ?? 0), 0);

  io.print(`${study.name}: a ${definition.name} study that can run`);
  for (const [name, sample] of Object.entries(study.samples)) {
    io.print(`sample  ${name}: ${filesOf(sample)}`);
  }
  for (const line of graphLines(prepared, cached)) io.print(line);
  io.print(
    `${prepared.length} tasks, ${cached.size} of them in the cache of ${path.relative(process.cwd(), dir) || '.'}`,
  );
  if (cost > 0) {
    const longest = criticalPath(prepared, cached);
    const wall = Math.max(longest, cost / globals.jobs);
    io.print(`about ${duration(cost)} of one core; with --jobs ${globals.jobs} about ${duration(wall)}`);
  }
  io.result({
    study: definition.name,
    name: study.name,
    dir,
    quick: globals.quick,
    coreSeconds: cost,
    tasks: prepared.map(({ spec, job }) => ({
      id: spec.id,
      kind: spec.kind,
      hash: job.hash,
      needs: spec.needs ?? [],
      cached: cached.has(spec.id),
      ...(spec.cost === undefined ? {} : { cost: spec.cost }),
    })),
  });
}

/** Where a sample's events are: a file, some files, or the files that a catalogue has of a collection. */
function filesOf(sample: { readonly files: readonly string[] }): string {
  const { length } = sample.files;
  const { collection } = sample as { readonly collection?: unknown };
  if (length === 0 && typeof collection === 'string') return `collection ${collection}`;
  return length === 1 ? path.relative(process.cwd(), sample.files[0]) : `${length} files`;
}

// Only checksums that are remembered from a run: checking reads no values. Other files count as new.
async function knownSums(plan: Plan, dir: string): Promise<Map<string, FileSum>> {
  const store = await openChecksums(layout(dir).checksums);
  const sums = new Map<string, FileSum>();
  for (const file of new Set(plan.tasks.flatMap((task) => task.files ?? []))) {
    const sum = await store.known(file);
    if (sum) sums.set(file, sum);
  }
  return sums;
}

const fewAlike = 4;

/** The graph, one line per task; many in a row of one kind become one line. */
function graphLines(prepared: readonly Prepared[], cached: ReadonlySet<string>): string[] {
  const lines: [string, string, string][] = [];
  for (let i = 0; i < prepared.length;) {
    const { kind } = prepared[i].spec;
    let end = i;
    while (end < prepared.length && prepared[end].spec.kind === kind) end++;
    const alike = prepared.slice(i, end);
    const shown = alike.length > fewAlike ? [alike] : alike.map((task) => [task]);
    for (const group of shown) lines.push(graphLine(group, cached));
    i = end;
  }
  const widths = [0, 1].map((k) => Math.min(60, Math.max(...lines.map((line) => line[k].length))));
  return lines.map(([name, needs, state]) =>
    `  ${name.padEnd(widths[0])}  ${needs.padEnd(widths[1])}  ${state}`.trimEnd(),
  );
}

function graphLine(group: readonly Prepared[], cached: ReadonlySet<string>): [string, string, string] {
  const [{ spec }] = group;
  const name = group.length === 1 ? spec.id : `${spec.id} and ${group.length - 1} more of ${spec.kind}`;
  const needs = spec.needs ?? [];
  const from =
    needs.length === 0
      ? ''
      : `← ${needs.slice(0, 3).join(', ')}${needs.length > 3 ? `, ${needs.length - 3} more` : ''}`;
  const there = group.filter((task) => cached.has(task.spec.id)).length;
  const cost = group.reduce((sum, task) => sum + (cached.has(task.spec.id) ? 0 : (task.spec.cost ?? 0)), 0);
  const state = there === group.length ? 'cached' : there ? `${there} cached` : '';
  return [name, from, [state, cost ? `~ ${duration(cost)}` : ''].filter(Boolean).join(', ')];
}

function criticalPath(prepared: readonly Prepared[], cached: ReadonlySet<string>): number {
  const end = new Map<string, number>();
  for (const { spec } of prepared) {
    const own = cached.has(spec.id) ? 0 : (spec.cost ?? 0) / (spec.threads ?? 1);
    end.set(spec.id, own + Math.max(0, ...(spec.needs ?? []).map((need) => end.get(need) as number)));
  }
  return Math.max(0, ...end.values());
}

/** Write `NAME.json` for every study; returns the files. */
export async function writeSchemas(dir: string): Promise<string[]> {
  await makeFolder(dir);
  const files: string[] = [];
  for (const name of studyNames) {
    const { schema } = await findStudy(name, process.cwd());
    const file = path.join(dir, `${name}.json`);
    await writeWhole(file, `${JSON.stringify(jsonSchema(schema), undefined, 2)}\n`);
    files.push(file);
  }
  return files;
}
