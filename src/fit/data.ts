/** Events with their values of each variable; those outside the range are left out and counted. */
export interface Events {
  readonly columns: Readonly<Record<string, Float64Array>>;
  /** Of any sign, finite, with a positive sum. */
  readonly weights?: Float64Array | undefined;
}

/** Bins of one variable. */
export interface BinnedData {
  readonly edges: Float64Array;
  readonly counts: Float64Array;
  /** Σw² of each bin, where the counts are sums of weights. */
  readonly variances?: Float64Array | undefined;
}

export type CategoryData = Events | BinnedData;

/** Data of each category by its name; a single category may be given bare. */
export type FitData = CategoryData | Readonly<Record<string, CategoryData>>;

export const isBinned = (data: CategoryData): data is BinnedData => 'edges' in data;
