import path from 'node:path';
import type { JsonObject } from '../../../base/json.js';
import type { Template } from '../../../density/template.js';
import type { EventStore } from '../../../events/store.js';
import { ksTwoSample } from '../../../stats/ks.js';
import { openApplyInput, type ApplyInput } from '../../apply-input.js';
import { correlationsOf, type AppliedCheck } from './applied-sample.js';

/** Rows of data that new values are compared with; evenly chosen where there are more. */
const MOST = 50_000;

/** Data: the template's columns and the compared ones, with weights. */
export interface SeenData {
  readonly given: readonly Float64Array[];
  readonly variables: readonly Float64Array[];
  readonly compared: readonly Float64Array[];
  readonly weights: Float64Array;
}

/** Data that new values are compared with. */
export interface DataToCompare {
  readonly file: string;
  readonly weight?: string | undefined;
  readonly prefix?: string | undefined;
}

/** Reads the data to compare with, rows with a value in every column. */
export async function readData(
  store: EventStore,
  { file, weight, prefix }: DataToCompare,
  { define, with: own }: Pick<ApplyInput, 'define' | 'with'>,
  { given, variables }: Template,
  compare: readonly string[],
): Promise<SeenData> {
  const input = { input: path.resolve(file), define, with: own };
  const { table } = await openApplyInput(store, input, { prefix, path: 'data' });
  const texts = [...given, ...variables].map((a) => a.expression).concat(compare, weight ?? '1');
  const expressions = Object.fromEntries(texts.map((text, i) => [`d${i}`, text]));
  let kept = texts.map(() => [] as number[]);
  let every = 1;
  let row = 0;
  for await (const block of table.scan(expressions, { path: 'data' })) {
    const columns = texts.map((_, i) => block[`d${i}`]);
    for (let i = 0; i < columns[0].length; i++) {
      if (!columns.every((c) => Number.isFinite(c[i])) || row++ % every !== 0) continue;
      columns.forEach((c, k) => kept[k].push(c[i]));
    }
    while (kept[0].length > MOST) {
      every *= 2;
      kept = kept.map((column) => column.filter((_, i) => i % 2 === 0));
    }
  }
  const columns = kept.map((c) => Float64Array.from(c));
  const [k, v] = [given.length, given.length + variables.length];
  return {
    given: columns.slice(0, k),
    variables: columns.slice(k, v),
    compared: columns.slice(v, -1),
    weights: columns[columns.length - 1],
  };
}

/** Distances from the data, before and after, by variable; and the largest difference of a correlation. */
export function againstData(template: Template, check: AppliedCheck, data: SeenData): JsonObject {
  const ks = (values: Float64Array | undefined, j: number): number | undefined => {
    if (!values) return undefined;
    const rows = Uint32Array.from(values.keys()).filter((i) => Number.isFinite(values[i]));
    if (rows.length < 2) return undefined;
    const pick = (c: Float64Array): Float64Array => Float64Array.from(rows, (i) => c[i]);
    return ksTwoSample(
      { values: data.variables[j], weights: data.weights },
      { values: pick(values), weights: pick(check.weights) },
    ).statistic;
  };
  const difference = (mine: Float64Array | undefined): number | undefined => {
    if (!mine) return undefined;
    const own = correlationsOf([...data.variables, ...data.given, ...data.compared], data.weights);
    return own.reduce((most, v, i) => Math.max(most, Math.abs(v - mine[i])), 0);
  };
  return {
    events: data.weights.length,
    ks: Object.fromEntries(
      template.variables.map(({ name }, j) => [name, { before: ks(check.before[j], j), after: ks(check.after[j], j) }]),
    ),
    largestCorrelationDifference: {
      before: difference(check.correlations?.before),
      after: difference(check.correlations?.after),
    },
  };
}
