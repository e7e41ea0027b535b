import type { AxisSpec, Figure, Numbers, Range } from '../figure.js';
import { grey, petroff } from '../palette.js';
import { head, type Common } from './maker.js';

/** ±5σ, and a little more, so that ±5 have their labels. */
export const PULLS: Range = [-6, 6];

export interface PullPanel extends Common {
  readonly edges: Numbers;
  readonly pulls: Numbers;
  readonly x: AxisSpec;
  readonly yLabel?: string | undefined;
}

/** Pulls in bars with the 1σ and 2σ belts behind them; a pull beyond ±6 ends at the frame. NaN is not drawn. */
export function pullPanel(options: PullPanel): Figure {
  const ends = [options.edges[0] ?? 0, options.edges[options.edges.length - 1] ?? 1];
  const belt = (sigma: number, opacity: number) =>
    ({ kind: 'band', x: ends, low: [-sigma], high: [sigma], color: grey, opacity }) as const;
  return {
    ...head(options),
    panels: [
      {
        x: options.x,
        y: { label: options.yLabel ?? 'Pull', domain: PULLS },
        height: 0.5,
        text: options.text,
        layers: [
          belt(2, 0.12),
          belt(1, 0.2),
          { kind: 'bars', edges: options.edges, values: options.pulls, color: petroff[0] },
          { kind: 'rule', y: 0, color: '#000000', width: 1 },
        ],
      },
    ],
  };
}
