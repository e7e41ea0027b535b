import { ONE_SIGMA } from '../../stats/intervals.js';
import { studentQuantile } from '../../stats/special/student.js';
import { evaluateTable, type MonotoneTable } from './quantile-map.js';

/** Columns on the learning scale in, corrected columns out; the given columns stay as they are. */
export interface LearntMap {
  apply(variables: readonly Float64Array[], given: readonly Float64Array[]): Promise<Float64Array[]>;
}

export const tableMap = (table: MonotoneTable): LearntMap => ({
  apply: async ([values]) => [evaluateTable(table, values)],
});

/**
 * Half width of a map's 68 % band at each point, `sigma[variable][event]`: the root mean square distance of the replicas
 * from the nominal map, times Student's factor for so few of them.
 *
 * About the nominal map, not about the replicas' mean: what the nominal training left (its own minibatches, its early stop)
 * is an error of the map too, and the replicas do not share all of it.
 */
export function spread(
  replicas: readonly (readonly Float64Array[])[],
  nominal: readonly Float64Array[],
): Float64Array[] {
  const factor = studentQuantile((1 + ONE_SIGMA) / 2, replicas.length);
  return nominal.map((centre, k) =>
    centre.map((y, i) => {
      const squares = replicas.reduce((sum, replica) => sum + (replica[k][i] - y) ** 2, 0);
      return factor * Math.sqrt(squares / replicas.length);
    }),
  );
}
