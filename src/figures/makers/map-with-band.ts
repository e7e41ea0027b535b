import type { AxisSpec, Figure, Layer, Numbers, Range } from '../figure.js';
import { grey, ink as black, petroff } from '../palette.js';
import type { HistLike } from './bins.js';
import { cropped, type BandedCurve } from './curves.js';
import { eventsArea } from './events-area.js';
import { head, type Common } from './maker.js';

export interface MapCurve extends BandedCurve {
  readonly label: string;
  readonly color?: string | undefined;
  readonly dash?: string | undefined;
}

export interface MapWithBand extends Common {
  /** The map x → y, and its band. */
  readonly x: Numbers;
  readonly y: Numbers;
  readonly low?: Numbers | undefined;
  readonly high?: Numbers | undefined;
  readonly mapLabel?: string | undefined;
  /** Legend of the band; where absent it shares the entry of the map. */
  readonly bandLabel?: string | undefined;
  /** Other maps to compare with: the exact quantile map, the known truth of a demo. */
  readonly others?: readonly MapCurve[] | undefined;
  /** Where the events lie: drawn as an area at the foot of the upper panel, in arbitrary units. */
  readonly events?: HistLike | undefined;
  readonly eventsLabel?: string | undefined;
  readonly from?: AxisSpec | undefined;
  readonly to?: AxisSpec | undefined;
  /** The axis of the difference; its range is found from the curves, and from the bands where they are not far wider. */
  readonly shift?: AxisSpec | undefined;
}

// How much of the upper panel the events' area may take.
const EVENTS_SHARE = 0.3;

const difference = ({ x, y, low, high }: BandedCurve): BandedCurve => {
  const minus = (column: Numbers): number[] => Array.from(column, (v, i) => v - (x[i] ?? Number.NaN));
  return { x, y: minus(y), low: low && minus(low), high: high && minus(high) };
};

type Drawn = MapCurve & { readonly color: string };

// A band has the label of its line: one legend entry for both.
const bandOf = ({ x, low, high, color, label }: Drawn, opacity: number): Layer[] =>
  low && high ? [{ kind: 'band', x, low, high, color, opacity, label }] : [];

const lineOf = ({ x, y, color, dash, label }: Drawn, width: number): Layer => {
  return { kind: 'line', x, y, color, dash, width, label };
};

/**
 * A transfer map against the identity with its up/down band, and below, enlarged, what it changes: map − identity.
 * Other maps are cut where the first one ends.
 */
export function mapWithBand(options: MapWithBand): Figure {
  const { x, y, low, high } = options;
  const ends: Range = [Math.min(x[0] ?? 0, x[x.length - 1] ?? 1), Math.max(x[0] ?? 0, x[x.length - 1] ?? 1)];
  const map = { x, y, low, high, label: options.mapLabel ?? 'Map', color: petroff[2] };
  const others = (options.others ?? []).map((other, i) => ({
    ...other,
    ...cropped(other, ends),
    color: other.color ?? [petroff[0], black, petroff[3]][i] ?? petroff[5],
    dash: other.dash ?? (i ? '2 4' : '8 4'),
  }));
  // The dashed lines of the others on top, as the map may lie exactly on what it is compared with.
  const layers = (shape: (curve: BandedCurve) => BandedCurve): Layer[] => [
    ...others.flatMap((other) => bandOf({ ...other, ...shape(other) }, 0.18)),
    ...bandOf({ ...map, ...shape(map), label: options.bandLabel ?? map.label }, 0.25),
    lineOf({ ...map, ...shape(map) }, 2.4),
    ...others.map((other) => lineOf({ ...other, ...shape(other) }, 2)),
  ];
  const heights = [...Array.from(y), ...ends, ...others.flatMap((o) => Array.from(o.y))].filter(Number.isFinite);
  const air = 0.06 * (Math.max(...heights) - Math.min(...heights));
  const foot = Math.min(...heights) - air;
  const tight = { ...(options.from ?? { label: 'before' }), domain: options.from?.domain ?? ends };
  const identity = { color: grey, width: 1.6, dash: '6 4' };
  return {
    ...head(options),
    panels: [
      {
        x: tight,
        y: { from: foot, ...(options.to ?? { label: 'after' }) },
        height: 0.72,
        text: options.text,
        legend: { order: [map.label, ...others.map((o) => o.label)] },
        layers: [
          ...(options.events
            ? [
                eventsArea(
                  options.events,
                  [foot, Math.max(...heights)],
                  EVENTS_SHARE,
                  options.eventsLabel ?? 'Events (a. u.)',
                ),
              ]
            : []),
          { kind: 'line', x: ends, y: ends, ...identity, label: 'Identity' },
          ...layers((curve) => curve),
        ],
      },
      {
        joined: true,
        height: 0.68,
        x: tight,
        y: { label: 'Map − identity', domain: shiftDomain(difference(map), others.map(difference)), ...options.shift },
        legend: false,
        layers: [{ kind: 'rule', y: 0, ...identity }, ...layers(difference)],
      },
    ],
  };
}

/** Shows the map's change and others' in full, and their bands as far as they are not three times wider. */
export function shiftDomain(map: BandedCurve, others: readonly BandedCurve[] = []): Range {
  const known = (columns: readonly (Numbers | undefined)[]): number[] =>
    columns.flatMap((column) => (column ? Array.from(column) : [])).filter(Number.isFinite);
  const curves = known([map.y, ...others.map((o) => o.y)]);
  const bands = known([map.low, map.high, ...others.flatMap((o) => [o.low, o.high])]);
  const most = Math.max(1e-12, ...curves.map(Math.abs));
  const wide = Math.min(3 * most, Math.max(most, ...bands.map(Math.abs)));
  const low = Math.min(0, ...curves, ...bands.filter((v) => v > -wide));
  const high = Math.max(0, ...curves, ...bands.filter((v) => v < wide));
  const air = 0.12 * (high - low);
  return [low - air, high + air];
}
