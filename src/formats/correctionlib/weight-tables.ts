import { z } from 'zod';
import type { WeightTable } from '../../hist/weight-table.js';
import { particleOfPdg } from '../../physics/particles.js';
import { NOT_MEASURED, rateCell } from '../tables/estimates.js';
import { fromBinnedTable } from './binned-table.js';
import type { Correction, CorrectionSet } from './schema.js';

const about = z.object({
  reco: z.number(),
  truth: z.number(),
  variable: z.string(),
  threshold: z.number().nullable(),
  workingPoint: z.string().optional(),
  cut: z.string(),
  precut: z.string(),
  side: z.enum(['identified', 'notIdentified']),
  columns: z.array(z.string()),
});

/** Whether a file holds weight tables that datamc wrote: each says in its description what it is about. */
export const holdsWeightTables = (set: CorrectionSet): boolean => set.corrections.some((c) => aboutOf(c) !== undefined);

function aboutOf(correction: Correction): z.infer<typeof about> | undefined {
  const text = /^data over simulation: (\{.*\})$/s.exec(correction.description ?? '')?.[1];
  if (text === undefined) return undefined;
  try {
    return about.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** The weight tables of a correctionlib file by `tablesCorrectionSet`; other corrections are passed over. */
export function fromWeightTablesSet(set: CorrectionSet): WeightTable[] {
  return set.corrections.flatMap((correction): WeightTable[] => {
    const head = aboutOf(correction);
    const table = head && fromBinnedTable(correction);
    if (!head || !table) return [];
    return [
      {
        axes: table.axes.map(({ edges }, i) => ({ column: head.columns[i] ?? table.axes[i].column, edges })),
        reco: particleOfPdg(head.reco),
        truth: particleOfPdg(head.truth),
        variable: head.variable,
        threshold: head.threshold ?? NaN,
        ...(head.workingPoint === undefined ? {} : { workingPoint: head.workingPoint }),
        cut: head.cut,
        precut: head.precut,
        side: head.side,
        cells: table.cells.map((ratio) => {
          const flags = Number.isNaN(ratio.value) ? ['empty'] : [];
          return { ratio, data: rateCell(NOT_MEASURED, flags), simulation: rateCell(NOT_MEASURED, flags), flags };
        }),
      },
    ];
  });
}
