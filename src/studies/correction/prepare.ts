import path from 'node:path';
import { userError } from '../../base/error.js';
import type { JsonObject } from '../../base/json.js';
import { openStore, type EventTable } from '../../events/store.js';
import type { TaskContext } from '../../runs/task.js';
import type { ColumnTransform } from '../../models/column-transform.js';
import { permutation, uniforms, type Key } from '../../stats/key.js';
import { readColumns, writeColumns } from '../columns-file.js';
import { toScale } from './transform.js';
import { checkConstant, checkEnough, countBad, warnBad, type BadCounts } from './usable.js';

/** A column with the scale on which it is learnt. */
export type ScaledColumn = { readonly column: string; readonly transform: ColumnTransform };

export type SampleName = 'simulation' | 'data';
export const sampleNames: readonly SampleName[] = ['simulation', 'data'];

type SampleParams = {
  readonly files: number;
  readonly tree?: string;
  readonly select?: string;
  readonly weight?: string;
  readonly entries?: number;
  readonly explode?: string;
};

export type PrepareParams = {
  readonly samples: Readonly<Record<SampleName, SampleParams>>;
  readonly define: Readonly<Record<string, string>>;
  readonly select?: string;
  readonly variables: readonly ScaledColumn[];
  readonly given: readonly ScaledColumn[];
  readonly compare: readonly string[];
  readonly truth: Readonly<Record<string, string>>;
  readonly holdOut: number;
};

/** Rows that a `--quick` run keeps of each sample, drawn at random. */
const QUICK_ROWS = 6000;

/** How many rows of a sample were read, used, and why others were not. */
export type RowCounts = {
  readonly rows: number;
  readonly used: number;
  readonly heldOut: number;
  readonly sumOfWeights: number;
  readonly effective: number;
  /** By column: NaN, infinite, outside the transform's domain. */
  readonly bad: Readonly<Record<string, { readonly nan: number; readonly infinite: number; readonly outside: number }>>;
};

export type PrepareResult = { readonly samples: Readonly<Record<SampleName, RowCounts>> };

/** One sample as the other tasks see it: only usable rows, everything on the learning scale. */
export interface PreparedSample {
  readonly variables: Float64Array[];
  readonly given: Float64Array[];
  readonly compare: Float64Array[];
  /** True corrected values on the learning scale, where the study knows them; by variable. */
  readonly truth: readonly (Float64Array | undefined)[];
  readonly weights: Float64Array;
  /** 1 where the event is held out. */
  readonly heldOut: Uint8Array;
}

const keep = <T extends Float64Array>(values: T, rows: Uint32Array): Float64Array =>
  Float64Array.from(rows, (row) => values[row]);

const finite: ColumnTransform = 'none';

async function prepareSample(
  context: TaskContext,
  table: EventTable,
  name: SampleName,
  params: PrepareParams,
  key: Key,
): Promise<RowCounts> {
  const scaled = [...params.variables, ...params.given];
  const [variables, given] = [params.variables, params.given].map((list) => list.map(({ column }) => column));
  const truth = name === 'simulation' ? params.variables.filter((v) => params.truth[v.column] !== undefined) : [];
  const expressions: Record<string, string> = {};
  scaled.forEach(({ column }, i) => (expressions[`s${i}`] = column));
  params.compare.forEach((column, i) => (expressions[`c${i}`] = column));
  truth.forEach(({ column }, i) => (expressions[`t${i}`] = params.truth[column]));
  const { weight } = params.samples[name];
  if (weight !== undefined) expressions['weight'] = weight;
  // Columns that are only compared may lack values; those that are learnt from may not.
  const columns = await table.read(expressions, { lenient: true });
  const rows = columns['s0'].length;
  for (const id of Object.keys(expressions))
    if (!id.startsWith('c') && columns[id].every(Number.isNaN)) await table.read({ [id]: expressions[id] });
  const weights = columns['weight'] ?? new Float64Array(rows).fill(1);
  const usable = new Uint8Array(rows).fill(1);
  const bad: Record<string, BadCounts> = {};
  scaled.forEach((column, i) => {
    bad[column.column] = countBad(columns[`s${i}`], column.transform, usable);
    warnBad(context, name, column, bad[column.column]);
  });
  if (weight !== undefined) {
    const badWeight = countBad(weights, finite, usable);
    warnBad(context, name, { column: weight, transform: finite }, badWeight);
  }
  let used = Uint32Array.from(usable.keys()).filter((row) => usable[row] === 1);
  if (used.length === 0)
    throw userError({
      code: 'correction.no-usable-rows',
      message: `no row of ${name} can be used`,
      path: `samples.${name}`,
      got: `${rows} rows, each with a value that is not finite or outside its transform's domain`,
      hint: 'datamc inspect shows the ranges; mend "variables" or "select"',
    });
  if (context.quick && used.length > QUICK_ROWS)
    used = Uint32Array.from(
      permutation(key.split('quick'), used.length).subarray(0, QUICK_ROWS),
      (i) => used[i],
    ).sort();

  const kept = keep(weights, used);
  const sumOfWeights = kept.reduce((a, b) => a + b, 0);
  if (!(sumOfWeights > 0))
    throw userError({
      code: 'correction.weights',
      message: `the weights of ${name} add up to ${sumOfWeights}`,
      path: `samples.${name}.weight`,
      expected: 'a positive sum',
      hint: 'negative weights are welcome as long as the sample as a whole has a positive one',
    });
  const at = (id: string): Float64Array => keep(columns[id], used);
  const heldOut = uniforms(key.split('hold-out'), used.length).map((u) => (u < params.holdOut ? 1 : 0));
  const judging = heldOut.reduce((a, b) => a + b, 0);
  checkEnough(name, used.length, judging, params.holdOut);
  const named = (list: readonly string[], id: (i: number) => string) =>
    list.map((column, i) => ({ column, values: at(id(i)) }));
  checkConstant(context, name, {
    variables: named(variables, (i) => `s${i}`),
    others: [...named(given, (i) => `s${variables.length + i}`), ...named(params.compare, (i) => `c${i}`)],
  });
  const output: Record<string, Float64Array> = { weight: kept, heldOut };
  scaled.forEach(({ transform }, i) => (output[`s${i}`] = toScale(transform, at(`s${i}`))));
  params.compare.forEach((_, i) => (output[`c${i}`] = at(`c${i}`)));
  truth.forEach(({ column, transform }, i) => (output[`t:${column}`] = toScale(transform, at(`t${i}`))));
  await writeColumns(path.join(context.dir, `${name}.columns`), output);
  return {
    rows,
    used: used.length,
    heldOut: judging,
    sumOfWeights,
    effective: sumOfWeights ** 2 / kept.reduce((a, b) => a + b * b, 0),
    bad,
  };
}

