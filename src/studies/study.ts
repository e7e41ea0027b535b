import type { z } from 'zod';
import type { Json } from '../base/json.js';
import type { Plan, TaskKind } from '../runs/task.js';
import type { ApplyInput } from './apply-input.js';
import type { StudyHead } from './head.js';
import type { WeightOptions } from './pid/apply/options.js';

/** What `plan` may use. Planning is cheap: it opens the samples' headers, never their values. */
export interface PlanContext {
  /** The study file's folder: relative paths start here. */
  readonly directory: string;
  readonly quick: boolean;
  readonly seed: number;
  /** Cache of converted event files (`openStore({ cache })`), for reading headers. */
  readonly cache: string;
  warn(message: string, count?: number): void;
}

/** `datamc apply PRODUCT IN OUT`. */
export interface ApplyRequest extends ApplyInput {
  /** A run directory or one product file, as an absolute path. */
  readonly product: string;
  readonly output: string;
  /** Write every replica, not only the band. */
  readonly replicas: boolean;
  readonly jobs: number;
  /** What to do with tables of weights; a product of another kind has no use for it. */
  readonly weights?: WeightOptions;
  warn(message: string, count?: number): void;
  progress(done: number, total: number, unit?: string): void;
}

/** A demo: realistic generated events with known truth. */
export interface Demo {
  /** One line: what it shows. */
  readonly title: string;
  /** Write the input samples and the study file into `dir`; returns the study file's path. Same bytes every time. */
  write(dir: string, options: { readonly quick: boolean; readonly seed?: number }): Promise<string>;
}

/** One kind of study: what its file may say and what is done about it. */
export interface StudyDefinition<S extends StudyHead = StudyHead> {
  readonly name: string;
  /** One line for `--help`: the question it answers. */
  readonly title: string;
  /** `head.extend({ ... })`, or anything that parses into the head and more. Strict: unknown keys are errors. */
  readonly schema: z.ZodType<S>;
  /** Errors name the path in the study file: `samples.data.select`. */
  plan(study: S, context: PlanContext): Plan | Promise<Plan>;
  /** Task functions by kind. */
  readonly tasks: Readonly<Record<string, TaskKind>>;
  /** A module that exports `tasks` (the object above); workers import it: `new URL('./tasks.js', import.meta.url)`. */
  readonly tasksModule: URL;
  readonly demo?: Demo;
  /** Adds columns to IN; what it returns is printed (`coverage`, …) and is the object of `--json`. */
  apply?(request: ApplyRequest): Promise<Json>;
}
