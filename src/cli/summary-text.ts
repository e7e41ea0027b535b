import type { Summary, SummaryValue } from '../runs/summary.js';

/** A summary as aligned lines: `ip.ks.after   0.0031 ± 0.0008`; parts of an error stand in its own line: `(stat 0.0006, sweights 0.0005)`. */
export function summaryText(summary: Summary): string {
  const parts = new Map<string, string[]>();
  const entries = Object.entries(summary).filter(([name, value]) => {
    const whole = name.slice(0, name.lastIndexOf('.'));
    const of = summary[whole] as SummaryValue | undefined;
    if (typeof value !== 'number' || typeof of !== 'object' || !('error' in of)) return true;
    parts.set(whole, [...(parts.get(whole) ?? []), `${name.slice(whole.length + 1)} ${short(value)}`]);
    return false;
  });
  const width = Math.max(0, ...entries.map(([name]) => name.length));
  const lines = entries.map(([name, value]) => {
    const own = parts.get(name) ?? [];
    // One part is the whole.
    return `${name.padEnd(width)}  ${valueText(value)}${own.length > 1 ? ` (${own.join(', ')})` : ''}`;
  });
  return lines.join('\n');
}

/** A number with its error, rounded to two digits of the error. */
export function valueText(value: SummaryValue): string {
  if (typeof value === 'number') return plain(value);
  if ('error' in value) {
    const digits = decimals(value.error);
    return digits === undefined
      ? `${plain(value.value)} ± ${plain(value.error)}`
      : `${value.value.toFixed(digits)} ± ${value.error.toFixed(digits)}`;
  }
  const digits = decimals(Math.min(Math.abs(value.up) || Infinity, Math.abs(value.down) || Infinity));
  const show = (n: number): string => (digits === undefined ? plain(n) : n.toFixed(digits));
  return `${show(value.value)} +${show(value.up)} −${show(value.down)}`;
}

const short = (n: number): string => String(Number(n.toPrecision(2)));

const plain = (n: number): string => (Number.isInteger(n) ? String(n) : String(Number(n.toPrecision(5))));

// Digits after the point that show two of the error, where fixed notation does.
function decimals(error: number): number | undefined {
  if (!(error > 0) || !Number.isFinite(error)) return undefined;
  const digits = 1 - Math.floor(Math.log10(error));
  return digits > 8 ? undefined : Math.max(0, digits);
}
