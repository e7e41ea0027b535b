import type { CategorySample } from './category.js';
import { densityValues } from './density-values.js';
import type { Compared } from './goodness.js';
import { cellsOf } from './grid-points.js';
import { gaussLegendre } from './normalise.js';
import type { Pdf } from './pdf.js';

/** A component with its parameters, and how many events it has. */
export interface ScaledPdf {
  readonly name: string;
  readonly pdf: Pdf;
  readonly parameters: readonly number[];
  readonly events: number;
}

/** Cells for each variable, and places in each, by the number of variables. */
const CELLS = [100, 20, 8, 4, 3];
const PLACES = [8, 8, 4, 3, 2];

/** Data of several variables and what is expected of them, in equal cells; by quadrature. The cells have no edges to draw. */
export function cellComparison(sample: CategorySample, components: readonly ScaledPdf[]): Compared {
  const d = sample.columns.length;
  const cells = CELLS[Math.min(d, CELLS.length) - 1];
  const places = PLACES[Math.min(d, PLACES.length) - 1];
  const ranges = sample.variables.map((v) => v.range);
  const all = cells ** d;
  const counts = new Float64Array(all);
  const variances = new Float64Array(all);
  cellsOf(ranges, sample.columns, cells).forEach((cell, i) => {
    const w = sample.weights ? sample.weights[i] : 1;
    counts[cell] += w;
    variances[cell] += w * w;
  });
  // Places of one variable over its whole range; the last variable runs fastest.
  const { nodes, weights } = gaussLegendre(places);
  const line = cells * places;
  const points = line ** d;
  const at = ranges.map(([low, high]) =>
    Float64Array.from({ length: line }, (_, k) => {
      const width = (high - low) / cells;
      return low + width * (Math.floor(k / places) + 0.5 + 0.5 * nodes[k % places]);
    }),
  );
  const columns = ranges.map(() => new Float64Array(points));
  const weight = new Float64Array(points);
  const cellOf = new Uint32Array(points);
  for (let p = 0; p < points; p++) {
    let [rest, w, cell, stride] = [p, 1, 0, 1];
    for (let v = d - 1; v >= 0; v--) {
      const k = rest % line;
      rest = (rest - k) / line;
      columns[v][p] = at[v][k];
      w *= (0.5 * weights[k % places] * (ranges[v][1] - ranges[v][0])) / cells;
      cell += stride * Math.floor(k / places);
      stride *= cells;
    }
    weight[p] = w;
    cellOf[p] = cell;
  }
  const expected = Object.fromEntries(
    components.map(({ name, pdf, parameters, events }) => {
      const sum = new Float64Array(all);
      densityValues(pdf, columns, parameters, events).forEach((f, p) => (sum[cellOf[p]] += weight[p] * f));
      return [name, sum];
    }),
  );
  return { edges: new Float64Array(0), counts, variances, expected };
}
