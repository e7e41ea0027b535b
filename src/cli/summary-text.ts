import type { Summary, SummaryValue } from '../runs/summary.js';

/** A summary as aligned lines: `ip.ks.after   0.0031 ± 0.0008`. */
export function summaryText(summary: Summary): string {
  const entries = Object.entries(summary);
  const width = Math.max(0, ...entries.map(([name]) => name.length));
  return entries.map(([name, value]) => `${name.padEnd(width)}  ${valueText(value)}`).join('\n');
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

const plain = (n: number): string => (Number.isInteger(n) ? String(n) : String(Number(n.toPrecision(5))));

// Digits after the point that show two of the error, where fixed notation does.
function decimals(error: number): number | undefined {
  if (!(error > 0) || !Number.isFinite(error)) return undefined;
  const digits = 1 - Math.floor(Math.log10(error));
  return digits > 8 ? undefined : Math.max(0, digits);
}
