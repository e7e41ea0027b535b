import type { Figure, Layer } from '../../../figures/figure.js';
import type { EstimateTable } from '../../../formats/tables/table-csv.js';
import type { Style } from '../common.js';
import { tableFigures } from './draw-rates.js';
import { compareWith } from './reference.js';
import type { FinishedTable } from './table-task.js';
import { fileWord } from '../report/words.js';

/** Figures of one table: rates in slices with their ratio, the ratio as maps, pulls against a reference. */
export function drawTable(finished: FinishedTable, style: Style, reference: EstimateTable | undefined): Figure[] {
  const { name, data, simulation, weights } = finished;
  const word = fileWord(name);
  const figures = tableFigures(word, [data, simulation], weights, style);
  if (reference) figures.push(drawPulls(`${word}_reference`, finished, reference, style));
  return figures;
}

/** How the pulls against a reference are distributed, beside the normal distribution that is expected. */
function drawPulls(name: string, { weights }: FinishedTable, reference: EstimateTable, style: Style): Figure {
  const { pulls, mean, width, ndf } = compareWith(weights, reference);
  const edges = Array.from({ length: 21 }, (_, i) => -5 + 0.5 * i);
  const contents = edges.slice(1).map((high, i) => pulls.filter((p) => p >= edges[i] && p < high).length);
  const x = Array.from({ length: 201 }, (_, i) => -5 + 0.05 * i);
  const layers: Layer[] = [
    {
      kind: 'steps',
      edges,
      values: contents,
      color: '#3f90da',
      fill: '#3f90da',
      opacity: 0.35,
      label: 'Bins of the table',
    },
    {
      kind: 'line',
      x,
      y: x.map((v) => (ndf * 0.5 * Math.exp((-v * v) / 2)) / Math.sqrt(2 * Math.PI)),
      color: '#000000',
      dash: '6 4',
      label: 'Expected',
    },
  ];
  return {
    name,
    ...style,
    panels: [
      {
        x: { label: '(ratio − reference) / σ', domain: [-5, 5] },
        y: { label: 'Bins / 0.5', from: 0 },
        layers,
        text: [
          weights.cut,
          `mean ${mean.toFixed(2).replace('-', '−')} ± ${(1 / Math.sqrt(ndf)).toFixed(2)}`,
          `width ${width.toFixed(2)} ± ${(1 / Math.sqrt(2 * ndf)).toFixed(2)}`,
        ],
      },
    ],
  };
}
