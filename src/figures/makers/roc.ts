import type { Figure, Layer, Numbers } from '../figure.js';
import { colorOf } from '../palette.js';
import { head, type Common } from './maker.js';

export interface Roc extends Common {
  readonly curves: readonly {
    /** Share of background kept, rising from 0 to 1. */
    readonly background: Numbers;
    readonly signal: Numbers;
    /** Ends of the band of `signal`. */
    readonly low?: Numbers | undefined;
    readonly high?: Numbers | undefined;
    /** Ends of a wider band round the first, such as all errors round the statistical ones: a lighter shade. */
    readonly outerLow?: Numbers | undefined;
    readonly outerHigh?: Numbers | undefined;
    readonly label: string;
    readonly color?: string | undefined;
    readonly dash?: string | undefined;
  }[];
  /** Points on the curves: `{ background, signal, label }`. */
  readonly workingPoints?:
    readonly { readonly background: number; readonly signal: number; readonly label: string }[] | undefined;
  readonly backgroundLabel?: string | undefined;
  readonly signalLabel?: string | undefined;
  readonly logX?: boolean | undefined;
  /** What the two bands are, in the legend. */
  readonly bandLabels?: { readonly inner: string; readonly outer: string } | undefined;
}

/** Signal efficiency against background efficiency, with the line of no separation. */
export function roc(options: Roc): Figure {
  const diagonal = Array.from({ length: 101 }, (_, i) => (options.logX ? 10 ** (-4 + i / 25) : i / 100));
  const labels = options.bandLabels;
  // One legend for the shades of all curves.
  const [wide, narrow] = [
    options.curves.findIndex((c) => c.outerLow && c.outerHigh),
    options.curves.findIndex((c) => c.low && c.high),
  ];
  const bands = options.curves.flatMap(({ background, low, high, outerLow, outerHigh, color }, i): Layer[] => {
    const common = { kind: 'band', x: background, color: color ?? colorOf(i) } as const;
    const outer = outerLow && outerHigh;
    return [
      ...(outer
        ? [{ ...common, low: outerLow, high: outerHigh, opacity: 0.15, label: i === wide ? labels?.outer : undefined }]
        : []),
      ...(low && high
        ? [{ ...common, low, high, opacity: outer ? 0.35 : 0.25, label: i === narrow ? labels?.inner : undefined }]
        : []),
    ];
  });
  const curves = options.curves.map(({ background, signal, label, color, dash }, i): Layer => ({
    kind: 'line',
    x: background,
    y: signal,
    color: color ?? colorOf(i),
    width: 2.4,
    dash,
    label,
  }));
  const marks = (options.workingPoints ?? []).map(({ background, signal, label }, i): Layer => ({
    kind: 'points',
    x: [background],
    y: [signal],
    marker: (['star', 'square', 'triangle'] as const)[i % 3],
    size: 10,
    label,
  }));
  const smallest = Math.min(...options.curves.flatMap(({ background }) => Array.from(background).filter((v) => v > 0)));
  const low = 10 ** Math.floor(Math.log10(Math.max(1e-4, Math.min(0.1, smallest))));
  return {
    ...head(options),
    panels: [
      {
        x: {
          label: options.backgroundLabel ?? 'Background efficiency',
          scale: options.logX ? 'log' : 'linear',
          domain: options.logX ? [low, 1] : [0, 1],
        },
        y: { label: options.signalLabel ?? 'Signal efficiency', domain: [0, 1.02] },
        square: true,
        text: options.text,
        layers: [
          { kind: 'line', x: diagonal, y: diagonal, color: '#6b6b70', width: 1.6, dash: '6 4' },
          ...bands,
          ...curves,
          ...marks,
        ],
      },
    ],
  };
}
