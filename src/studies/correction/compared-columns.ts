import { openStore } from '../../events/store.js';
import type { PlanContext } from '../study.js';
import { sampleNames } from './prepare.js';
import type { CorrectionStudy } from './schema.js';

/** Columns compared by default where the study names none. */
const MOST_COMPARED = 6;

/**
 * The numeric columns that both samples have, besides those of the study and weights, first ones first. Checks every
 * expression of the study against both on the way.
 */
export async function comparedColumns(study: CorrectionStudy, context: PlanContext): Promise<readonly string[]> {
  const store = await openStore({ cache: context.cache });
  try {
    const named = new Set([...study.variables, ...study.given].map((c) => c.column));
    for (const name of sampleNames) named.add(study.samples[name].weight ?? '');
    const shared: string[][] = [];
    for (const name of sampleNames) {
      const table = await store.open(study.samples[name], {
        define: study.define,
        ...(study.select === undefined ? {} : { select: study.select }),
        path: `samples.${name}`,
      });
      const expressions: [string, string][] = [
        ...study.variables.map((v, i): [string, string] => [v.column, `variables[${i}].column`]),
        ...study.given.map((g, i): [string, string] => [g.column, `given[${i}].column`]),
        ...(study.compare ?? []).map((c, i): [string, string] => [c, `compare[${i}]`]),
        ...(name === 'simulation'
          ? Object.entries(study.truth).map(([k, e]): [string, string] => [e, `truth.${k}`])
          : []),
      ];
      const { weight } = study.samples[name];
      if (weight !== undefined) expressions.push([weight, `samples.${name}.weight`]);
      for (const [expression, path] of expressions) table.check(expression, path);
      shared.push(table.columns.filter((c) => c.type === 'real' && !named.has(c.name)).map((c) => c.name));
    }
    if (study.compare) return study.compare;
    return shared[0].filter((c) => shared[1].includes(c)).slice(0, MOST_COMPARED);
  } finally {
    await store.close();
  }
}
