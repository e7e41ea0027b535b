import type { JsonObject } from '../../../base/json.js';
import { columnStem, tableName } from '../../../formats/tables/names.js';
import { band, type Estimate } from '../../../hist/estimate.js';
import { cellBounds } from '../../../hist/find-cell.js';
import type { RateCell, TableAxis, TableHead, WeightTable } from '../../../hist/weight-table.js';
import type { CountedTable } from './rate-tables.js';

/** A rate table as one JSON object: what it is about, what it leaves out, and a row a bin. */
export function rateResult({ table, candidates, coverage, outside }: CountedTable): JsonObject {
  return {
    name: tableName(table),
    sample: table.sample,
    ...headOf(table),
    candidates,
    coverage: finite(coverage),
    outside: outside.map((o) => ({ ...o })),
    flags: flagCounts(table.cells),
    bins: table.cells.map((cell, c) => ({ ...boundsOf(table.axes, c), ...rateOfCell(cell) })),
  };
}

/** The same of a table of weights. */
export function weightResult(table: WeightTable): JsonObject {
  return {
    name: tableName(table),
    side: table.side,
    ...headOf(table),
    flags: flagCounts(table.cells),
    bins: table.cells.map((cell, c) => ({
      ...boundsOf(table.axes, c),
      ...estimateOf(cell.ratio),
      data: rateOfCell(cell.data),
      simulation: rateOfCell(cell.simulation),
      flags: cell.flags,
    })),
  };
}

const headOf = ({ cut, precut, variable, threshold, reco, truth }: TableHead): JsonObject => ({
  cut,
  precut,
  variable,
  threshold: finite(threshold),
  reco: reco.name,
  truth: truth.name,
});

function boundsOf(axes: readonly TableAxis[], c: number): JsonObject {
  return Object.fromEntries(
    cellBounds(axes, c).flatMap(([low, high], a) => {
      const stem = columnStem(axes[a].column);
      return [
        [`${stem}_min`, low],
        [`${stem}_max`, high],
      ];
    }),
  );
}

const rateOfCell = (cell: RateCell): JsonObject => ({
  ...estimateOf(cell.rate),
  passed: finite(cell.passed),
  tried: finite(cell.tried),
  entries: finite(cell.entries),
  flags: cell.flags,
  method: cell.method,
});

function estimateOf(estimate: Estimate): JsonObject {
  const { up, down } = band(estimate);
  const known = Number.isFinite(estimate.value);
  return {
    value: finite(estimate.value),
    up: known ? finite(up) : null,
    down: known ? finite(down) : null,
    sources: Object.fromEntries(
      Object.entries(estimate.sources).map(([name, s]) => [name, { up: finite(s.up), down: finite(s.down) }]),
    ),
  };
}

const finite = (v: number): number | null => (Number.isFinite(v) ? v : null);

function flagCounts(cells: readonly { readonly flags: readonly string[] }[]): JsonObject {
  const counts: Record<string, number> = {};
  for (const { flags } of cells) for (const flag of flags) counts[flag] = (counts[flag] ?? 0) + 1;
  return counts;
}
