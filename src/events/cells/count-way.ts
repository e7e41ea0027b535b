import type { Closed } from '../../hist/cell-counts.js';
import type { Compiled } from '../expression/compile.js';
import type { CellGroups, WeightScale } from './cell-groups.js';

/** What is counted, every expression checked. */
export interface CheckedCount {
  readonly axes: readonly { readonly value: Compiled; readonly edges: readonly number[]; readonly closed: Closed }[];
  readonly conditions: readonly Compiled[];
  readonly weights: readonly Compiled[];
  /** Beside the selection of the table. */
  readonly where: readonly Compiled[];
  /** The selected rows in SQL, with all columns that are needed: `table.from`. */
  readonly from: string;
}

/** A way to count; what it answers is the same as any other's. Undefined where the data cannot be counted in this way. */
export interface CountWay {
  /** Units such that sums of the weights' whole multiples fit; from the first selected rows, a guess. */
  guessUnits(): Promise<readonly WeightScale[] | undefined>;
  /** `overflow` where a weight is too large for its unit or no number. */
  count(units: readonly WeightScale[]): Promise<CellGroups | 'overflow' | undefined>;
}
