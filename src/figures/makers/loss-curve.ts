import type { Figure, Layer, Numbers, Panel, Range } from '../figure.js';
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
    const x = epochsOf(member);
    const name = (label: string): { label?: string } => (m === 0 ? { label } : {});
    layers.push({ kind: 'line', x, y: member.train, color: petroff[0], width, opacity, ...name('Training') });
    if (!member.validation) return;
    layers.push({ kind: 'line', x, y: member.validation, color: petroff[1], width, opacity, ...name('Validation') });
  });
  const best = options.members.flatMap((member) => {
    const x = epochsOf(member);
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
  const x = { label: 'Epoch', domain: epochDomain(options.members) };
  const y = { label: options.lossLabel ?? 'Loss', scale: options.logY ? ('log' as const) : ('linear' as const) };
  const zoom = options.logY ? undefined : lateDomain(options.members, options.reference?.value);
  const main: Panel = { x, y, text: options.text, layers };
  if (!zoom) return { ...head(options), panels: [main] };
  const detail: Panel = {
    x,
    y: { label: 'Enlarged', domain: zoom },
    joined: true,
    height: 0.55,
    legend: false,
    layers,
  };
  return { ...head(options), panels: [{ ...main, height: 0.7 }, detail] };
}

const epochsOf = ({ epoch, train }: LossMember): Numbers =>
  epoch ?? Array.from({ length: train.length }, (_, i) => i + 1);

/** From the start to a little after the last epoch. */
function epochDomain(members: readonly LossMember[]): Range {
  const last = Math.max(1, ...members.map((member) => epochsOf(member)[member.train.length - 1] ?? 1));
  return [0, last * 1.03];
}

/** Where the losses end up, if the first epochs' heights press that flat. */
function lateDomain(members: readonly LossMember[], reference: number | undefined): Range | undefined {
  const late = (column: Numbers | undefined): number[] =>
    Array.from(column ?? []).slice(Math.floor((column?.length ?? 0) * 0.3));
  const all = members
    .flatMap((m) => [...Array.from(m.train), ...Array.from(m.validation ?? [])])
    .filter(Number.isFinite);
  const end = members.flatMap((m) => [...late(m.train), ...late(m.validation)]).filter(Number.isFinite);
  const [low, high] = [Math.min(...end, reference ?? Infinity), Math.max(...end)];
  if (end.length < 8 || Math.max(...all) - low < 5 * (high - low)) return undefined;
  return [low - 0.15 * (high - low), high + 0.15 * (high - low)];
}
