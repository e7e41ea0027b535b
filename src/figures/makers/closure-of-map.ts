import type { AxisSpec, Figure, Layer, Numbers } from '../figure.js';
import { grey, ink as black, petroff } from '../palette.js';
import type { HistLike } from './bins.js';
import { eventsArea } from './events-area.js';
import { head, type Common } from './maker.js';
import { shiftDomain } from './map-with-band.js';
import { PULLS } from './pull-panel.js';

export interface ClosureOfMap extends Common {
  /** The map x → y that should be the identity. */
  readonly x: Numbers;
  readonly y: Numbers;
  /** Standard deviation expected of y − x; where it is 0 nothing is expected, and there is no pull. */
  readonly sigma: Numbers;
  readonly mapLabel?: string | undefined;
  /** Where the events lie: an area at the foot, in arbitrary units. */
  readonly events?: HistLike | undefined;
  readonly eventsLabel?: string | undefined;
  readonly from?: AxisSpec | undefined;
  readonly shift?: AxisSpec | undefined;
}

/**
 * A map that should be the identity: y − x against the 68 % and 95 % bands expected round zero, and below it the pull
 * (y − x) / σ. Neighbouring points of the curve are correlated.
 */
export function closureOfMap(options: ClosureOfMap): Figure {
  const { x, y, sigma } = options;
  const ends = [x[0] ?? 0, x[x.length - 1] ?? 1] as const;
  const shift = Array.from(y, (v, i) => v - (x[i] ?? Number.NaN));
  const expected = shift.map((_, i) => sigma[i] ?? 0);
  const known = expected.some((s) => s > 0);
  const times = (factor: number): number[] => expected.map((s) => factor * s);
  const band = (factor: number, opacity: number, label?: string): Layer => {
    return { kind: 'band', x, low: times(-factor), high: times(factor), color: grey, opacity, label };
  };
  const color = petroff[2];
  const curve: Layer = { kind: 'line', x, y: shift, color, width: 2.4, label: options.mapLabel ?? 'Map' };
  const [low, high] = shiftDomain({
    x,
    y: shift,
    low: known ? times(-2) : undefined,
    high: known ? times(2) : undefined,
  });
  // The events get room of their own below what is judged.
  const foot = options.events ? low - 0.25 * (high - low) : low;
  const axis = { ...(options.from ?? {}), domain: options.from?.domain ?? ends };
  const belt = (s: number, opacity: number): Layer => {
    return { kind: 'band', x: [...ends], low: [-s], high: [s], color: grey, opacity };
  };
  return {
    ...head(options),
    panels: [
      {
        x: axis,
        y: { label: 'Map − identity', from: foot, ...options.shift },
        text: options.text,
        height: 0.8,
        legend: { order: [options.mapLabel ?? 'Map', 'Expected, 68 %', 'Expected, 95 %'] },
        layers: [
          ...(options.events
            ? [eventsArea(options.events, [foot, high], 0.2, options.eventsLabel ?? 'Events (a. u.)')]
            : []),
          ...(known ? [band(2, 0.2, 'Expected, 95 %'), band(1, 0.35, 'Expected, 68 %')] : []),
          { kind: 'rule', y: 0, color: black, width: 1 },
          curve,
        ],
      },
      ...(known
        ? [
            {
              joined: true,
              height: 0.34,
              x: axis,
              y: { label: 'Pull', domain: PULLS },
              legend: false,
              layers: [
                belt(2, 0.2),
                belt(1, 0.35),
                { kind: 'rule', y: 0, color: black, width: 1 },
                {
                  kind: 'line',
                  x,
                  y: shift.map((v, i) => (expected[i] > 0 ? v / expected[i] : Number.NaN)),
                  color,
                  width: 2,
                },
              ],
            } as const,
          ]
        : []),
    ],
  };
}
