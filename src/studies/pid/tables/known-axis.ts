import type { AxisSpec } from '../../../figures/figure.js';

/** How axes that tables often have are written; momenta are in GeV at Belle II, `P` in MeV at LHCb. */
const KNOWN: Readonly<Record<string, AxisSpec>> = {
  p: { label: 'p', unit: 'GeV' },
  pt: { label: 'p_{T}', unit: 'GeV' },
  cosTheta: { label: 'cosθ' },
  theta: { label: 'θ', unit: 'rad' },
  P: { label: 'p', unit: 'MeV' },
  PT: { label: 'p_{T}', unit: 'MeV' },
  ETA: { label: 'η' },
  eta: { label: 'η' },
};

/** A momentum beyond is no number of GeV, one below no number of MeV. */
const MOST_GEV = 2000;

/**
 * How a column is written on an axis. The unit of a momentum is known by its size, where some values are given: the same name stands
 * for GeV in one experiment's tuples and for MeV in another's.
 */
export function knownAxis(column: string, values?: ArrayLike<number>): AxisSpec {
  const spec = (KNOWN as Readonly<Record<string, AxisSpec | undefined>>)[column];
  if (!spec) return { label: column };
  let largest = 0;
  for (let i = 0; i < (values?.length ?? 0); i++) {
    const v = Math.abs(values?.[i] ?? 0);
    if (Number.isFinite(v) && v > largest) largest = v;
  }
  if (largest === 0 || (spec.unit !== 'GeV' && spec.unit !== 'MeV')) return spec;
  return { ...spec, unit: largest > MOST_GEV ? 'MeV' : 'GeV' };
}

/** Bins that differ so much in width that a linear axis would show the widest alone. */
const UNEVEN = 20;

function isUneven(edges: ArrayLike<number>): boolean {
  const widths = Array.from({ length: edges.length - 1 }, (_, i) => edges[i + 1] - edges[i]).sort((a, b) => a - b);
  return edges[0] > 0 && widths[widths.length - 1] > UNEVEN * widths[widths.length >> 1];
}

/** The same for all axes of a table, by column; logarithmic where bins are of very different widths. */
export const knownAxes = (
  axes: readonly { readonly column: string; readonly edges: ArrayLike<number> }[],
): Record<string, AxisSpec> =>
  Object.fromEntries(
    axes.map(({ column, edges }) => [
      column,
      { ...knownAxis(column, edges), ...(isUneven(edges) ? { scale: 'log' as const } : {}) },
    ]),
  );
