import type { EventTable } from '../../events/store.js';
import type { Corrector, Coverage } from './corrector.js';
import { correctorTeam } from './corrector-team.js';
import type { CorrectorSpec } from './open-corrector.js';

export interface WriteCorrectedOptions {
  /** What the corrector was made from: threads open their own. */
  readonly spec: CorrectorSpec;
  readonly threads: number;
  /** Key-value metadata of a Parquet file. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** What errors about columns point to. */
  readonly path?: string;
  progress(done: number, total: number, unit: string): void;
}

/** Writes every column and row of a table, in order, with the corrected columns beside them. */
export async function writeCorrected(
  table: EventTable,
  out: string,
  corrector: Corrector,
  { spec, threads, metadata, path, progress }: WriteCorrectedOptions,
): Promise<Coverage> {
  const total = await table.about();
  const coverage: Coverage = { rows: 0, corrected: 0, unchanged: 0, extrapolated: 0 };
  const expressions = Object.fromEntries(corrector.columns.map((column, i) => [`x${i}`, column]));
  const team = correctorTeam(corrector, spec, threads, total);
  try {
    await table.writeWith(
      out,
      expressions,
      async (block) => {
        const added = await team.correct(block, coverage);
        progress(coverage.rows, Math.max(total, coverage.rows), 'rows');
        return added;
      },
      { ahead: team.ahead, metadata, path },
    );
    return coverage;
  } finally {
    if (team !== corrector) await team.close();
  }
}
