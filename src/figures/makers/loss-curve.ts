import type { Figure, Layer, Numbers } from '../figure.js';
import { petroff } from '../palette.js';
import { head, type Common } from './maker.js';

export interface LossMember {
  /** Epoch numbers; 1, 2, … where absent. */
  readonly epoch?: Numbers | undefined;
  readonly train: Numbers;
  readonly validation?: Numbers | undefined;
  /** The epoch whose parameters were kept. */
  readonly bestEpoch?: number | undefined;
}

export interface LossCurve extends Common {
  /** One training, or several of an ensemble. */
  readonly members: readonly LossMember[];
  readonly lossLabel?: string | undefined;
  readonly logY?: boolean | undefined;
  /** A value known in advance, drawn as a rule (entropy of the truth). */
  readonly reference?: { readonly value: number; readonly label: string } | undefined;
}

/** Training and validation loss by epoch, the kept epoch marked by a star; members of an ensemble lie on each other. */
export function lossCurve(options: LossCurve): Figure {
  const many = options.members.length > 1;
  const [width, opacity] = many ? [1.2, 0.55] : [2.2, 1];
  const layers: Layer[] = [];
  options.members.forEach((member, m) => {
    const x = member.epoch ?? Array.from({ length: member.train.length }, (_, i) => i + 1);
    const name = (label: string): { label?: string } => (m === 0 ? { label } : {});
    layers.push({ kind: 'line', x, y: member.train, color: petroff[0], width, opacity, ...name('Training') });
    if (!member.validation) return;
    layers.push({ kind: 'line', x, y: member.validation, color: petroff[1], width, opacity, ...name('Validation') });
  });
  const best = options.members.flatMap((member) => {
    const x = member.epoch ?? Array.from({ length: member.train.length }, (_, i) => i + 1);
    const i = Array.from(x).indexOf(member.bestEpoch ?? Number.NaN);
    return i < 0 ? [] : [{ x: x[i] ?? 0, y: (member.validation ?? member.train)[i] ?? Number.NaN }];
  });
  if (best.length)
    layers.push({
      kind: 'points',
      x: best.map((b) => b.x),
      y: best.map((b) => b.y),
      marker: 'star',
      size: 9,
      color: petroff[2],
      label: many ? 'Kept epochs' : 'Kept epoch',
    });
  if (options.reference)
    layers.push({ kind: 'rule', y: options.reference.value, dash: '6 4', label: options.reference.label });
  const all = options.members.flatMap(({ train, validation }) => [
    ...Array.from(train),
    ...Array.from(validation ?? []),
  ]);
  return {
    ...head(options),
    height: undefined,
    panels: [
      {
        x: { label: 'Epoch' },
        y: {
          label: options.lossLabel ?? 'Loss',
          ...(options.logY ? { scale: 'log' } : readable(all, options.reference?.value)),
        },
        text: options.text,
        layers,
      },
    ],
  };
}

/** Without the first epochs' heights where they would press the rest flat. */
function readable(values: readonly number[], reference: number | undefined): { domain?: readonly [number, number] } {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  const [low, middle, high] = [sorted[0] ?? 0, sorted[Math.floor(sorted.length * 0.5)] ?? 1, sorted.at(-1) ?? 1];
  if (high - low < 12 * (middle - low) || sorted.length < 20) return {};
  const top = sorted[Math.floor(sorted.length * 0.93)] ?? high;
  const bottom = Math.min(low, reference ?? low);
  return { domain: [bottom - 0.08 * (top - bottom), top + 0.3 * (top - bottom)] };
}
