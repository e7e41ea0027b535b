import path from 'node:path';
import { userError } from '../../../base/error.js';
import { layout } from '../../../runs/layout.js';
import { findRecord } from '../../../runs/record.js';
import type { Chosen } from './choose-tables.js';

/**
 * The candidate that is meant where no `--particle` says it: the one without a prefix; else the only one in the events that has
 * the tables' columns; else, for tables of a run, the probe that they were made with for the reconstructed particle.
 *
 * @throws userError `apply.particle` where there are several
 */
export async function defaultPrefix(
  product: string,
  tables: Chosen,
  columns: ReadonlySet<string>,
  alias: Readonly<Record<string, string>>,
): Promise<string> {
  const needed = tables[0].table.axes.map(({ column }) => alias[column] ?? column);
  const has = (prefix: string): boolean => needed.every((name) => columns.has(prefix + name));
  // Columns that are expressions, or that no candidate has: the errors about them say more.
  if (has('') || needed.some((name) => !/^\w+$/.test(name))) return '';
  const found = [...columns].flatMap((c) => {
    const prefix = c.endsWith(`_${needed[0]}`) ? c.slice(0, -needed[0].length) : '';
    return prefix !== '' && has(prefix) ? [prefix] : [];
  });
  if (found.length <= 1) return found[0] ?? '';
  const probes = await probesOf(product, tables[0].table.reco.name);
  const own = found.filter((prefix) => probes.includes(prefix.replace(/_$/, '')));
  if (own.length === 1) return own[0];
  throw userError({
    code: 'apply.particle',
    message: 'the events have several candidates with the columns of the tables',
    path: 'IN',
    got: found.join(', '),
    expected: 'one of them',
    hint: `--particle prefix=${found[0]}, and once more for each`,
  });
}

/** Prefixes of a particle's probes in the study of the run that a product lies in. */
async function probesOf(product: string, particle: string): Promise<string[]> {
  for (const dir of [product, path.resolve(product, '../../..')]) {
    const record = await findRecord(layout(dir)).catch(() => undefined);
    if (record?.study !== 'pid') continue;
    const { modes } = record.resolved as { modes?: Record<string, { probes?: Record<string, unknown> }> };
    const probes = Object.values(modes ?? {}).flatMap((mode) => mode.probes?.[particle] ?? []);
    return (probes as (string | { prefix?: string })[]).flatMap((p) =>
      typeof p === 'string' ? [p] : (p.prefix ?? []),
    );
  }
  return [];
}
