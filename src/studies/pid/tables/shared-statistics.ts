import type { SharedStatistics } from '../../../formats/tables/shared-statistics.js';
import { ratioCorrelation } from '../../../hist/joint-rates.js';
import type { RateTable, SharedTable, WeightTable } from '../../../hist/weight-table.js';

interface Weighed {
  readonly name: string;
  readonly weights: WeightTable;
  readonly data: RateTable;
  readonly simulation: RateTable;
}

/**
 * What the tables of several cuts and preselections share, which were counted on the same candidates. Tables of different true
 * particles share none; of more than 32 tables of one particle nothing is known.
 */
export function sharedStatistics(tables: readonly Weighed[]): SharedStatistics {
  const pairs = tables.flatMap((a, i) =>
    tables.slice(0, i).flatMap((b, j) => {
      if (a.weights.truth.name !== b.weights.truth.name) return [];
      const of = (one: RateTable, { cut, precut }: RateTable): SharedTable | undefined =>
        one.shared?.find((s) => s.cut === cut && s.precut === precut);
      const [data, simulation] = [of(a.data, b.data), of(a.simulation, b.simulation)];
      if (!data || !simulation) return [];
      const correlation = a.weights.cells.map((cell, c) =>
        ratioCorrelation(cell, b.weights.cells[c], data.correlation[c], simulation.correlation[c]),
      );
      return [{ tables: [j, i] as const, correlation }];
    }),
  );
  return {
    tables: tables.map(({ name, weights }) => ({ name, values: weights.cells.map((c) => c.ratio.value) })),
    pairs,
  };
}
