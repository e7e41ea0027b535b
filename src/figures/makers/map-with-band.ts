import type { AxisSpec, Figure, Layer, Numbers } from '../figure.js';
import { ink as black, petroff } from '../palette.js';
import { head, type Common } from './maker.js';

export interface MapCurve {
  readonly x: Numbers;
  readonly y: Numbers;
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
  readonly bandLabel?: string | undefined;
  /** Other maps to compare with: the exact quantile map, the known truth of a demo. */
  readonly others?:
    readonly (MapCurve & { readonly low?: Numbers | undefined; readonly high?: Numbers | undefined })[] | undefined;
  readonly from?: AxisSpec | undefined;
  readonly to?: AxisSpec | undefined;
  /** Shift axis, default: found from the band where the sample lies. */
  readonly shift?: AxisSpec | undefined;
}

/**
 * A transfer map against the identity with its up/down band, and below, enlarged, what it changes: map − identity.
 */
export function mapWithBand(options: MapWithBand): Figure {
  const { x, y, low, high } = options;
  const from = options.from ?? { label: 'before' };
  const change = (column: Numbers, at: Numbers = x): number[] =>
    Array.from(column, (v, i) => v - (at[i] ?? Number.NaN));
  const others = options.others ?? [];
  const color = petroff[2];
  const otherColor = (i: number): string => others[i]?.color ?? [petroff[0], black, petroff[3]][i] ?? petroff[5];
  const maps = (shape: (column: Numbers, at?: Numbers) => Numbers, named: boolean): Layer[] => {
    const layers: Layer[] = [];
    const name = (label: string): { label?: string } => (named ? { label } : {});
    if (low && high)
      layers.push({
        kind: 'band',
        x,
        low: shape(low),
        high: shape(high),
        color,
        opacity: 0.25,
        ...name(options.bandLabel ?? '68 % band'),
      });
    others.forEach((other, i) => {
      if (other.low && other.high)
        layers.push({
          kind: 'band',
          x: other.x,
          low: shape(other.low, other.x),
          high: shape(other.high, other.x),
          color: otherColor(i),
          opacity: 0.15,
        });
    });
    layers.push({ kind: 'line', x, y: shape(y), color, width: 2.4, ...name(options.mapLabel ?? 'Map') });
    others.forEach((other, i) => {
      layers.push({
        kind: 'line',
        x: other.x,
        y: shape(other.y, other.x),
        color: otherColor(i),
        width: 2,
        dash: other.dash ?? (i ? '2 4' : '8 4'),
        ...name(other.label),
      });
    });
    return layers;
  };
  const ends = [x[0] ?? 0, x[x.length - 1] ?? 1];
  const tight = { ...from, domain: from.domain ?? ([Math.min(...ends), Math.max(...ends)] as const) };
  return {
    ...head(options),
    panels: [
      {
        x: tight,
        y: options.to ?? { label: 'after' },
        height: 0.85,
        text: options.text,
        layers: [
          { kind: 'line', x: ends, y: ends, color: '#6b6b70', width: 1.6, dash: '6 4', label: 'Identity' },
          ...maps((column) => column, true),
        ],
      },
      {
        joined: true,
        height: 0.6,
        x: tight,
        y: options.shift ?? { label: 'Map − identity', domain: shiftDomain(options, change) },
        legend: false,
        layers: [{ kind: 'rule', y: 0, color: '#6b6b70', width: 1.6, dash: '6 4' }, ...maps(change, false)],
      },
    ],
  };
}

/** Shows the map's change and others' in full, and their bands as far as they are not ten times wider. */
function shiftDomain(
  options: MapWithBand,
  change: (column: Numbers, at?: Numbers) => number[],
): readonly [number, number] {
  const curves = [change(options.y), ...(options.others ?? []).map((o) => change(o.y, o.x))]
    .flat()
    .filter(Number.isFinite);
  const bands = [options.low, options.high].flatMap((b) => (b ? change(b) : [])).filter(Number.isFinite);
  const most = Math.max(1e-12, ...curves.map(Math.abs));
  const wide = Math.min(3 * most, Math.max(most, ...bands.map(Math.abs)));
  const low = Math.min(0, ...curves, ...bands.filter((v) => v > -wide));
  const high = Math.max(0, ...curves, ...bands.filter((v) => v < wide));
  const air = 0.12 * (high - low);
  return [low - air, high + air];
}
