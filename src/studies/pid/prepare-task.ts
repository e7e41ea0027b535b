import path from 'node:path';
import { userError } from '../../base/error.js';
import type { JsonObject } from '../../base/json.js';
import { openStore } from '../../events/store.js';
import type { Table } from '../../events/table.js';
import { copyColumns } from '../../events/copy-columns.js';
import type { TaskContext } from '../../runs/task.js';
import { inPlaceOf } from '../own-variables.js';
import { hasFit } from './fits/fits.js';
import { ROWS, type PrepareParams, type PrepareResult } from './params.js';
import { taskVariables } from './schema/study-variables.js';
import { both } from './both.js';

/** Rows that a `--quick` run keeps of each sample, spread evenly over it. */
const QUICK_ROWS = 25_000;

/**
 * Task: the selected candidates of one mode and sample with all their columns, derived ones included. What follows reads this
 * file alone. Candidates outside the range of the fit, or without a value there, are left out and counted.
 */
export async function prepare(context: TaskContext): Promise<JsonObject> {
  const { mode, sample, spec, define, select, variables } = context.params as unknown as PrepareParams;
  const store = await openStore({ cache: context.cache, threads: context.threads });
  try {
    const { tree, weight, entries, explode } = spec;
    const own = await taskVariables(context, variables);
    const from = { files: context.files.slice(0, spec.files), tree, weight, entries, explode, select: spec.select };
    const at = `samples.${sample}`;
    const table = (await store.open(from, { define, select, path: at, ...inPlaceOf(own) })) as Table;
    for (const { message, count, path: file } of table.warnings)
      context.warn(message.replaceAll(file, path.basename(file)), count);
    for (const { name, unreadable } of table.columns.filter((c) => c.unreadable !== undefined))
      context.warn(`column "${name}" of ${mode.name} ${sample} is left out: ${unreadable}`);

    const selected = await table.count(both(mode.select));
    if (selected === 0) throw nothingLeft(mode, sample, table.files[0]);
    const { fit } = mode;
    const inside = hasFit(fit) ? `${fit.range[0]} <= (${fit.variable}) <= ${fit.range[1]}` : undefined;
    const missing = hasFit(fit) ? await table.count(both(mode.select, `isnan(${fit.variable})`)) : 0;
    const kept = both(mode.select, inside);
    const used = inside === undefined ? selected : await table.count(kept);
    if (used === 0)
      throw missing === selected ? noValue(mode, sample, selected) : nothingInRange(mode, sample, selected);
    if (missing)
      context.warn(`candidates of ${mode.name} ${sample} without a value of ${fit?.variable}: left out`, missing);

    const columns = table.columns.filter((c) => c.unreadable === undefined);
    const where = kept === undefined ? [] : [table.check(kept, `${mode.at}.select`, 'condition')];
    const compiled = columns.map((c) => table.check(quoted(c.name), undefined, 'any'));
    const rows = await table.from(compiled, where);
    const shown = columns.map((c, i) => `${table.sqlName(c.name)} AS c${i}`).join(', ');
    const every = context.quick ? Math.ceil(used / QUICK_ROWS) : 1;
    const some =
      every === 1
        ? `(SELECT ${shown} FROM ${rows})`
        : `(SELECT * FROM (SELECT ${shown}, row_number() OVER () AS datamc_row FROM ${rows}) WHERE datamc_row % ${every} = 0)`;
    const out = path.join(context.dir, ROWS);
    await copyColumns(
      table.duck,
      columns.map(({ name }, i) => ({ sql: `c${i}`, name })),
      some,
      out,
    );
    const result: PrepareResult = {
      rows: await table.count(),
      selected,
      outside: selected - used - missing,
      missing,
      used: Math.floor(used / every),
      sumOfWeights: await sumOfWeights(context, out, weight, at),
    };
    return result;
  } finally {
    await store.close();
  }
}

const quoted = (name: string): string => `\`${name}\``;

/** Weights that are not finite, or a sum that is not positive, end the run here. */
async function sumOfWeights(
  context: TaskContext,
  file: string,
  weight: string | undefined,
  at: string,
): Promise<number> {
  const store = await openStore({ cache: context.cache, threads: context.threads });
  try {
    const { variables } = context.params as unknown as PrepareParams;
    const own = await taskVariables(context, variables);
    const table = await store.open({ files: [file], weight }, { path: at, ...inPlaceOf(own) });
    const weights = await table.weights();
    return weights ? weights.reduce((a, b) => a + b, 0) : await table.count();
  } finally {
    await store.close();
  }
}

const nothingLeft = (mode: PrepareParams['mode'], sample: string, file: string) =>
  userError({
    code: 'events.empty-selection',
    message: `the selection leaves no candidates of ${mode.name} in ${sample}`,
    path: mode.select === undefined ? `samples.${sample}` : `${mode.at}.select`,
    got: mode.select,
    hint: `look at the ranges: datamc inspect ${path.basename(file)}`,
  });

const noValue = ({ at, fit, name }: PrepareParams['mode'], sample: string, selected: number) =>
  userError({
    code: 'events.all-nan',
    message: `"${fit?.variable}" has no value in any of the ${selected} selected candidates of ${name} in ${sample}`,
    path: `${at}.fit.variable`,
    got: 'NaN everywhere',
    hint: 'take another variable, or look at the values: datamc inspect',
  });

const nothingInRange = ({ at, fit, name }: PrepareParams['mode'], sample: string, selected: number) =>
  userError({
    code: 'pid.empty-range',
    message: `none of the ${selected} selected candidates of ${name} in ${sample} lies in the range of the fit`,
    path: `${at}.fit.range`,
    got: fit?.range?.join(' to '),
    expected: `a range that holds values of ${fit?.variable}`,
  });
