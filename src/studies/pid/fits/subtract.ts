import { rm } from 'node:fs/promises';
import path from 'node:path';
import { openStore, type EventStore, type EventTable } from '../../../events/store.js';
import type { Table } from '../../../events/table.js';
import { copyColumns } from '../../../events/copy-columns.js';
import { abcd } from '../../../fit/abcd.js';
import { subtractTemplates, type BackgroundTemplate } from '../../../fit/template-subtraction.js';
import { provenanceStamp } from '../../../runs/provenance.js';
import type { TaskContext } from '../../../runs/task.js';
import { inPlaceOf, type OwnVariablesSpec } from '../../own-variables.js';
import type { FitSettings } from '../schema/fit-schema.js';
import { ROWS, type ModeParams } from '../params.js';
import { taskVariables } from '../schema/study-variables.js';
import { writeBeside } from './written-columns.js';

/** The weights of two independent selections: 1 in the region of signal, −T where the first fails, 0 elsewhere. */
export async function writeAbcd(
  table: EventTable,
  { first, second, leakage, error }: NonNullable<FitSettings['abcd']>,
  weight: string | undefined,
  out: string,
  metadata: Readonly<Record<string, string>>,
): Promise<void> {
  const wanted = { a: `(${first}) ? 1 : 0`, b: `(${second}) ? 1 : 0`, ...(weight === undefined ? {} : { w: weight }) };
  const { a, b, w } = (await table.read(wanted)) as { a: Float64Array; b: Float64Array; w?: Float64Array };
  const { columns } = abcd(a, b, { leakage, error, weights: w });
  await writeBeside(table, out, columns, metadata);
}

/** The prepared candidates of both samples, and the columns that both have. */
export async function openBoth(store: EventStore, context: TaskContext, mode: string, variables: OwnVariablesSpec) {
  const own = inPlaceOf(await taskVariables(context, variables));
  const open = async (sample: string): Promise<Table> =>
    (await store.open({ files: [path.join(context.input(`prepare/${mode}/${sample}`).dir, ROWS)] }, own)) as Table;
  const [data, simulation] = [await open('data'), await open('simulation')];
  const there = new Map(simulation.columns.map((c) => [c.name, c]));
  const common = data.columns.filter((c) => there.get(c.name)?.type === c.type).map((c) => c.name);
  const left = data.columns.length - common.length;
  if (left) context.warn(`columns of ${mode} that only one of the samples has are left out of its data tuple`, left);
  return { data, simulation, common };
}

/**
 * Data with simulated background below them, which has negative weights: in any bin Σw is the signal. Columns that only one
 * of the two samples has are left out.
 */
export async function writeSubtracted(
  context: TaskContext,
  request: {
    readonly mode: ModeParams;
    readonly templates: NonNullable<FitSettings['templates']>;
    readonly weight: string | undefined;
    readonly variables: OwnVariablesSpec;
  },
  out: string,
): Promise<void> {
  const { mode, templates, weight, variables } = request;
  const store = await openStore({ cache: context.cache, threads: context.threads });
  try {
    const { data, simulation, common } = await openBoth(store, context, mode.name, variables);
    const parts = [path.join(context.dir, 'data-part.parquet')];
    await copySelected(data, common, undefined, parts[0]);
    const backgrounds: BackgroundTemplate[] = [];
    for (const [name, { select, scale, error }] of Object.entries(templates)) {
      const part = path.join(context.dir, `${name}-part.parquet`);
      await copySelected(simulation, common, select, part);
      const eventWeight = mode.weights.simulation;
      const weights =
        eventWeight === undefined
          ? undefined
          : (await simulation.read({ w: eventWeight }, { where: select, lenient: true }))['w'];
      const rows = await simulation.count(select);
      if (rows === 0) context.warn(`the background "${name}" of ${mode.name} has no simulated candidates`);
      backgrounds.push({ name, rows, scale, error, weights });
      parts.push(part);
    }
    const rows = await data.count();
    const weights = weight === undefined ? undefined : (await data.read({ w: weight }))['w'];
    const { columns } = subtractTemplates({ rows, weights }, backgrounds);
    const joined = await store.open({ files: parts });
    await writeBeside(joined, out, columns, { datamc: provenanceStamp(context.provenance) });
    for (const part of parts) await rm(part);
  } finally {
    await store.close();
  }
}

/** Copies some columns of the rows that meet a condition. */
export async function copySelected(
  table: Table,
  names: readonly string[],
  select: string | undefined,
  out: string,
): Promise<void> {
  const compiled = names.map((name) => table.check(`\`${name}\``, undefined, 'any'));
  const where = select === undefined ? [] : [table.check(select, 'select', 'condition')];
  const from = await table.from(compiled, where);
  const shown = names.map((name) => ({ sql: table.sqlName(name), name }));
  await copyColumns(table.duck, shown, from, out);
}
