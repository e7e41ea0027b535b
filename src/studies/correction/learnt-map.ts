import { evaluateTable, standardDeviation, type MonotoneTable } from './quantile-map.js';

/** Columns on the learning scale in, corrected columns out; the given columns stay as they are. */
export interface LearntMap {
  apply(variables: readonly Float64Array[], given: readonly Float64Array[]): Promise<Float64Array[]>;
}

export const tableMap = (table: MonotoneTable): LearntMap => ({
  apply: async ([values]) => [evaluateTable(table, values)],
});

/** The spread of maps at each point: `sigma[variable][event]`. */
export function spread(replicas: readonly (readonly Float64Array[])[]): Float64Array[] {
  return replicas[0].map((first, k) => first.map((_, i) => standardDeviation(replicas.map((r) => r[k][i]))));
}