/** Task: reads both samples once, counts what cannot be used, splits off the held-out events. */
export async function prepare(context: TaskContext): Promise<JsonObject> {
  const params = context.params as unknown as PrepareParams;
  const store = await openStore({ cache: context.cache, threads: context.threads });
  try {
    const counts: Partial<Record<SampleName, RowCounts>> = {};
    let first = 0;
    for (const name of sampleNames) {
      const { files, tree, select, entries, explode } = params.samples[name];
      const table = await store.open(
        { files: context.files.slice(first, first + files), tree, select, entries, explode },
        {
          define: params.define,
          ...(params.select === undefined ? {} : { select: params.select }),
          path: `samples.${name}`,
        },
      );
      first += files;
      // The file's name alone: what a task leaves behind holds no absolute path.
      for (const { message, count, path: file } of table.warnings)
        context.warn(message.replaceAll(file, path.basename(file)), count);
      counts[name] = await prepareSample(context, table, name, params, context.key.split(name));
    }
    return { samples: counts } as JsonObject;
  } finally {
    await store.close();
  }
}

/** Reads one sample as the `prepare` task left it. */
export async function readPrepared(dir: string, name: SampleName, params: PrepareParams): Promise<PreparedSample> {
  const columns = await readColumns(path.join(dir, `${name}.columns`));
  const scaled = [...params.variables, ...params.given].map((_, i) => columns[`s${i}`]);
  return {
    variables: scaled.slice(0, params.variables.length),
    given: scaled.slice(params.variables.length),
    compare: params.compare.map((_, i) => columns[`c${i}`]),
    truth: params.variables.map(({ column }) => columns[`t:${column}`]),
    weights: columns['weight'],
    heldOut: Uint8Array.from(columns['heldOut']),
  };
}

/** The rows of a prepared sample for which `choose` says yes. */
export function selectRows(sample: PreparedSample, choose: (row: number) => boolean): PreparedSample {
  const rows = Uint32Array.from(sample.weights.keys()).filter(choose);
  const pick = (values: Float64Array) => keep(values, rows);
  return {
    variables: sample.variables.map(pick),
    given: sample.given.map(pick),
    compare: sample.compare.map(pick),
    truth: sample.truth.map((values) => values && pick(values)),
    weights: pick(sample.weights),
    heldOut: Uint8Array.from(rows, (row) => sample.heldOut[row]),
  };
}

/** Events that the flows learn from. */
export const trainingRows = (sample: PreparedSample): PreparedSample =>
  selectRows(sample, (row) => !sample.heldOut[row]);

/** Events that judge the result; all of them where nothing was held out. */
export const judgingRows = (sample: PreparedSample): PreparedSample =>
  sample.heldOut.some(Boolean) ? selectRows(sample, (row) => sample.heldOut[row] === 1) : sample;
