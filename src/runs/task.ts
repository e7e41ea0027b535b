import type { Json } from '../base/json.js';
import type { Key } from '../stats/key.js';

/** One node of the task graph, as a plan lists it. Plain data: it travels to workers and batch jobs as JSON. */
export interface TaskSpec {
  /** Unique in the plan, words separated by slashes: `train/simulation/3`. */
  readonly id: string;
  /** Which task function does it: a key of the study's `tasks`. */
  readonly kind: string;
  /** All that the outcome depends on besides `needs`, `files` and the key. No absolute paths: those go to `files`. */
  readonly params: Json;
  /** Ids of the tasks whose outputs this one reads. */
  readonly needs?: readonly string[];
  /**
   * Needs of which a share, rounded down to whole tasks, may fail: toys, bootstrap replicas. The task is then done without
   * them, and `TaskContext.missing` says which. They are tried again with the next run.
   */
  readonly optional?: { readonly needs: readonly string[]; readonly share: number };
  /** Input files (absolute paths). Their base names and checksums enter the hash, their folders do not. */
  readonly files?: readonly string[];
  /** Threads the task may use, 1 unless told. Part of the hash: the number of threads may move the last bit. */
  readonly threads?: number;
  /** Name of the random stream, the id unless told. Tasks that must draw the same numbers share one. */
  readonly key?: string;
  /** For people: `train the data flow, replica 3`. */
  readonly title?: string;
  /** Rough cost in core seconds, for `datamc check` and the time left. */
  readonly cost?: number;
  /**
   * What the user gets: output (a file or folder below `TaskContext.dir`) → its place in the run directory, below
   * `products/` or `figures/`, or `report.html`. A list names outputs whose place is their own name.
   */
  readonly publish?: Readonly<Record<string, string>> | readonly string[];
}

/** What a study wants done. */
export interface Plan {
  readonly tasks: readonly TaskSpec[];
  /** The task whose result is the summary: it becomes `summary.json`. */
  readonly summaryTask: string;
}

/** What a task function sees. It reads nothing else: no clock, no environment, no global state. */
export interface TaskContext {
  readonly id: string;
  readonly params: Json;
  /** The absolute paths of `TaskSpec.files`, in their order. */
  readonly files: readonly string[];
  /** The task's own random stream. */
  readonly key: Key;
  /** Write outputs here; the folder is renamed into the cache when it is whole. */
  readonly dir: string;
  /** Survives a kill: checkpoints from which this very task resumes. Empty on the first try. Must not alter the outcome. */
  readonly scratch: string;
  readonly threads: number;
  readonly quick: boolean;
  /** Cache of converted event files, shared by all tasks of the run (`openStore({ cache })`). */
  readonly cache: string;
  /** What may be written into outputs so that `datamc explain` knows them anywhere; a function of the task's hash alone. */
  readonly provenance: Provenance;
  /** The outputs (read-only), the result and the warnings of a task named in `needs`. */
  input(id: string): TaskInput;
  /** Ids of the optional needs that failed: `input` does not have them. */
  readonly missing: readonly string[];
  /** How far the task is. Call it as often as you like: it is passed on ten times a second at most. */
  progress(done: number, total: number, unit?: string): void;
  /** A counted warning, shown to the user once and kept with the outputs. */
  warn(message: string, count?: number): void;
}

/** What a finished task left behind. */
export interface TaskInput {
  readonly dir: string;
  readonly result: Json;
  readonly warnings: readonly Warning[];
}

/** Does a task. What it returns is stored as `result.json` beside the outputs: finite numbers, plain objects. */
export type TaskFunction = (context: TaskContext) => Promise<Json>;

/** A task function, or one with a version to raise whenever its outcome changes for equal inputs. */
export type TaskKind = TaskFunction | { readonly version: number; readonly run: TaskFunction };

/** Where an output comes from. Holds no time, host, process number or absolute path. */
export interface Provenance {
  readonly software: string;
  /** The kind of study, so that `datamc apply` knows what to do with a product. */
  readonly study: string;
  readonly task: string;
  readonly hash: string;
  readonly kind: string;
  readonly seed: number;
  readonly quick: boolean;
  /** Input files read by the task or by a task it depends on: base name → sha256. */
  readonly inputs: Readonly<Record<string, string>>;
  /** The task and all that it depends on, in order: id, kind, hash and parameters. */
  readonly chain: readonly {
    readonly task: string;
    readonly kind: string;
    readonly hash: string;
    readonly params: Json;
  }[];
}

/** A warning, and how many times it applies (rows, bins, replicas). */
export interface Warning {
  readonly message: string;
  readonly count?: number;
}

export const taskFunction = (kind: TaskKind): TaskFunction => (typeof kind === 'function' ? kind : kind.run);
export const taskVersion = (kind: TaskKind): number => (typeof kind === 'function' ? 1 : kind.version);
