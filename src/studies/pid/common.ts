import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { JsonObject } from '../../base/json.js';
import { makeFolder } from '../../base/make-folder.js';
import { figureJson } from '../../figures/figure-json.js';
import type { SampleSpec } from '../../events/store.js';
import type { ExperimentLabel, Figure } from '../../figures/figure.js';
import { figureFromJson } from '../../figures/read-figure.js';
import type { TaskContext } from '../../runs/task.js';
import type { OwnVariablesSpec } from '../own-variables.js';
import type { SampleName } from './modes.js';
import type { ModeParams } from './params.js';
import type { PidStudy } from './schema/schema.js';

/** What every task after the weighing knows of the study. */
export interface CommonParams {
  readonly modes: readonly ModeParams[];
  readonly variables: OwnVariablesSpec;
  readonly label: PidStudy['label'];
  readonly name: string;
  /** Weighted tuples among the task's files, first and in this order; absent: those of the run. */
  readonly inputs?: readonly TupleInput[];
}

export interface TupleInput {
  readonly mode: string;
  readonly sample: SampleName;
  readonly files: number;
  readonly tree?: string;
}

/** What all figures of a run share. */
export interface Style {
  readonly label: ExperimentLabel;
  readonly watermark?: string;
}

export const styleOf = (label: ExperimentLabel, quick: boolean): Style => ({
  label,
  ...(quick ? { watermark: 'quick' } : {}),
});

/** Leaves figures as data for the report to draw; returns their names. */
export async function keepFigures(dir: string, figures: readonly Figure[]): Promise<string[]> {
  await makeFolder(path.join(dir, 'figures'));
  for (const figure of figures) await writeFile(path.join(dir, 'figures', `${figure.name}.json`), figureJson(figure));
  return figures.map((figure) => figure.name);
}

/** A figure that a task has left. */
export async function keptFigure(dir: string, name: string): Promise<Figure> {
  const file = path.join(dir, 'figures', `${name}.json`);
  return figureFromJson(await readFile(file, 'utf8'), file);
}

/** The result of a task that this one needs; undefined where the plan has none of this id. */
export function resultOf<T>(context: TaskContext, id: string): T | undefined {
  try {
    return context.input(id).result as unknown as T;
  } catch {
    return undefined;
  }
}

/** The weighted candidates of a mode and sample: of this run, or among the task's files. */
export function ntupleOf(
  context: TaskContext,
  { inputs }: Pick<CommonParams, 'inputs'>,
  mode: string,
  sample: SampleName,
): SampleSpec {
  if (!inputs) return { files: [path.join(context.input(`ntuple/${mode}/${sample}`).dir, 'ntuple.parquet')] };
  let from = 0;
  for (const input of inputs) {
    if (input.mode === mode && input.sample === sample)
      return { files: context.files.slice(from, from + input.files), tree: input.tree };
    from += input.files;
  }
  return { files: [] };
}

export const asResult = (value: object): JsonObject => JSON.parse(JSON.stringify(value)) as JsonObject;
