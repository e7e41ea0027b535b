import path from 'node:path';
import { sha256, stableJson } from '../base/hash.js';
import type { Json } from '../base/json.js';
import { version } from '../base/version.js';
import type { FileSum } from './checksums.js';
import { orderPlan, places } from './plan.js';
import { chainOf } from './provenance.js';
import { taskVersion, type Plan, type Provenance, type TaskKind, type TaskSpec } from './task.js';
import { taskError } from '../base/error.js';
import { didYouMean } from '../base/near.js';

/** All that doing a task takes, as plain data: what a worker or a batch job is given. */
export interface Job {
  readonly id: string;
  readonly kind: string;
  readonly hash: string;
  readonly params: Json;
  readonly seed: number;
  readonly key: string;
  readonly quick: boolean;
  readonly threads: number;
  readonly needs: readonly { readonly id: string; readonly hash: string }[];
  /** Optional needs that failed. */
  readonly missing: readonly string[];
  readonly files: readonly { readonly path: string; readonly name: string; readonly sha256: string }[];
  /** Outputs that must be there in the end. */
  readonly outputs: readonly string[];
  /** Its result is the run's summary. */
  readonly summary: boolean;
  readonly provenance: Provenance;
}

/** A task of the plan with its job, in an order in which needs come first. */
export interface Prepared {
  readonly spec: TaskSpec;
  readonly job: Job;
}

export interface PrepareOptions {
  /** The kind of study. */
  readonly study: string;
  readonly seed: number;
  readonly quick: boolean;
  readonly kinds: Readonly<Record<string, TaskKind>>;
  /** The checksum of each input file. */
  readonly sums: ReadonlyMap<string, FileSum>;
  /** Tasks that failed and that the others do without. They are left out. */
  readonly failed?: ReadonlySet<string>;
}

/**
 * Put a plan in order and name every task by the hash of all that its outcome depends on: study, kind and version of the
 * kind, parameters, hashes of its needs, which of them failed, names and checksums of its files, its random stream,
 * threads, quick or not, and the version of datamc.
 */
export function prepare(plan: Plan, options: PrepareOptions): Prepared[] {
  const jobs = new Map<string, Job>();
  const failed = options.failed ?? new Set();
  const left = orderPlan(plan).filter((task) => !failed.has(task.id));
  return left.map((task) => {
    const needs = task.needs ?? [];
    const missing = needs.filter((need) => failed.has(need));
    const spec = missing.length ? { ...task, needs: needs.filter((need) => !failed.has(need)) } : task;
    const kind = options.kinds[spec.kind];
    if (!kind) {
      const message = `no task of kind "${spec.kind}" is known (task "${spec.id}")`;
      const hint = didYouMean(spec.kind, Object.keys(options.kinds));
      throw taskError({ code: 'plan.unknown-kind', message, path: spec.id, hint });
    }
    const job = makeJob(spec, missing, taskVersion(kind), plan.summaryTask === spec.id, jobs, options);
    jobs.set(spec.id, job);
    return { spec, job };
  });
}

function makeJob(
  spec: TaskSpec,
  missing: readonly string[],
  kindVersion: number,
  summary: boolean,
  jobs: ReadonlyMap<string, Job>,
  options: PrepareOptions,
): Job {
  const needs = (spec.needs ?? []).map((id) => ({ id, hash: (jobs.get(id) as Job).hash }));
  const files = (spec.files ?? []).map((file) => {
    const sum = options.sums.get(file);
    return { path: file, name: path.basename(file), sha256: sum ? sum.sha256 : 'unknown' };
  });
  const { study, seed, quick } = options;
  const { id, kind, params } = spec;
  const key = spec.key ?? id;
  const threads = spec.threads ?? 1;
  const hash = sha256(
    stableJson({
      software: version,
      study,
      id,
      kind,
      version: kindVersion,
      params,
      seed,
      key,
      quick,
      threads,
      needs,
      ...(missing.length ? { missing } : {}),
      files: files.map(({ name, sha256: sum }) => [name, sum]),
      summary,
    }),
  );
  const provenance = {
    software: `datamc ${version}`,
    study,
    task: id,
    hash,
    kind,
    seed,
    quick,
    ...chainOf({ id, kind, hash, params, files, needs: needs.map((need) => jobs.get(need.id) as Job) }),
  };
  const outputs = places(spec).map(([output]) => output);
  return { id, kind, hash, params, seed, key, quick, threads, needs, missing, files, outputs, summary, provenance };
}
