import { tickStep, ticks as niceTicks } from 'd3-array';
import { format } from 'd3-format';
import type { AxisSpec, Range } from './figure.js';
import { textWidth } from './text.js';

export interface Ticks {
  readonly major: readonly number[];
  readonly minor: readonly number[];
  /** One per major tick; empty where a tick has no text. */
  readonly labels: readonly string[];
  /** A power of ten taken out of the labels, shown as ×10ⁿ at the end of the axis. */
  readonly exponent?: number;
}

const minus = (text: string): string => text.replace(/^-/, '−');

/** `10^{3}`, but `1` and `10` as they are. */
const power = (exponent: number): string => {
  if (exponent === 0 || exponent === 1) return exponent ? '10' : '1';
  return `10^{${minus(String(exponent))}}`;
};

function linearTicks(domain: Range, count: number): Ticks {
  const [low, high] = domain;
  const step = tickStep(low, high, count);
  const major = niceTicks(low, high, count);
  // A step of 1 or 5 has five parts, a step of 2 has four: minor ticks stay at round numbers.
  const mantissa = Math.round(step / 10 ** Math.floor(Math.log10(step) + 1e-9));
  const parts = mantissa === 2 ? 4 : 5;
  const first = Math.ceil((low / step) * parts - 1e-9);
  const last = Math.floor((high / step) * parts + 1e-9);
  const minor: number[] = [];
  for (let i = first; i <= last; i++) if (i % parts !== 0) minor.push((i * step) / parts);

  const largest = Math.max(Math.abs(low), Math.abs(high), ...major.map(Math.abs));
  const size = Math.floor(Math.log10(largest || 1) + 1e-9);
  // Thousands, millions, thousandths: the powers that readers know by heart.
  const exponent = size >= 5 ? 3 * Math.floor(size / 3) : size <= -3 ? 3 * Math.floor((size + 1) / 3) : 0;
  const decimalsOf = (unit: number): number => Math.max(0, -Math.floor(Math.log10(step / unit) + 1e-9));
  // Large numbers close together keep their digits: taking out a power would only move the point.
  const taken = decimalsOf(10 ** exponent) > 4 && exponent > 0 ? 0 : exponent;
  const unit = 10 ** taken;
  const write = format(`.${Math.min(decimalsOf(unit), 15)}f`);
  const labels = major.map((value) => minus(write(value / unit)));
  return taken ? { major, minor, labels, exponent: taken } : { major, minor, labels };
}

function logTicks(domain: Range, count: number): Ticks {
  const [low, high] = domain;
  const first = Math.floor(Math.log10(low) - 1e-9);
  const last = Math.ceil(Math.log10(high) + 1e-9);
  const within = (value: number): boolean => value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9);
  const powers: number[] = [];
  for (let e = first; e <= last; e++) if (within(10 ** e)) powers.push(e);
  const minor: number[] = [];
  for (let e = first; e <= last; e++)
    for (let digit = 2; digit < 10; digit++) if (within(digit * 10 ** e)) minor.push(digit * 10 ** e);
  if (powers.length >= 2) {
    const every = Math.max(1, Math.ceil(powers.length / Math.max(2, count)));
    const major = powers.map((e) => 10 ** e);
    return { major, minor, labels: powers.map((e) => (e % every === 0 ? power(e) : '')) };
  }
  // Less than two powers of ten: some of the digits are written out.
  for (const digits of [
    [1, 2, 5],
    [1, 2, 3, 5],
    [1, 2, 3, 4, 5, 6, 7, 8, 9],
  ]) {
    const major: number[] = [];
    for (let e = first; e <= last; e++) for (const d of digits) if (within(d * 10 ** e)) major.push(d * 10 ** e);
    if (major.length < 3 && digits.length < 9) continue;
    if (major.length < 2) break;
    const plain = low >= 1e-3 && high < 1e5;
    const labels = major.map((value) => {
      const e = Math.floor(Math.log10(value) + 1e-9);
      if (plain) return format('.12~g')(value);
      return `${Math.round(value / 10 ** e)}×${power(e)}`;
    });
    return { major, minor: minor.filter((m) => !major.some((M) => Math.abs(M / m - 1) < 1e-9)), labels };
  }
  return { ...linearTicks(domain, count), minor: [] };
}

/** Size of tick labels: that of the figure, smaller where many named ticks would touch. */
export const tickSize = (spec: AxisSpec, length: number, size: number): number =>
  spec.ticks?.length ? Math.min(size, (length / spec.ticks.length) * 0.92) : size;

/**
 * Ticks of an axis of `length` pixels: as many as fit without one label touching the next.
 *
 * @example axisTicks({}, [0, 10], 400, 16, 'x').labels // ['0', '2', '4', '6', '8', '10']
 */
export function axisTicks(spec: AxisSpec, domain: Range, length: number, size: number, side: 'x' | 'y'): Ticks {
  if (spec.ticks) {
    const inside = spec.ticks.filter((t) => t.at >= domain[0] && t.at <= domain[1]);
    return { major: inside.map((t) => t.at), minor: [], labels: inside.map((t) => t.text) };
  }
  const make = spec.scale === 'log' ? logTicks : linearTicks;
  const most = Math.max(2, Math.min(side === 'x' ? 8 : 7, Math.floor(length / (size * (side === 'x' ? 3.4 : 2.4)))));
  for (let count = most; count > 2; count--) {
    const ticks = make(domain, count);
    if (clashes(ticks, spec, domain, length, size, side).length === 0) return ticks;
  }
  const fewest = [2, 3, 4].map((count) => make(domain, count)).find(({ major }) => major.length > 1) ?? make(domain, 2);
  const hidden = new Set(clashes(fewest, spec, domain, length, size, side));
  return { ...fewest, labels: fewest.labels.map((text, i) => (hidden.has(i) ? '' : text)) };
}

/** The labels that would touch the last one before them, if they were written. */
function clashes(ticks: Ticks, spec: AxisSpec, domain: Range, length: number, size: number, side: 'x' | 'y'): number[] {
  const of = spec.scale === 'log' ? Math.log : (v: number): number => v;
  const pixels = (value: number): number => ((of(value) - of(domain[0])) / (of(domain[1]) - of(domain[0]))) * length;
  const half = (label: string): number => (side === 'x' ? textWidth(label, size) / 2 + size * 0.2 : size * 0.55);
  let end = -Infinity;
  return ticks.major.flatMap((value, i) => {
    const label = ticks.labels[i] ?? '';
    if (!label) return [];
    const at = pixels(value);
    if (at - half(label) < end) return [i];
    end = at + half(label);
    return [];
  });
}
